"""From a dry run to the import: counts open their rows, refused rows are set right in place, nobody is there twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from services.registry.tests.city import FAR, HOME, TOWN, id_number
from services.registry.tests.imports.test_imports import a_row, roster
from services.registry.tests.office import Office

from guiyan.service.conformance import check_problem
from guiyan.service.tables import XLSX_TYPE

BAD = "690101198005010019"


async def send(office: Office, *rows: list[Any], dry_run: bool = True) -> dict[str, Any]:
    """Send a roster; gives the import at its end."""
    headers = {**office.headers(), "Content-Type": "application/octet-stream"}
    address = f"/v1/imports?dry_run={str(dry_run).lower()}"
    return await ended(office, await office.http.post(address, content=roster(*rows), headers=headers))


async def ended(office: Office, answer: Any) -> dict[str, Any]:
    """The import that an answer tells of, at its end."""
    assert answer.status_code == 202, answer.text
    await office.city.imports.wait()
    await office.city.settle()
    return dict((await office.get(answer.headers["Location"])).json())


async def rows_of(office: Office, told: dict[str, Any], outcome: str, **who: str) -> list[dict[str, Any]]:
    """The rows that a count opens."""
    found = await office.get(f"/v1/import-rows?import_id={told['id']}&outcome={outcome}&limit=500", **who)
    return list(found.json()["items"])


async def set_right(
    office: Office, told: dict[str, Any], cells: dict[int, dict[int, str]], *, dry_run: bool = True
) -> dict[str, Any]:
    """Send cells again; gives the import that comes of it, at its end."""
    rows = [{"row": row, "cells": {str(at): text for at, text in one.items()}} for row, one in cells.items()]
    path = f"/v1/imports/{told['id']}/correct?dry_run={str(dry_run).lower()}"
    return await ended(office, await office.post(path, {"rows": rows}))


async def test_every_count_opens_its_rows(office: Office) -> None:
    """As many as are counted, in the file's order, masked, with what differs and why in words; as a workbook too."""
    await send(office, a_row(1), a_row(2), dry_run=False)
    told = await send(office, a_row(3), a_row(1), a_row(2, name="王改名", mobile="13987654321"), a_row(4, id_no=BAD))
    for outcome in ("accepted", "repeated", "differs", "faulty"):
        assert len(await rows_of(office, told, outcome)) == told[outcome] == 1, outcome
    (new,) = await rows_of(office, told, "accepted")
    assert (new["row"], new["name"], new["branch"], new["member_id"]) == (3, "李*", HOME, None)
    (other,) = await rows_of(office, told, "differs")
    assert other["changes"] == "姓名: 李* → 王*; 手机号: 139****0002 → 139****4321"
    assert (await office.get(f"/v1/members/{other['member_id']}")).status_code == 200
    (bad,) = await rows_of(office, told, "faulty")
    assert bad["reasons"] == "公民身份证号: 身份证号校验位不符, 请核对"
    assert "王改名" not in str([new, other, bad])
    book = await office.get(f"/v1/import-rows?import_id={told['id']}", accept=XLSX_TYPE)
    assert book.headers["content-type"] == XLSX_TYPE
    township = {"role": "TOWNSHIP_OFFICER", "org": TOWN}
    assert await rows_of(office, told, "accepted", **township) == []
    listed = (await office.get("/v1/imports")).json()["items"]
    assert sorted((one["dry_run"], one["faulty"]) for one in listed) == [(False, 0), (True, 1)]
    assert (await office.get("/v1/imports", **township)).json()["items"] == []


async def test_a_dry_run_is_confirmed_once(office: Office) -> None:
    """The file need not be sent again; confirmed twice it is one import, and then the file is gone."""
    told = await send(office, a_row(1), a_row(2, branch=FAR))
    assert await office.city.imports.files.find(f"{told['id']}:roster") is not None
    done = await ended(office, await office.post(f"/v1/imports/{told['id']}/confirm"))
    assert (done["accepted"], done["dry_run"], done["follows"]) == (2, False, told["id"])
    assert await office.city.imports.files.find(f"{told['id']}:roster") is None
    head = await office.city.ledger.head()
    again = await ended(office, await office.post(f"/v1/imports/{told['id']}/confirm"))
    assert (again["id"], await office.city.ledger.head()) == (done["id"], head)
    assert len((await office.get(f"/v1/members?import_batch={done['id']}")).json()["items"]) == 2
    check_problem(await office.post(f"/v1/imports/{done['id']}/confirm"), 409, "import_not_dry")
    path, body = f"/v1/imports/{done['id']}/correct", {"rows": [{"row": 3, "cells": {"1": "x"}}]}
    check_problem(await office.post(path, body), 409, "import_file_gone")


async def test_refused_rows_are_set_right_in_place(office: Office) -> None:
    """Round after round over the whole file, with what was typed before; then for real, and nobody is entered twice."""
    told = await send(
        office, a_row(1), a_row(2, id_no=BAD), a_row(3, category="?", joined=date(2011, 7, 1), full=date(2012, 7, 1))
    )
    found = (await office.get(f"/v1/imports/{told['id']}/faulty")).json()
    titles = {one["title"]: one["position"] for one in found["columns"]}
    assert (found["total"], "民族" in titles, "序号" in titles) == (2, False, False)
    first, second = found["rows"]
    assert (first["row"], first["cells"][str(titles["公民身份证号"])]) == (4, BAD)
    assert [(one["position"], one["code"]) for one in first["problems"]] == [
        (titles["公民身份证号"], "id_no_check_digit")
    ]
    assert second["cells"][str(titles["加入党组织日期"])] == "2011-07-01"

    number, category = titles["公民身份证号"], titles["人员类别"]
    once = await set_right(office, told, {4: {number: id_number(2)}, 5: {category: "党员"}})
    assert (once["accepted"], once["faulty"], once["follows"]) == (2, 1, told["id"])
    (left,) = (await office.get(f"/v1/imports/{once['id']}/faulty")).json()["rows"]
    assert left["cells"][str(category)] == "党员", "what was typed stands there, not what the file says"

    done = await ended(office, await office.post(f"/v1/imports/{once['id']}/confirm"))
    assert (done["accepted"], done["faulty"]) == (2, 1)
    last = await set_right(office, done, {5: {category: "正式党员"}}, dry_run=False)
    assert (last["accepted"], last["repeated"], last["faulty"]) == (1, 2, 0)
    members = (await office.get("/v1/members")).json()["items"]
    assert len(members) == 3
    assert sorted(one["joined_on"] for one in members) == ["2010-06-01", "2010-06-01", "2011-07-01"]


async def test_what_is_sent_twice_is_one_import(office: Office) -> None:
    """Under one key, as any request; with other cells under that key it is refused."""
    told = await send(office, a_row(1, id_no=BAD))
    path = f"/v1/imports/{told['id']}/correct"
    body = {"rows": [{"row": 3, "cells": {"3": id_number(1)}}]}
    first = await ended(office, await office.post(path, body, key="typed-1"))
    again = await ended(office, await office.post(path, body, key="typed-1"))
    assert (first["id"], first["accepted"]) == (again["id"], 1)
    other = {"rows": [{"row": 3, "cells": {"3": id_number(5)}}]}
    check_problem(await office.post(path, other, key="typed-1"), 422, "idempotency_key_reused")
    check_problem(await office.post(path, {"rows": []}), 422, "invalid")
    who = {"role": "TOWNSHIP_OFFICER", "org": TOWN}
    assert (await office.post(path, body, **who)).status_code == 404
    assert (await office.get(f"/v1/imports/{told['id']}/faulty", **who)).status_code == 404
    secretary = {"role": "BRANCH_SECRETARY", "org": HOME}
    assert (await office.post(path, body, **secretary)).status_code == 403


async def test_rows_are_gone_after_their_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the files are: who looks too late sends the roster again."""
    for module in ("files", "kept"):
        monkeypatch.setattr(f"guiyan.registry.imports.{module}.KEPT", timedelta(seconds=-1))
    told = await send(office, a_row(1), a_row(2, id_no=BAD))
    await office.city.imports.rows.forget_old()
    assert await rows_of(office, told, "accepted") == []
    check_problem(await office.get(f"/v1/imports/{told['id']}/faulty"), 404, "no_faulty_rows")
    check_problem(await office.post(f"/v1/imports/{told['id']}/confirm"), 409, "import_file_gone")
