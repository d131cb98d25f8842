"""The book of letters: every number given, used or void, without a gap, for its issuer (R4, domain.md §2.3)."""

from __future__ import annotations

from typing import Any

from services.transfers.tests.test_paper import HANDING_OVER, known_member
from services.transfers.tests.town import CITY, FAR, HOME, OTHER, TOWN, TransferTown

from guiyan.service.auth import Role
from guiyan.service.printing import PDF_TYPE
from guiyan.transfers.projections.stubs import STUBS


async def book(town: TransferTown, who: Any = None, **query: Any) -> list[dict[str, Any]]:
    """The rows of the book, by serial."""
    await town.town.settle()
    found = await town.get("/v1/letters", who or town.origin, sort="letter_sn", **query)
    assert found.status_code == 200, found.text
    rows: list[dict[str, Any]] = found.json()["items"]
    return rows


async def test_every_number_stands_in_the_book_with_its_fate(town: TransferTown) -> None:
    """Used, lost and replaced, withdrawn, receipt on the stub: one row a number, why void, until when it is kept."""
    one, two, three = [await town.issued(member_id=await known_member(town, name)) for name in ("one", "two", "three")]
    await town.post(f"/v1/transfers/{one}/print", HANDING_OVER)
    await town.post(f"/v1/transfers/{one}/receive", {"to_branch": FAR}, town.receiver)
    await town.post(f"/v1/transfers/{one}/receipt", headers=town.receiver)
    await town.post(f"/v1/transfers/{one}/archive")
    await town.post(f"/v1/transfers/{two}/report-lost")
    await town.post(f"/v1/transfers/{two}/reissue", {"certified_by": HOME})
    await town.post(f"/v1/transfers/{three}/withdraw")
    rows = await book(town, letter_year=2026, issuer=TOWN)
    assert [(row["number"], row["transfer_id"], row["void"], row["void_reason"]) for row in rows] == [
        ("2026-001", one, False, None),
        ("2026-002", two, True, "LOST"),
        ("2026-003", three, True, "WITHDRAWN"),
        ("2026-004", two, False, None),
    ]
    first, lost, *_ = rows
    assert (first["prints"], first["receipt_on"], first["archived_on"]) == (1, "2026-03-10", "2026-03-10")
    assert (first["keep_until"], first["name"], first["state"]) == ("2036-03-10", "李*", "ARCHIVED")
    assert (lost["voided_on"], lost["prints"], lost["keep_until"]) == ("2026-03-10", 0, None)
    assert [row["number"] for row in await book(town, void="true")] == ["2026-002", "2026-003"]
    assert [row["number"] for row in await book(town, receipt="false", void="false")] == ["2026-004"]


async def test_a_book_is_its_issuers(town: TransferTown) -> None:
    """The receiver does not see it, the city does; a member and an administrator may not look."""
    await town.issued(member_id=await known_member(town))
    assert await book(town, town.receiver) == []
    assert len(await book(town, town.city)) == 1
    for role in (Role.MEMBER, Role.OPS, Role.SYS_ADMIN):
        assert (await town.get("/v1/letters", town.town.bearer(role, org=CITY))).status_code == 403
    printed = await town.get("/v1/letters", town.origin | {"Accept": PDF_TYPE})
    assert printed.content.startswith(b"%PDF")


async def test_a_stub_holds_nothing_of_a_person(town: TransferTown) -> None:
    """The name in the book is the transfer's own: erased there, it is gone here."""
    await town.issued(member_id=await known_member(town))
    await town.town.settle()
    (stub,) = await town.town.composed.state["office"].reads.find(STUBS, {})
    assert "李" not in str(stub)
    assert (await book(town))[0]["name"] == "李*"


async def test_inside_one_committee_no_number_is_given(town: TransferTown) -> None:
    """INTERNAL has no letter, and no stub; a receiver's name in the title changes nothing of that."""
    body = {"to_committee": None, "to_branch": "654002001002", "channel": "INTERNAL"}
    id_ = await town.requested(await known_member(town), **body)
    await town.post(f"/v1/transfers/{id_}/approve", headers=town.secretary)
    assert (await town.post(f"/v1/transfers/{id_}/receive")).status_code == 200
    assert await book(town, town.city) == []
    assert OTHER not in str(await book(town, town.city))
