"""A sweep in a browser: findings by one tap on a phone, its pages for everybody, a number that opens its list."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from services.console.tests.browser.stage import PHONE, WIDE, City, until, window

ROOT = "654002000000"


@pytest.fixture(scope="module")
def sheet(city: City) -> dict[str, Any]:
    """The longest sheet of a sweep of the whole city that has just been opened."""
    today = max(one["opens_on"] for one in city.ask("registry", "/v1/sweeps", kind="AD_HOC")["items"])
    days = {"root_org": ROOT, "opens_on": today, "closes_on": f"{today[:8]}28"}
    id_ = city.act("registry", "/v1/sweeps", days)["id"]

    def opened() -> list[dict[str, Any]] | None:
        return city.ask("registry", "/v1/sweep-sheets", sweep_id=id_, limit="500")["items"] or None

    until(lambda: True if city.ask("registry", f"/v1/sweeps/{id_}")["to_check"] else None, 90)
    return max(until(opened), key=lambda one: one["expected"] - one["checked"])


def test_a_finding_is_one_tap_on_a_phone(chromium: Browser, city: City, sheet: dict[str, Any]) -> None:
    """The person leaves the list of those still to be checked, the figures follow, registry has the finding."""
    at = f"/sweeps/{sheet['sweep_id']}/sheets/{sheet['branch']}"
    with window(chromium, city, size=PHONE) as shown:
        shown.go(at)
        people = shown.page.locator(".sheet li")
        before = people.count()
        shown.page.evaluate("window.stayed = true")
        people.first.locator("button[value=NOT_REACHED]").click()
        expect(people).to_have_count(before - 1)
        assert shown.page.evaluate("window.stayed") is True
        shown.page.click(".views a:has-text('未联系上')")
        expect(people).to_have_count(1)
    rows = city.ask("registry", "/v1/sweep-rows", sweep_id=sheet["sweep_id"], finding="NOT_REACHED")["items"]
    assert [one["branch"] for one in rows] == [sheet["branch"]]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_sweeps_pages_are_for_everybody(
    chromium: Browser, city: City, sheet: dict[str, Any], language: str, size: dict[str, int]
) -> None:
    """The sweep by township, a township by branch, a sheet, and each of its forms."""
    sweep, branch = sheet["sweep_id"], sheet["branch"]
    member = city.ask("registry", "/v1/sweep-rows", sweep_id=sweep, branch=branch, listed="true")["items"][-1]
    addresses = [
        f"/sweeps/{sweep}",
        f"/sweeps/{sweep}?township={sheet['township']}",
        f"/sweeps/{sweep}/sheets/{branch}",
    ]
    forms = ("sweep-found-in", "sweep-found-out", "sweep-returned", "return-sheet")
    addresses += [f"/acts/{one}/{sweep}~{branch}?member_id={member['member_id']}" for one in forms]
    addresses += [f"/acts/{one}/{sweep}" for one in ("extend-sweep", "close-sweep", "report-sweep", "cancel-sweep")]
    addresses += [f"/acts/check-township/{sweep}~{sheet['township']}", "/acts/plan-sweep/new"]
    with window(chromium, city, language=language, size=size) as shown:
        assert shown.unfit_of(addresses) == {}


def test_a_number_opens_exactly_its_people(chromium: Browser, city: City, sheet: dict[str, Any]) -> None:
    """As many rows as the number says."""
    with window(chromium, city) as shown:
        shown.go(f"/sweeps/{sheet['sweep_id']}?township={sheet['township']}")
        number = shown.page.locator(f"tbody a[href*='branch={sheet['branch']}'][href$='listed=true']").first
        told = int(number.inner_text())
        number.click()
        expect(shown.page.locator("tbody tr")).to_have_count(told)
