"""A roster with two bad rows in a browser, over the real services: looked at, set right in place, imported, seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from services.console.tests.browser.stage import PHONE, WAIT_MS, WIDE, City, Window, window
from services.registry.tests.city import id_number
from services.registry.tests.imports.test_imports import HEADER, a_row

from guiyan.registry.roster.testing import workbook

ROLE = "TOWNSHIP_OFFICER"


@pytest.fixture
def file(city: City, tmp_path: Path) -> Path:
    """Five sound rows and two bad ones of a branch of the township; nobody of them is known."""
    branch = city.ask("registry", "/v1/organisations", ROLE, kind="BRANCH", active="true")["items"][0]["org_code"]
    rows = [a_row(number, branch=branch, id_no=id_number(number)) for number in range(700, 706)]
    rows[1][3] = "690101198005010019"
    rows += [a_row(706, branch="没有的支部", id_no=id_number(706), name="王示例")]
    target = tmp_path / "roster.xlsx"
    target.write_bytes(workbook([list(HEADER), *rows]))
    return target


def fit(shown: Window) -> None:
    """Nothing serious for a screen reader, nothing sideways on a phone, no word of the policy."""
    assert shown.axe() == []
    shown.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a mapping of these two
    assert shown.sideways <= 0
    shown.page.set_viewport_size(WIDE)  # type: ignore[arg-type] # a mapping of these two
    assert shown.said == []


def figure(shown: Window, place: int, count: int) -> None:
    """One of the four counts of an import that has ended."""
    expect(shown.page.locator(".figure strong").nth(place)).to_have_text(str(count), timeout=WAIT_MS)


def test_a_roster_with_two_bad_rows_is_set_right_and_imported(chromium: Browser, city: City, file: Path) -> None:
    """One row set right in place, what was typed outlives a reload, the import goes on, its members are there."""
    with window(chromium, city, ROLE) as shown:
        shown.go("/imports")
        fit(shown)
        shown.page.set_input_files("#file", file)
        shown.page.click(".act-foot button")
        figure(shown, 3, 2)
        figure(shown, 0, 5)
        expect(shown.page.locator(".fix-row")).to_have_count(2)
        fit(shown)
        shown.page.locator("[data-wrong]").first.fill(id_number(701))
        shown.page.reload()
        expect(shown.page.locator("[data-wrong]").first).to_have_value(id_number(701))
        shown.page.click(".fix .act-foot button")
        expect(shown.page.locator(".fix-row")).to_have_count(1, timeout=WAIT_MS)
        figure(shown, 0, 6)
        shown.page.click("form[action$=confirm] button")
        expect(shown.page.locator("h1")).to_have_text("名册导入结果", timeout=WAIT_MS)
        shown.page.reload()
        figure(shown, 0, 6)
        import_id = shown.page.url.rpartition("/")[2]
        shown.page.locator(".figures a").first.click()
        expect(shown.page.locator("tbody tr")).to_have_count(6)
        shown.page.locator("tbody th a").first.click()
        expect(shown.page.locator(".record-name h1")).to_be_visible()
        shown.go(f"/ledgers/import-rows?import_id={import_id}&outcome=faulty")
        expect(shown.page.locator("tbody tr")).to_have_count(1)
        fit(shown)
    members = city.ask("registry", "/v1/members", ROLE, import_batch=import_id)["items"]
    assert len(members) == 6
