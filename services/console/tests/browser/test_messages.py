"""Campaigns and study activities in a browser: seen before sent, their pages for everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from services.console.tests.browser.stage import PHONE, WIDE, City, until, window

TOWN = "654002002000"


def test_a_campaign_is_seen_then_sent_then_followed(chromium: Browser, city: City) -> None:
    """Nothing is planned by looking; confirmed, its number of recipients opens as many notices."""
    before = len(city.ask("notifications", "/v1/campaigns")["items"])
    with window(chromium, city) as shown:
        shown.go("/campaigns/new")
        shown.page.select_option("#c-org", TOWN)
        shown.page.click("button:has-text('预览')")
        expect(shown.page.locator(".preview .figure").first).to_be_visible()
        away = int(shown.page.locator(".preview .figure strong").first.inner_text())
        assert len(city.ask("notifications", "/v1/campaigns")["items"]) == before
        shown.page.click("text=确认发送")
        shown.page.wait_for_url("**/ledgers/campaigns/*")
        id_ = shown.page.url.split("/")[-1].split("?")[0]

        def begun() -> bool | None:
            return city.ask("notifications", f"/v1/campaigns/{id_}").get("recipients") == away or None

        until(begun, 90)
        shown.go(f"/ledgers/campaigns/{id_}")
        shown.page.locator("a.figure").first.click()
        expect(shown.page.locator("tbody tr")).to_have_count(away)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_their_pages_are_for_everybody(chromium: Browser, city: City, language: str, size: dict[str, int]) -> None:
    """Preview, a notice, a template, an activity with its sheet, and their forms."""
    activity = city.ask("notifications", "/v1/activities")["items"][0]["activity_id"]
    notice = city.ask("notifications", "/v1/intents")["items"][0]["id"]
    forms = ("announce-activity", "change-activity", "attend", "judge-activity")
    addresses = [f"/campaigns/new?org_code={TOWN}", f"/ledgers/notices/{notice}", f"/acts/settle-notice/{notice}"]
    addresses += [f"/ledgers/activities/{activity}", "/acts/draft-activity/new", "/templates/quarterly_greeting"]
    addresses += [f"/acts/{one}/{activity}" for one in forms]
    with window(chromium, city, language=language, size=size) as shown:
        assert shown.unfit_of(addresses) == {}
