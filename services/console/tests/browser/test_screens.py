"""Each screen in both languages and widths: nothing serious for a screen reader, nothing sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from services.console.tests.browser.stage import PHONE, PICTURES, WIDE, City, screens, window

SIZES = {"wide": WIDE, "phone": PHONE}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", ["wide", "phone"])
def test_every_screen_is_for_everybody(chromium: Browser, city: City, language: str, width: str) -> None:
    """All that the navigation knows, and a record, its parts, and each act on the desk; pictures of them are kept."""
    PICTURES.mkdir(exist_ok=True)
    duty = city.duties()[0]
    member = f"/members/{duty['member_id']}"
    with window(chromium, city, language=language, size=SIZES[width]) as shown:
        shown.go(member)
        parts = [one.get_attribute("href") or "" for one in shown.page.query_selector_all(".tabs a")]
        addresses = [*screens(), *parts, f"/acts/attempt/{duty['id']}", f"/acts/answers/{duty['id']}"]
        faults: dict[str, list[str]] = {}
        for address in addresses:
            shown.go(address)
            name = (
                address.strip("/").replace("/", "-").replace(duty["member_id"], "m").replace(duty["id"], "d") or "desk"
            )
            shown.page.screenshot(path=PICTURES / f"{name or 'desk'}-{language}-{width}.png")
            if found := shown.unfit():
                faults[address] = found
    assert faults == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sign_in_page_is_for_everybody(chromium: Browser, city: City, language: str) -> None:
    """Before anybody is in."""
    with window(chromium, city, language=language, size=PHONE) as shown:
        shown.page.click("text=退出" if language == "zh" else "text=Sign out")
        assert shown.axe() == []
        assert shown.sideways <= 0


def test_pages_are_read_without_scripts(chromium: Browser, city: City) -> None:
    """Desk, ledger, record and the next page come as they are; filters are a form like any other."""
    with window(chromium, city, scripts=False) as shown:
        shown.go("/ledgers/contacts")
        assert shown.page.locator("tbody tr").count() == 50
        shown.page.click("a[rel=next]")
        assert "trail=" in shown.page.url
        shown.page.locator("tbody th a").first.click()
        assert shown.page.locator(".story li").count() > 0


def test_keys_lead_everywhere(chromium: Browser, city: City) -> None:
    """The first Tab skips to the content; `/` finds, `g` with a digit opens a screen, `j` goes through rows."""
    with window(chromium, city) as shown:
        shown.go("/ledgers/contacts")
        keys = shown.page.keyboard
        keys.press("Tab")
        assert shown.page.evaluate("document.activeElement.className") == "skip"
        keys.press("Enter")
        assert shown.page.evaluate("document.activeElement.id") == "main"
        keys.press("j")
        assert shown.page.evaluate("document.activeElement.closest('th') !== null")
        keys.press("/")
        assert shown.page.evaluate("document.activeElement.id") == "find"
        shown.page.evaluate("document.activeElement.blur()")
        keys.press("g")
        keys.press("3")
        shown.page.wait_for_url("**/boards/contact")


def test_a_visit_fits_a_poor_line(chromium: Browser, city: City) -> None:
    """First visit of a ledger 60 kB at most, again 15; a record 60; a board with its chart 260 (compressed)."""
    with window(chromium, city) as shown:
        came: list[float] = []
        client = shown.page.context.new_cdp_session(shown.page)
        client.send("Network.enable")
        client.on("Network.loadingFinished", lambda one: came.append(one["encodedDataLength"]))
        client.send("Network.clearBrowserCache")
        shown.go("/ledgers/contacts")
        first = sum(came)
        came.clear()
        shown.go("/ledgers/contacts?all=1")
        again = sum(came)
        came.clear()
        shown.go("/boards/contact")
        board = sum(came)
    assert 0 < first <= 60_000, first
    assert 0 < again <= 15_000, again
    assert 0 < board <= 260_000, board
