"""Retained relations over the write path: one at a time, ended by what moves or ends, timers by the clock (§2.10)."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from services.registry.tests.city import CITY, FAR, HOME, NEXT, OTHER_TOWN, TOWN, CityOfTests
from services.registry.tests.commands.test_departures import leave, transfer
from services.registry.tests.commands.test_probations import at, due, paper, settle

from guiyan.events.codes import MembershipEnd, RecordError, RetentionEnd, RetentionKind, SuspensionGround
from guiyan.events.registry.membership import MembershipEnded, MembershipSuspended
from guiyan.events.registry.retention import RetentionText
from guiyan.ledger import Outcome, Refused
from guiyan.registry.commands import decisions, members, retentions
from guiyan.registry.commands.organisations import dissolve_organisation
from guiyan.registry.commands.reorganisations import merge_organisation
from guiyan.registry.commands.retentions import Keeping, Wish
from guiyan.registry.domain.retention import RETENTION
from guiyan.registry.domain.retention_record import retention_id
from guiyan.registry.projections.retentions import parked_id
from guiyan.service.problems import NotFound
from guiyan.service.scope import Scope

PERSON = "019b76da-a800-7000-8000-0000000000f2"
ELSEWHERE = Scope(OTHER_TOWN, frozenset({OTHER_TOWN, FAR}))


def wish(kind: str = "GRADUATE_UNPLACED", org: str = TOWN, from_on: date = date(2026, 6, 30)) -> Wish:
    """What a member asks for."""
    return Wish(RetentionKind(kind), org, from_on, PERSON, RetentionText(country="示例国"), date(2026, 6, 30))


async def kept(city: CityOfTests, **more: Any) -> tuple[str, str]:
    """A member whose relation the township keeps; gives the member's id and the retention's."""
    member = (await city.register()).id
    id_ = (await retentions.request(city.tools, city.asker(), member, wish(**more))).id
    await retentions.retain(city.tools, city.asker(), id_, Keeping(NEXT, PERSON))
    await settle(city)
    return member, id_


async def shown(city: CityOfTests, id_: str) -> dict[str, Any]:
    """The row."""
    return dict((await city.documents("retentions"))[id_])


async def answers(city: CityOfTests, member: str) -> tuple[Any, Any]:
    """Who answers for the member, and by which retentions."""
    document = (await city.documents("members"))[member]
    return document["responsible"], [one["by"] for one in document["retained"]]


async def test_kept_by_the_holder_who_answers_meanwhile(city: CityOfTests) -> None:
    """R1 Art. 34, R6: asked for, put into a branch with a named person; the holder is responsible (§2.1)."""
    member = (await city.register()).id
    id_ = (await retentions.request(city.tools, city.asker(), member, wish())).id
    await settle(city)
    assert await answers(city, member) == (HOME, [])
    with pytest.raises(Refused, match="not_a_branch_of_the_holder"):
        await retentions.retain(city.tools, city.asker(), id_, Keeping(FAR, PERSON))
    with pytest.raises(Refused, match="contact_person_missing"):
        await retentions.retain(city.tools, city.asker(), id_, Keeping(NEXT))
    await retentions.retain(city.tools, city.asker(), id_, Keeping(NEXT, PERSON))
    await settle(city)
    row = await shown(city, id_)
    assert (row["state"], row["placed_in"], row["retain_until"]) == ("RETAINED", NEXT, "2028-06-30")
    assert await answers(city, member) == (TOWN, [id_])
    assert (await city.documents("members"))[member]["retention_state"] == "RETAINED"


async def test_one_open_retention_a_member_whatever_races(city: CityOfTests) -> None:
    """ADR 0011: numbered, the guard on the first commit lets one of many begin; the next comes after its end."""
    member = (await city.register()).id
    tools = city.tools
    told = await asyncio.gather(
        *(retentions.request(tools, city.asker(), member, wish()) for _ in range(6)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in told) == ["Outcome", *["Refused"] * 5]
    first = next(one.id for one in told if isinstance(one, Outcome))
    assert first == retention_id(member, 1)
    await retentions.end(tools, city.asker(), first, RetentionEnd.NOT_GRANTED, date(2026, 6, 30))
    asker = city.asker()
    second = await retentions.request(tools, asker, member, wish())
    again = await retentions.request(tools, asker, member, wish())
    assert (second.id, again.id, again.duplicate) == (retention_id(member, 2), second.id, True)


async def test_the_transfer_ends_it_once(city: CityOfTests) -> None:
    """§2.10: TRANSFERRED_OUT at RelationTransferred; the receiver answers, and what is asked for later goes on."""
    member, id_ = await kept(city)
    transfer_id = await transfer(city, member, FAR)
    await settle(city)
    row = await shown(city, id_)
    assert (row["state"], row["open"], row["transfer_id"]) == ("TRANSFERRED_OUT", False, transfer_id)
    assert await answers(city, member) == (FAR, [])
    _, history = await city.tools.commands.load(RETENTION, id_)
    assert [one.type for one in history.events].count("RetentionEnded") == 1
    assert [one for one in await due(city) if one.timer.data.get("retention_id") == id_] == []
    later = (await retentions.request(city.tools, city.asker(), member, wish())).id
    await settle(city)
    assert (await shown(city, later))["open"]


@pytest.mark.parametrize("how", ["SUSPENDED", "MEMBERSHIP_ENDED"])
async def test_a_decision_ends_it_and_its_annulment_opens_it(city: CityOfTests, how: str) -> None:
    """§2.10, §2.11: with the membership; a decision in error undone, the holder answers again and timers run on."""
    member, id_ = await kept(city)
    kind, more = (
        (MembershipSuspended, {"ground": SuspensionGround.SETTLED_ABROAD})
        if how == "SUSPENDED"
        else (MembershipEnded, {"how": MembershipEnd.DECEASED})
    )
    timers = {one.timer.id for one in await due(city) if one.timer.data.get("retention_id") == id_}
    day = paper(date(2026, 7, 1))
    done = await decisions.record_decision(city.tools, city.asker(), member, day, kind, **more)
    await settle(city)
    assert ((await shown(city, id_))["state"], await answers(city, member)) == (how, (HOME, []))
    await decisions.annul_decision(
        city.tools, city.asker(), member, day, annulled_id=done.events[0].id, error=RecordError.WRONG_PERSON
    )
    await settle(city)
    assert ((await shown(city, id_))["state"], await answers(city, member)) == ("RETAINED", (TOWN, [id_]))
    assert {one.timer.id for one in await due(city) if one.timer.data.get("retention_id") == id_} == timers


async def test_nothing_is_kept_again_that_has_moved(city: CityOfTests) -> None:
    """§2.3: a relation that moved between the decision and its annulment is with its receiver."""
    member, id_ = await kept(city)
    more = {"ground": SuspensionGround.SETTLED_ABROAD}
    day = paper(date(2026, 7, 1))
    done = await decisions.record_decision(city.tools, city.asker(), member, day, MembershipSuspended, **more)
    await settle(city)
    await transfer(city, member, FAR, date(2026, 7, 1))
    above = paper(date(2026, 7, 1), CITY)
    await settle(city)
    await decisions.annul_decision(
        city.tools, city.asker(), member, above, annulled_id=done.events[0].id, error=RecordError.WRONG_PERSON
    )
    await settle(city)
    assert ((await shown(city, id_))["state"], await answers(city, member)) == ("SUSPENDED", (FAR, []))


async def test_reminded_and_then_overdue_by_the_calendar(city: CityOfTests) -> None:
    """§2.10: at 12, 18, 21, 23, 24 months, overdue the day after; an extension moves them; no timer ends anything."""
    member, id_ = await kept(city, from_on=date(2026, 6, 30))
    await at(city, date(2028, 7, 1))
    _, history = await city.tools.commands.load(RETENTION, id_)
    told = [(getattr(one.payload, "after_months", None), one.occurredon) for one in history.events[2:]]
    assert told == [
        (12, date(2027, 6, 30)), (18, date(2027, 12, 30)), (21, date(2028, 3, 30)), (23, date(2028, 5, 30)),
        (24, date(2028, 6, 30)), (None, date(2028, 7, 1)),
    ]  # fmt: skip
    row = await shown(city, id_)
    assert (row["state"], row["overdue"], await answers(city, member)) == ("OVERDUE", True, (TOWN, [id_]))
    await retentions.extend(
        city.tools, city.asker(), id_, date(2028, 12, 30), decision_no="示〔2028〕1号", occurred_on=date(2028, 7, 1)
    )
    await settle(city)
    found = [one.timer for one in await due(city) if one.timer.data.get("retention_id") == id_]
    assert [one.data["due_on"] for one in found] == ["2028-09-30", "2028-11-30", "2028-12-30", "2028-12-31"]
    assert ((await shown(city, id_))["state"], (await shown(city, id_))["overdue"]) == ("EXTENDED", False)


async def test_parked_relations_stand_in_the_same_list(city: CityOfTests) -> None:
    """P-09: from the day the record says so, two years; gone when it says otherwise, ended by a transfer."""
    member = (await city.register(relation_holding="PARKED_HUKOU")).id
    other = (await city.register()).id
    correction = members.Correction({"relation_holding": "PARKED_HUKOU"}, members.MemberTextChange(), date(2026, 6, 1))
    await members.correct_member(city.tools, city.asker(), other, correction)
    await leave(city, other, date(2026, 6, 2), dest_area_code="650102")
    await settle(city)
    first, second = await shown(city, parked_id(member)), await shown(city, parked_id(other))
    assert (first["state"], first["kind"], first["from_on"], first["retain_until"]) == (
        "PARKED", "PARKED_HUKOU", "2026-07-01", "2028-07-01",
    )  # fmt: skip
    assert (second["from_on"], second["away"], second["dest_area_code"]) == ("2026-06-01", True, "650102")
    await transfer(city, member, FAR)
    back = members.Correction({"relation_holding": "NORMAL"}, members.MemberTextChange(), date(2026, 6, 30))
    await members.correct_member(city.tools, city.asker(), other, back)
    await settle(city)
    rows = await city.documents("retentions")
    assert (rows[parked_id(member)]["state"], rows[parked_id(member)]["open"]) == ("TRANSFERRED_OUT", False)
    assert parked_id(other) not in rows


async def test_the_holder_s_side_acts_and_others_do_not(city: CityOfTests) -> None:
    """§5: the member's side and the holder's; whoever is neither finds nothing."""
    member = (await city.register()).id
    id_ = (await retentions.request(city.tools, city.asker(), member, wish(org=OTHER_TOWN))).id
    stranger = Scope(NEXT, frozenset({NEXT}))
    with pytest.raises(NotFound):
        await retentions.retain(city.tools, city.asker(scope=stranger), id_, Keeping(FAR, PERSON))
    await retentions.retain(city.tools, city.asker(scope=ELSEWHERE), id_, Keeping(FAR, PERSON))
    await settle(city)
    assert await answers(city, member) == (OTHER_TOWN, [id_])


async def test_a_merged_holder_keeps_on_as_its_successor(city: CityOfTests) -> None:
    """§2.13, §2.1: what a committee keeps, and the branch it put the member into, go over before they end."""
    member, id_ = await kept(city)
    await merge_organisation(city.tools, city.asker(), NEXT, HOME, document_no=None, occurred_on=None)
    await settle(city)
    row = await shown(city, id_)
    assert (row["holding_org"], row["placed_in"]) == (TOWN, HOME)
    await merge_organisation(city.tools, city.asker(), TOWN, OTHER_TOWN, document_no=None, occurred_on=None)
    await settle(city)
    assert await answers(city, member) == (OTHER_TOWN, [id_])
    assert (await shown(city, id_))["holding_org"] == OTHER_TOWN


async def test_who_keeps_somebody_is_not_dissolved(city: CityOfTests) -> None:
    """§2.1: the responsible organisation is one that is there; nor is the branch that a member was put into."""
    _, id_ = await kept(city)
    with pytest.raises(Refused, match="retentions_left"):
        await dissolve_organisation(city.tools, city.asker(), NEXT, None, None)
    await retentions.place(city.tools, city.asker(), id_, HOME, None)
    await settle(city)
    assert (await shown(city, id_))["placed_in"] == HOME
    with pytest.raises(Refused, match="not_a_branch_of_the_holder"):
        await retentions.place(city.tools, city.asker(), id_, FAR, None)
    await dissolve_organisation(city.tools, city.asker(), NEXT, None, None)
    await retentions.end(city.tools, city.asker(), id_, RetentionEnd.RETURNED, None)
    with pytest.raises(Refused, match="retention_state"):
        await retentions.place(city.tools, city.asker(), id_, HOME, None)
