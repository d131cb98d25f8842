"""`/v1/transfers/incoming` and the ledger no. 4 with transfers that come from outside (§2.3, §6 no. 4)."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from services.transfers.tests.town import CITY, FAR, HOME, OTHER, TOWN, TransferTown

from guiyan.events.codes import MemberSource, PersonCategory
from guiyan.events.registry import MemberRegistered
from guiyan.events.registry.member import MemberText
from guiyan.service.auth import Role
from guiyan.service.tables import CSV_TYPE

TITLE = "示例省示例县委组织部"
LETTER = {
    "from_title": TITLE, "letter_year": 2026, "letter_sn": "017", "issued_on": "2026-03-01", "valid_days": 30,
    "from_area_code": "510100", "to_committee": OTHER, "dues_paid_to": "2026-02",
}  # fmt: skip
ID_NO = "690101198005010015"


async def expected(town: TransferTown, name: str = "one", **more: Any) -> str:
    """Somebody whom the registry has entered as expected from outside; gives the id."""
    member_id = town.world.id("member", name)
    facts = MemberRegistered(
        member_id=member_id,
        branch=OTHER,
        person_category=more.get("person_category", PersonCategory.FULL),
        source=MemberSource.TRANSFER_IN,
        incoming=True,
        id_index=town.world.index.of("id_no", more.get("id_no", ID_NO)),
    )
    await town.world.happen(member_id, facts, pii=MemberText(name="李示例"))
    return member_id


async def enter(town: TransferTown, headers: Any = None, **more: Any) -> Any:
    """The receiving committee's officer enters the letter; gives the answer."""
    return await town.post("/v1/transfers/incoming", LETTER | more, headers or town.receiver)


async def test_from_the_letter_to_the_receipt(town: TransferTown) -> None:
    """Entered, received, assigned: the relation moves from outside; the receipt goes back within a month."""
    member_id = await expected(town)
    made = await enter(town, member_id=member_id)
    assert made.status_code == 201, made.text
    id_ = made.json()["id"]
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{id_}", town.receiver)).json()
    assert (row["state"], row["responsible_branch"], row["number"]) == ("IN_TRANSIT", "OUTSIDE", "2026-017")
    assert (row["expires_on"], row["days_left"], row["valid_days"]) == ("2026-03-31", 21, 30)
    assert (row["waits_for"]["step"], row["waits_for"]["by"]) == ("RECEIVE", OTHER)
    assert row["timeline"][0]["zh"] == "登记系统外转入"
    received = await town.post(f"/v1/transfers/{id_}/receive", {"to_branch": FAR}, town.receiver)
    assert received.json()["events"][-1]["type"] == "RelationTransferred", received.text
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{id_}", town.receiver)).json()
    assert (row["state"], row["responsible_branch"], row["receipt_due_on"]) == ("COMPLETED", FAR, "2026-04-10")
    for verb in ("receipt", "archive"):
        done = await town.post(f"/v1/transfers/{id_}/{verb}", headers=town.receiver)
        assert done.status_code == 200, done.text
    await town.town.settle()
    assert (await town.get(f"/v1/transfers/{id_}")).json()["state"] == "ARCHIVED"
    assert await town.town.due.next_due_at() is None
    assert (await town.get("/v1/letters", town.city)).json()["items"] == [], "it is in no book of ours"


async def test_in_and_out_in_one_ledger(town: TransferTown) -> None:
    """No. 4: 转入 rows beside 转出 rows, asked for by direction and by change type."""
    await town.requested()
    in_ = (await enter(town, member_id=await expected(town, "two"))).json()["id"]
    await town.town.settle()

    async def found(**query: str) -> list[Any]:
        return [one["id"] for one in (await town.get("/v1/transfers", **query)).json()["items"]]

    assert len(await found()) == 2
    assert await found(direction="IN") == await found(change_type="IN_OTHER_PROVINCE") == [in_]
    assert len(await found(direction="OUT")) == 1
    (row,) = (await town.get("/v1/transfers", direction="IN")).json()["items"]
    assert (row["from_title"], row["from_branch"], row["to_committee"]) == (TITLE, None, OTHER)
    assert (await town.get("/v1/transfers", town.origin, direction="IN")).json()["items"] == []
    answer = await town.get("/v1/transfers", town.city | {"Accept": CSV_TYPE})
    printed = {
        line["转入/转出"]: line["转出党委"] for line in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    }
    assert printed == {"转入": TITLE, "转出": TOWN}, "whom it comes from stands in the column of the origin"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"valid_days": 91}, "/valid_days"),
        ({"valid_days": None, "expires_on": "2026-05-31"}, "/expires_on"),
        ({"letter_year": 2027}, "/letter_year"),
        ({"letter_year": 2024}, "/letter_year"),
        ({"from_area_code": "000000"}, "/from_area_code"),
        ({"from_area_code": "000000", "change_type": "IN_OTHER_PROVINCE"}, "/from_area_code"),
    ],
)
async def test_a_letter_that_nobody_issues_is_told_by_field(
    town: TransferTown, body: dict[str, Any], pointer: str
) -> None:
    """letter.valid_days_cap, the register of the year, a place in some province; nothing is written."""
    member_id = await expected(town)
    before = await town.world.ledger.head()
    refused = await enter(town, member_id=member_id, **body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), refused.text
    assert await town.world.ledger.head() == before


@pytest.mark.parametrize(
    "body", [{"valid_days": 90}, {"valid_days": None, "expires_on": "2026-05-30"}, {"letter_year": 2025}]
)
async def test_the_longest_letter_and_the_register_of_last_year(town: TransferTown, body: dict[str, Any]) -> None:
    """What can just be is entered."""
    assert (await enter(town, member_id=await expected(town), **body)).status_code == 201


async def test_who_is_known_is_found_by_the_number(town: TransferTown) -> None:
    """No second record: by ID number, however it is written, also of a record that another office has."""
    member_id = await expected(town)
    made = await enter(town, id_no="690101 19800501 0015")
    assert made.status_code == 201, made.text
    found = (await town.get("/v1/transfers", direction="IN", after_sequence=str(made.json()["sequence"]))).json()
    assert [one["member_id"] for one in found["items"]] == [member_id]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "one_of_member_or_number"),
        ({"id_no": "690101198005020029"}, "member_not_entered"),
        ({"id_no": ID_NO, "to_committee": None}, "receiver_missing"),
        ({"id_no": ID_NO, "letter_sn": None}, "letter_number_missing"),
        ({"id_no": ID_NO, "valid_days": None}, "letter_validity_missing"),
        ({"id_no": ID_NO, "from_area_code": None}, "change_type_unknown"),
        ({"id_no": ID_NO, "change_type": "IN_SAME_PROVINCE"}, "change_type_contradicts_area"),
        ({"id_no": ID_NO, "issued_on": "2026-01-01"}, "letter_expired"),
        ({"id_no": ID_NO, "to_committee": CITY, "to_branch": FAR}, "receiver_without_power"),
        ({"id_no": ID_NO, "to_committee": TOWN}, "receiver_of_others"),
    ],
)
async def test_what_is_missing_or_cannot_be_is_named(town: TransferTown, body: dict[str, Any], code: str) -> None:
    """The officer is told which, and nothing is written."""
    await expected(town)
    answer = await enter(town, **body)
    told = [one["code"] for one in answer.json().get("errors", [])] or [answer.json()["code"]]
    assert (answer.status_code, told) == (422, [code]), answer.text
    assert (await town.get("/v1/transfers", direction="IN")).json()["items"] == []


async def test_whose_relation_is_here_does_not_come_from_outside(town: TransferTown) -> None:
    """A member of a branch here moves by that branch's request; one who is outside by a letter from there."""
    here, outside = await town.member("here"), await expected(town)
    wrong = await enter(town, member_id=here)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "relation_is_here")
    body = {"member_id": outside, "to_committee": OTHER, "dues_paid_to": "2026-02"}
    wrong = await town.post("/v1/transfers", body, town.city)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "relation_outside")


async def test_the_same_letter_for_somebody_else_is_told(town: TransferTown) -> None:
    """A letter may name several people, or was typed for the wrong one: taken as told, and said."""
    first = await enter(town, member_id=await expected(town))
    await town.town.settle()
    second = await enter(town, member_id=await expected(town, "two", id_no="690101198005020029"))
    (warning,) = second.json()["warnings"]
    assert (warning["code"], first.json()["id"] in warning["detail"]) == ("letter_seen_before", True)
    assert "warnings" not in first.json()


async def test_an_online_transfer_has_the_days_of_its_system(town: TransferTown) -> None:
    """Neither number nor last day are asked for where a system carries it; 151 inside the province."""
    body = {"valid_days": None, "letter_year": None, "letter_sn": None, "from_area_code": None}
    made = await enter(town, member_id=await expected(town), channel="ONLINE_PROVINCE", **body)
    assert made.status_code == 201, made.text
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{made.json()['id']}")).json()
    assert (row["number"], row["expires_on"], row["change_type"]) == (None, "2026-03-31", "IN_SAME_PROVINCE")


async def test_nobody_but_the_receiver_acts_on_it(town: TransferTown) -> None:
    """Another township does not see it; a branch contact may not enter one."""
    made = (await enter(town, member_id=await expected(town))).json()["id"]
    await town.town.settle()
    assert (await town.post(f"/v1/transfers/{made}/receive", headers=town.origin)).status_code == 404
    contact = town.town.bearer(Role.BRANCH_CONTACT, org=FAR, sub="contact")
    assert (await enter(town, contact, id_no=ID_NO)).status_code == 403
    wrong = await town.post(f"/v1/transfers/{made}/issue", headers=town.receiver)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "letter_from_outside")


async def test_a_receipt_not_sent_is_told_to_ourselves(town: TransferTown) -> None:
    """§2.3: a month after receiving the clock says so, and it stands in the receiver's own ledger."""
    id_ = (await enter(town, member_id=await expected(town))).json()["id"]
    await town.post(f"/v1/transfers/{id_}/receive", {"to_branch": FAR}, town.receiver)
    await town.town.settle()
    await town.town.advance(days=35)
    late = (await town.get("/v1/transfers", town.receiver, receipt_overdue="true")).json()["items"]
    assert [(one["id"], one["receipt_overdue_on"]) for one in late] == [(id_, "2026-04-10")]


async def test_who_converts_is_told_for_both_sides(town: TransferTown) -> None:
    """§2.8: the outside's word is told from its paper by our officer; a full member needs none."""
    id_ = (await enter(town, member_id=await expected(town, person_category=PersonCategory.PROBATIONARY))).json()["id"]
    for side in ("ORIGIN", "RECEIVER"):
        body = {"converter": "RECEIVER", "side": side}
        done = await town.post(f"/v1/transfers/{id_}/agree-converter", body, town.receiver)
        assert done.status_code == 200, done.text
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row["converter_origin"], row["converter_receiver"]) == ("RECEIVER", "RECEIVER")


async def test_the_month_of_dues_comes_with_the_letter(town: TransferTown) -> None:
    """What stood on the letter is known when the member moves on; the next request does not ask for it."""
    member_id = await expected(town)
    id_ = (await enter(town, member_id=member_id)).json()["id"]
    await town.post(f"/v1/transfers/{id_}/receive", {"to_branch": FAR}, town.receiver)
    body = {"member_id": member_id, "to_branch": HOME}
    made = await town.post("/v1/transfers", body, town.receiver)
    assert made.status_code == 201, made.text
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{made.json()['id']}")).json()
    assert (row["from_branch"], row["dues_paid_to"]) == (FAR, "2026-02")


async def test_the_past_of_one_that_came_in(town: TransferTown) -> None:
    """as_of tells it from its own events: outside until the day on which it moved."""
    id_ = (await enter(town, member_id=await expected(town), occurred_on="2026-03-02")).json()["id"]
    await town.post(f"/v1/transfers/{id_}/receive", {"to_branch": FAR}, town.receiver)
    await town.town.settle()
    then = (await town.get(f"/v1/transfers/{id_}", as_of="2026-03-05")).json()
    assert (then["state"], then["responsible_branch"]) == ("IN_TRANSIT", "OUTSIDE")
