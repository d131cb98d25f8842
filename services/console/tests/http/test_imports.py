"""A roster in the console: looked at, set right, imported; registry keeps everything, nothing typed is lost."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from services.console.tests.http.stage import OWN_PAGE, Services, sign_in

AT = "/imports/i-1"
ONE = "/v1/imports/i-1"
HTMX = {**OWN_PAGE, "HX-Request": "true", "HX-Target": "said"}
TOLD: dict[str, Any] = {
    "id": "i-1", "state": "done", "dry_run": True, "actor": "officer-1", "started_at": "2026-03-02T02:00:00Z",
    "total": 6, "done": 6, "rows": 6, "accepted": 3, "differs": 1, "repeated": 0, "faulty": 2, "departures": 0,
    "confirmed_by": None, "follows": None, "reason": None, "unread_columns": ["座右铭"],
    "dropped_columns": [{"title": "民族", "kind": "ethnicity"}], "branches": [],
}  # fmt: skip
FAULTY = {
    "columns": [
        {"position": 1, "title": "姓名", "field": "name"},
        {"position": 3, "title": "公民身份证号", "field": "id_no"},
    ],
    "rows": [
        {
            "row": 4,
            "cells": {"1": "甄<样例>", "3": "690101198005010019"},
            "problems": [{"position": 3, "column": "公民身份证号", "code": "id_no_check", "detail": "校验位不符"}],
        },
        {
            "row": 5,
            "cells": {"1": "李示例"},
            "problems": [{"position": None, "column": "", "code": "branch_missing", "detail": "缺少所在党支部"}],
        },
    ],
    "total": 2,
}  # fmt: skip


@pytest.fixture(autouse=True)
def registry(services: Services) -> None:
    """Registry with one dry run."""
    services.tell("registry", "/v1/imports", {"items": [TOLD], "next_cursor": None, "sequence": 0})
    services.tell("registry", ONE, TOLD)
    services.tell("registry", f"{ONE}/faulty", FAULTY)


async def test_a_file_is_looked_at_first(officer: httpx.AsyncClient, services: Services) -> None:
    """As it is, as a dry run, under the form's key; its name goes nowhere, and the page is that of the dry run."""
    form = (await officer.get("/imports")).text
    assert 'href="/imports/i-1"' in form
    key = re.search(r'action="/imports".*?name="_key" value="([\w-]{20,})"', form, re.DOTALL)
    services.tell("registry", "/v1/imports", {"id": "i-1"}, 202)
    files = {"file": ("甄样例的名册.xlsx", b"PK roster")}
    data = {"_key": key[1] if key else ""}
    answer = await officer.post("/imports", files=files, data=data, headers=HTMX)
    sent = services.last("/v1/imports")
    assert (sent.method, sent.content, sent.url.params["dry_run"]) == ("POST", b"PK roster", "true")
    assert (sent.headers["idempotency-key"], answer.headers["hx-redirect"]) == (data["_key"], AT)
    assert all("甄样例" not in f"{one.url}{one.headers}" for one in services.asked)
    plain = await officer.post("/imports", files=files, data=data, headers=OWN_PAGE)
    assert (plain.status_code, plain.headers["location"]) == (303, AT)


async def test_what_cannot_be_sent_is_told_beside_the_form(officer: httpx.AsyncClient, services: Services) -> None:
    """No file, a refusal, a service that is away: one sentence; the form with the file stays where it is."""
    none = await officer.post("/imports", data={"_key": "k"}, headers=HTMX)
    assert (none.status_code, "请先选择名册文件" in none.text, "<form" in none.text) == (422, True, False)
    files = {"file": ("a.xlsx", b"x")}
    services.tell("registry", "/v1/imports", {"code": "import_running", "detail": "本组织有导入正在进行。"}, 409)
    refused = await officer.post("/imports", files=files, headers=HTMX)
    assert (refused.status_code, "正在进行" in refused.text) == (422, True)
    services.away.add("registry")
    away = await officer.post("/imports", files=files, headers=HTMX)
    assert (away.status_code, "不会重复导入" in away.text) == (422, True)


async def test_every_count_opens_its_rows(officer: httpx.AsyncClient, services: Services) -> None:
    """Of a dry run the rows that registry keeps; of an import the members that it entered."""
    text = (await officer.get(AT)).text
    rows = "/ledgers/import-rows?all=1&amp;import_id=i-1&amp;outcome"
    for told in (
        f'href="{rows}=accepted"',
        f'href="{rows}=differs"',
        f'href="{rows}=faulty"',
        "民族",
        "座右铭",
        "尚未写入",
    ):
        assert told in text, told
    assert f"{rows}=repeated" not in text, "nothing is there to open"
    services.tell("registry", ONE, {**TOLD, "dry_run": False})
    text = (await officer.get(AT)).text
    assert 'href="/ledgers/members?all=1&amp;import_batch=i-1"' in text
    assert "/confirm" not in text


async def test_a_running_import_is_followed_and_asks_by_itself(officer: httpx.AsyncClient, services: Services) -> None:
    """The part alone, told as asked by the page; at the end it asks no more."""
    services.tell("registry", ONE, {**TOLD, "state": "running", "done": 2})
    part = await officer.get(AT, headers={"HX-Request": "true", "HX-Target": "import", "X-Live": "1"})
    assert "<html" not in part.text
    for told in ('hx-trigger="every 2s"', "X-Live", 'max="6" value="2"', "已处理 2 / 6 行"):
        assert told in part.text, told
    services.tell("registry", ONE, TOLD)
    assert "hx-trigger" not in (await officer.get(AT)).text


async def test_refused_rows_are_ready_to_be_set_right(officer: httpx.AsyncClient) -> None:
    """The cell at fault in front with its reason, the others behind it; what the file says is text, never markup."""
    text = (await officer.get(AT)).text
    first, second = text.split('<fieldset class="fix-row">')[1:]
    front, behind = first.split("<details>")
    assert 'name="cell-4-3" value="690101198005010019"' in front
    assert "校验位不符" in front
    assert 'name="cell-4-1" value="甄&lt;样例&gt;"' in behind
    assert "缺少所在党支部" in second.split("<details>")[0]
    assert 'data-draft="import:i-1"' in text


async def test_what_was_typed_is_sent_once_and_then_forgotten(officer: httpx.AsyncClient, services: Services) -> None:
    """By row and cell, after a dry run as a dry run; the page of what comes of it clears the draft."""
    services.tell("registry", f"{ONE}/correct", {"id": "i-2"}, 202)
    services.tell("registry", "/v1/imports/i-2", {**TOLD, "id": "i-2", "faulty": 0})
    typed = {"cell-4-3": " 69010119800501001X ", "cell-4-1": "甄样例", "cell-x-1": "y", "_key": "k-9", "_dry": "true"}
    answer = await officer.post(f"{AT}/correct", data=typed, headers=HTMX)
    sent = services.last(f"{ONE}/correct")
    assert json.loads(sent.content) == {"rows": [{"row": 4, "cells": {"3": "69010119800501001X", "1": "甄样例"}}]}
    assert (sent.url.params["dry_run"], sent.headers["idempotency-key"]) == ("true", "k-9")
    assert answer.headers["hx-redirect"] == "/imports/i-2?cleared=i-1"
    assert 'data-draft-done="import:i-1"' in (await officer.get("/imports/i-2?cleared=i-1")).text
    nothing = await officer.post(f"{AT}/correct", data={"_key": "k"}, headers=HTMX)
    assert nothing.status_code == 422


async def test_a_dry_run_is_confirmed_and_says_so(officer: httpx.AsyncClient, services: Services) -> None:
    """Under the form's key; afterwards there is no second button but the way to the import."""
    services.tell("registry", f"{ONE}/confirm", {"id": "i-3"}, 202)
    assert "正式导入 3 人" in (await officer.get(AT)).text
    answer = await officer.post(f"{AT}/confirm", data={"_key": "k-1"}, headers=HTMX)
    assert (answer.headers["hx-redirect"], services.last(f"{ONE}/confirm").headers["idempotency-key"]) == (
        "/imports/i-3", "k-1",
    )  # fmt: skip
    services.tell("registry", ONE, {**TOLD, "confirmed_by": "i-3"})
    text = (await officer.get(AT)).text
    assert 'href="/imports/i-3"' in text
    assert "正式导入 3 人" not in text


async def test_workbooks_are_passed_on(officer: httpx.AsyncClient, services: Services) -> None:
    """The empty one and the refused rows, to be saved."""
    for path in ("/v1/imports/template.xlsx", f"{ONE}/faulty.xlsx"):
        services.tell("registry", path, b"PK book")
    for address in ("/imports/template.xlsx", f"{AT}/faulty.xlsx"):
        found = await officer.get(address)
        assert found.content == b"PK book"
        assert found.headers["content-disposition"].startswith("attachment")


async def test_who_may_not_import_has_no_page(browser: httpx.AsyncClient) -> None:
    """Contact persons and auditors: neither in the menu nor by the address."""
    await sign_in(browser, "AUDITOR")
    assert (await browser.get("/imports")).status_code == 403
    assert (await browser.post("/imports", headers=OWN_PAGE)).status_code == 403
