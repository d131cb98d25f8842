"""A township officer's morning in a browser, over the real services: desk, member, contact, trip, transfer."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, expect
from services.console.tests.browser.stage import PHONE, City, Window, window

ROLE = "TOWNSHIP_OFFICER"
MORNING = ("/members/{member}/work", "/ledgers/outflow/{trip}", "/acts/destination/{trip}", "/acts/register/new")


def away(city: City) -> tuple[dict[str, Any], dict[str, Any]]:
    """A member of the township who is away and not being transferred: the trip, and the contact duty."""
    for trip in city.ask("registry", "/v1/departures", ROLE, open="true")["items"]:
        member = trip["member_id"]
        duties = city.ask("contact", "/v1/duties", ROLE, member_id=member, open="true")["items"]
        if duties and not city.ask("registry", f"/v1/members/{member}", ROLE)["transfer"]:
            return trip, duties[0]
    raise AssertionError("nobody of the township is away and has a duty")


def send(shown: Window) -> None:
    """Send the form; what was done is told on the page it leads to."""
    shown.page.click(".act-foot button")
    expect(shown.page.locator(".alert-success")).to_be_visible()


def test_from_the_desk_to_a_transfer_that_the_branch_agrees_to(chromium: Browser, city: City) -> None:
    """Each step is the services' own; what is offered next is what they say."""
    trip, duty = away(city)
    member = trip["member_id"]
    with window(chromium, city, ROLE) as shown:
        shown.go("/")
        expect(shown.page.locator(".task").first).to_be_visible()
        shown.go(f"/acts/attempt/{duty['id']}")
        shown.page.click(".tap:has-text('无人接听')")
        send(shown)
        shown.go(f"/members/{member}/work")
        shown.page.click("text=变更流向")
        shown.page.fill("[name=dest_area_code]", "南山区")
        expect(shown.page.locator("#l-dest_area_code option").first).to_be_attached()
        shown.page.fill("[name=dest_area_code]", "广东省深圳市南山区 440305")
        send(shown)
        assert city.ask("registry", f"/v1/departures/{trip['id']}", ROLE)["dest_area_code"] == "440305"
        shown.page.click("text=申请转接")
        shown.page.fill("[name=to_title]", "深圳市南山区示例街道党工委")
        shown.page.fill(
            "[name=dues_paid_to]", city.ask("registry", f"/v1/members/{member}", ROLE)["dues_paid_to"] or "2026-01"
        )
        send(shown)
        shown.page.click(".offers a:has-text('支部同意')")
        send(shown)
        expect(shown.page.locator(".offers a:has-text('出具介绍信')")).to_be_visible()
        assert shown.page.locator(".offers a:has-text('支部同意')").count() == 0
        shown.page.click(".offers a:has-text('出具介绍信')")
        send(shown)
        expect(shown.page.locator(".offers a:has-text('打印介绍信')")).to_be_visible()
        assert shown.said == []
    found = city.ask("transfers", "/v1/transfers", ROLE, member_id=member, open="true")["items"]
    assert [one["state"] for one in found] == ["ISSUED"]


def test_the_forms_of_the_morning_hold_on_a_phone_in_english(chromium: Browser, city: City) -> None:
    """Nothing scrolls sideways, axe finds nothing serious, the policy forbids nothing of ours."""
    trip, _ = away(city)
    addresses = [one.format(member=trip["member_id"], trip=trip["id"]) for one in MORNING]
    with window(chromium, city, ROLE, language="en", size=PHONE) as shown:
        assert shown.unfit_of(addresses) == {}
