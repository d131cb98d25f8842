"""For which side somebody speaks who stands above both, and the word of a receiver outside (§2.3, §2.8)."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.transfers.tests.town import FAR, HOME, TransferTown

from guiyan.events.codes import MemberSource, PersonCategory
from guiyan.events.registry import MemberRegistered
from guiyan.events.registry.member import MemberText


async def on_probation(town: TransferTown) -> str:
    """Somebody whose probation ends within three months; gives the id."""
    member_id = town.world.id("member", "new")
    facts = MemberRegistered(
        member_id=member_id,
        branch=HOME,
        person_category=PersonCategory.PROBATIONARY,
        source=MemberSource.DEVELOPED,
        probation_ends_on=date(2026, 5, 1),
    )
    await town.world.happen(member_id, facts, pii=MemberText(name="李示例"))
    return member_id


async def agree(town: TransferTown, id_: str, who: Any, **more: str) -> tuple[int, str | None]:
    """One side says that the receiver converts; status and code."""
    done = await town.post(f"/v1/transfers/{id_}/agree-converter", {"converter": "RECEIVER", **more}, who)
    return done.status_code, done.json().get("code")


async def test_who_stands_above_both_names_the_side(town: TransferTown) -> None:
    """The city speaks for whom it names; without a name it is refused, and nobody speaks for the other side."""
    id_ = await town.issued(member_id=await on_probation(town))
    assert await agree(town, id_, town.city) == (422, "side_ambiguous")
    assert await agree(town, id_, town.origin, side="RECEIVER") == (403, "wrong_side")
    assert await agree(town, id_, town.city, side="ORIGIN") == (200, None)
    refused = await town.post(f"/v1/transfers/{id_}/receive", {"to_branch": FAR}, town.receiver)
    assert refused.json()["code"] == "converter_not_agreed"
    assert await agree(town, id_, town.receiver) == (200, None)
    moved = await town.post(f"/v1/transfers/{id_}/receive", {"to_branch": FAR}, town.receiver)
    assert moved.status_code == 200, moved.text


async def test_the_city_returns_for_the_origin_before_the_letter(town: TransferTown) -> None:
    """Before the letter only the origin can; after it the receiver, who may be named as well."""
    id_ = await town.requested()
    back = {"reason": "FORM_FAULTY"}
    wrong = await town.post(f"/v1/transfers/{id_}/return", {**back, "side": "RECEIVER"}, town.origin)
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_side")
    done = await town.post(f"/v1/transfers/{id_}/return", back, town.city)
    assert done.status_code == 200, done.text
    after = await town.issued(member_id=await town.member("two"))
    assert (
        await town.post(f"/v1/transfers/{after}/return", {**back, "side": "RECEIVER"}, town.city)
    ).status_code == 200
    await town.town.settle()
    rows = [(await town.get(f"/v1/transfers/{one}")).json()["returned_by"] for one in (id_, after)]
    assert rows == ["ORIGIN", "RECEIVER"]


async def test_a_receiver_outside_says_on_paper_who_converts(town: TransferTown) -> None:
    """§2.8: in the last months the origin tells both words before the receipt moves the relation, late as well."""
    body = {"member_id": await on_probation(town), "to_title": "示例省示例县委组织部", "dues_paid_to": "2026-02"}
    id_ = (await town.post("/v1/transfers", body)).json()["id"]
    for verb, who in (("approve", town.secretary), ("issue", town.origin)):
        assert (await town.post(f"/v1/transfers/{id_}/{verb}", headers=who)).status_code == 200
    await town.town.settle()
    await town.town.advance(days=40)
    days = {"received_on": "2026-03-20", "receipt_on": "2026-03-20"}
    scanned = {"code": f"guiyan:receipt:{id_}:2026-1", **days}
    for path, told in ((f"{id_}/record-receipt", days), ("scan-receipt", scanned)):
        refused = await town.post(f"/v1/transfers/{path}", told)
        assert (refused.status_code, refused.json()["code"]) == (409, "converter_not_agreed")
    assert await agree(town, id_, town.origin) == (200, None)
    assert await agree(town, id_, town.secretary, side="RECEIVER") == (403, "wrong_side")
    assert await agree(town, id_, town.origin, side="RECEIVER") == (200, None)
    done = await town.post(f"/v1/transfers/{id_}/record-receipt", days)
    assert [one["type"] for one in done.json()["events"]][1] == "RelationTransferred", done.text
