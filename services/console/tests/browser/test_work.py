"""Work in a browser over the real services: three taps, what others do meanwhile, restarts, paper."""

from __future__ import annotations

import io

from playwright.sync_api import Browser, expect
from pypdf import PdfReader
from services.console.tests.browser.stage import PHONE, WAIT_MS, City, window

NO_ANSWER = {"channel": "PHONE", "outcome": "NO_ANSWER"}


def test_a_contact_attempt_is_three_taps_on_a_phone(chromium: Browser, city: City) -> None:
    """From the desk: do it, what came of it, done; the desk is as of that act, contact has it."""
    with window(chromium, city, size=PHONE) as shown:
        shown.go("/")
        act = shown.page.locator(".task-act a[href^='/acts/attempt/']").first
        duty_id = (act.get_attribute("href") or "").rpartition("/")[2]
        before = city.ask("contact", f"/v1/duties/{duty_id}")["attempts"]
        act.click()
        shown.page.click(".tap:has-text('无人接听')")
        shown.page.click(".act-foot button")
        shown.page.wait_for_url("**/?done=*")
        expect(shown.page.locator(".alert-success")).to_be_visible()
        assert city.ask("contact", f"/v1/duties/{duty_id}")["attempts"] == before + 1


def test_a_number_is_shown_for_the_duty_and_that_is_recorded(chromium: Browser, city: City) -> None:
    """Masked until then; the link calls it; the service has the act."""
    points = city.ask("contact", "/v1/contact-points", open="true")["items"]
    known = {one["member_id"] for one in points}
    duty = next(one for one in city.duties() if one["member_id"] in known)
    with window(chromium, city, size=PHONE) as shown:
        shown.go(f"/acts/attempt/{duty['id']}")
        assert "****" in shown.page.inner_text(".numbers")
        shown.page.click(".numbers button")
        link = shown.page.locator(".call-number").first
        expect(link).to_be_visible()
        assert (link.get_attribute("href") or "").startswith("tel:")
        point = next(one["id"] for one in points if one["member_id"] == duty["member_id"])
    told = city.ask("contact", f"/v1/contact-points/{point}/history")["events"]
    assert told[-1]["type"] == "ContactPointRevealed"


def test_a_list_follows_the_ledger_without_a_reload(chromium: Browser, city: City) -> None:
    """What a colleague does is on the page by itself."""
    duty = city.duties()[-1]
    with window(chromium, city) as shown:
        shown.go("/ledgers/contacts?all=1&sort=-last_attempt_on")
        shown.page.evaluate("window.stayed = true")
        rows = shown.page.locator("tbody tr")
        before = rows.first.inner_text()
        city.act("contact", f"/v1/duties/{duty['id']}/attempt", {**NO_ANSWER, "channel": "VIDEO"})
        city.act("contact", f"/v1/duties/{duty['id']}/attempt", {**NO_ANSWER, "channel": "SMS"})
        shown.page.wait_for_function(
            "(before) => document.querySelector('tbody').innerText.includes('无人接听') &&"
            " document.querySelector('tbody tr').innerText !== before || "
            "[...document.querySelectorAll('.live-ok')].length > 0",
            arg=before,
            timeout=WAIT_MS,
        )
        assert shown.page.evaluate("window.stayed") is True


def test_a_stale_form_says_so_before_it_is_sent_and_then_shows_both(chromium: Browser, city: City) -> None:
    """Somebody else was quicker: a notice; sent all the same, the record as it is stands beside what was filled in."""
    duty = city.duties()[-2]
    with window(chromium, city) as shown:
        shown.go(f"/acts/attempt/{duty['id']}")
        shown.page.click(".tap:has-text('约定回电')")
        city.act("contact", f"/v1/duties/{duty['id']}/attempt", NO_ANSWER)
        expect(shown.page.locator(".stale")).to_be_visible(timeout=WAIT_MS)
        shown.page.click(".act-foot button")
        expect(shown.page.locator(".facts-changed")).to_be_visible()
        assert shown.page.is_checked("input[value=CALL_BACK]")
        shown.page.click(".act-foot button")
        shown.page.wait_for_url("**/?done=*")


def test_nothing_that_was_typed_is_lost(chromium: Browser, city: City) -> None:
    """The console is killed, the page reloaded, the session ended: the form stands as it was, and is sent once."""
    duty = city.duties()[-3]
    with window(chromium, city) as shown:
        shown.go(f"/acts/attempt/{duty['id']}")
        shown.page.click(".tap:has-text('视频')")
        shown.page.click(".tap:has-text('拒绝')")
        shown.page.fill("input[name=occurred_on]", "2026-02-01")
        city.kill_console()
        assert shown.page.input_value("input[name=occurred_on]") == "2026-02-01"
        shown.page.reload()
        assert shown.page.is_checked("input[value=VIDEO]")
        shown.page.context.clear_cookies()
        shown.page.click(".act-foot button")
        shown.page.wait_for_url("**/sign-in?next=**")
        shown.page.click("button[value=CITY_OFFICER]")
        shown.page.wait_for_url(f"**/acts/attempt/{duty['id']}")
        assert shown.page.is_checked("input[value=REFUSED]")
        assert shown.page.input_value("input[name=occurred_on]") == "2026-02-01"
        shown.page.click(".act-foot button")
        shown.page.wait_for_url("**/?done=*")
        shown.go(f"/acts/attempt/{duty['id']}")
        assert not shown.page.is_checked("input[value=REFUSED]")
    assert city.ask("contact", f"/v1/duties/{duty['id']}")["attempts"] == duty["attempts"] + 1


def test_a_lost_network_loses_nothing(chromium: Browser, city: City) -> None:
    """Sent without a network: the page says so and stands as it was; with the network it is sent, once."""
    duty = city.duties()[-4]
    with window(chromium, city, size=PHONE) as shown:
        shown.go(f"/acts/attempt/{duty['id']}")
        shown.page.click(".tap:has-text('视频')")
        shown.page.click(".tap:has-text('拒绝')")
        shown.page.context.set_offline(True)
        shown.page.fill("input[name=occurred_on]", "2026-02-01")
        shown.page.click(".act-foot button")
        expect(shown.page.locator(".live-lost")).to_be_visible()
        assert shown.page.is_checked("input[value=REFUSED]")
        assert shown.page.input_value("input[name=occurred_on]") == "2026-02-01"
        shown.page.context.set_offline(False)
        shown.page.click(".act-foot button")
        shown.page.wait_for_url("**/?done=*")
    assert city.ask("contact", f"/v1/duties/{duty['id']}")["attempts"] == duty["attempts"] + 1


def test_a_desk_follows_the_ledger_without_a_reload(chromium: Browser, city: City) -> None:
    """A colleague has done it: the task leaves the desk by itself; nobody reloads."""
    duty = city.duties()[0]
    with window(chromium, city) as shown:
        shown.go("/?kind=CONTACT_DUE")
        shown.page.evaluate("window.stayed = true")
        act = shown.page.locator(f"a[href*='/acts/attempt/{duty['id']}']")
        expect(act).to_have_count(1)
        answers = {"channel": "PHONE", "work": "EMPLOYED", "org_life": "ATTENDS_HOST", "dues": "UNSAID"}
        city.act("contact", f"/v1/duties/{duty['id']}/complete", answers)
        expect(act).to_have_count(0, timeout=WAIT_MS)
        assert shown.page.evaluate("window.stayed") is True


def test_a_member_has_the_own_record_on_a_phone(chromium: Browser, city: City) -> None:
    """What one may ask for stands first; the file comes, in full; that it was taken is told; nothing goes sideways."""
    with window(chromium, city, "MEMBER", size=PHONE) as shown:
        shown.go("/")
        assert (shown.axe(), shown.sideways, shown.said) == ([], 0, [])
        with shown.page.expect_download() as coming:
            shown.page.click(".own-acts button")
        assert "****" not in coming.value.path().read_text().split("<table")[0]
        shown.page.click(".own-acts a:has-text('谁看过')")
        expect(shown.page.locator("tbody tr").first).to_contain_text("本人要求")
        assert (shown.axe(), shown.sideways) == ([], 0)


def test_a_ledger_prints_as_an_office_files_it(chromium: Browser, city: City) -> None:
    """A4 across, every column, the head on each page, who printed it and when."""
    with window(chromium, city) as shown:
        shown.go("/ledgers/outflow?all=1")
        heads = [one.strip(" ▲▼\n") for one in shown.page.locator("thead tr:last-child th").all_inner_texts()]
        document = PdfReader(io.BytesIO(shown.page.pdf(prefer_css_page_size=True, print_background=True)))
    sheet = document.pages[0].mediabox
    assert sheet.width > sheet.height
    assert len(document.pages) > 1
    for page in document.pages:
        text = "".join(page.extract_text().split())
        for head in heads:
            assert head in text, head
        assert "city-officer-1" in text
    assert "流出党员台账" in document.pages[0].extract_text()


def test_the_file_holds_what_is_on_screen(chromium: Browser, city: City) -> None:
    """The service's own workbook with the same filter."""
    with window(chromium, city) as shown:
        shown.go("/ledgers/outflow?open=true&dest_certainty=UNKNOWN")
        rows = shown.page.locator("tbody tr").count()
        with shown.page.expect_download() as coming:
            shown.page.click("text=CSV")
        lines = (coming.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == rows + 1
