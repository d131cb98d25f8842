"""Whose relation is outside (§2.1, §2.3): gone there or expected from there, and what is asked of them here."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from services.registry.tests.city import FAR, HOME, NEXT, OTHER_TOWN, TOWN, CityOfTests, id_number
from services.registry.tests.elsewhere import Elsewhere

from guiyan.events.registry.inflow import InflowText
from guiyan.events.transfers.transfer import IncomingTransferRecorded, RelationTransferred, TransferRequested
from guiyan.ledger import Refused, Subject
from guiyan.registry.commands.departures import Told, record_leaving
from guiyan.registry.commands.inflows import NewInflow, register_inflow
from guiyan.registry.commands.members import Payment, record_dues
from guiyan.registry.commands.organisations import members_of
from guiyan.registry.domain.member import MEMBER

TITLE = "示例省示例县委组织部"


async def gone(city: CityOfTests, member: str, on: str = "2026-06-20") -> str:
    """A transfer to an organisation outside, from the request to the paper receipt; gives its id."""
    elsewhere = Elsewhere(city)
    facts = {"member_id": member, "from_branch": HOME, "from_committee": TOWN, "to_title": TITLE}
    how = {"channel": "PAPER", "change_type": "OUT_OTHER_PROVINCE", "dues_paid_to": "2026-05"}
    id_ = await elsewhere.tell(TransferRequested, "2026-06-01", **facts, **how)
    await elsewhere.tell(RelationTransferred, on, id_, member_id=member, from_branch=HOME, transferred_on=on)
    await city.settle()
    return id_


async def come(city: CityOfTests, member: str, branch: str, on: str = "2026-06-28") -> str:
    """A transfer from outside, from its letter to the branch; gives its id."""
    elsewhere = Elsewhere(city)
    how = {"channel": "PAPER", "change_type": "IN_OTHER_PROVINCE", "from_title": TITLE, "to_committee": OTHER_TOWN}
    id_ = await elsewhere.tell(IncomingTransferRecorded, on, member_id=member, **how)
    await elsewhere.tell(RelationTransferred, on, id_, member_id=member, to_branch=branch, transferred_on=on)
    await city.settle()
    await city.settle()
    return id_


async def expected(city: CityOfTests, where: str = OTHER_TOWN, **more: Any) -> str:
    """Somebody entered who is expected from outside; gives the id."""
    made = await city.register(where, source="TRANSFER_IN", incoming=True, **more)
    await city.settle()
    await city.settle()
    return made.id


async def shown(city: CityOfTests, member: str) -> dict[str, Any]:
    """The member's document."""
    return dict((await city.documents("members"))[member])


async def test_who_went_outside_belongs_to_no_branch_here(city: CityOfTests) -> None:
    """The register follows once: outside, since when and with whom; no branch holds the member (§2.3)."""
    member = (await city.register(HOME)).id
    await gone(city, member)
    told = await shown(city, member)
    assert (told["responsible"], told["outside"], told["outside_since"]) == ("OUTSIDE", True, "2026-06-20")
    assert (told["outside_title"], told["branch"]) == (TITLE, HOME)
    types = [one.type for one in (await city.ledger.read(MEMBER.subject(member))).events]
    assert types == ["MemberRegistered", "MemberTransferredOut"]
    assert await city.tools.register.count("members", members_of(HOME)) == 0


async def test_nothing_is_done_here_of_who_is_outside(city: CityOfTests) -> None:
    """No trip is begun here; dues of the months before the move can still be told, and none fall due after it."""
    member = (await city.register(HOME)).id
    await gone(city, member)
    with pytest.raises(Refused, match="relation_outside"):
        await record_leaving(city.tools, city.asker(), member, Told({"reason": "STUDY", "source": "SWEEP"}))
    await record_dues(city.tools, city.asker(), member, Payment(("2026-04",)))
    await city.settle()
    account = (await city.documents("dues"))[member]
    assert (account["months_unpaid"], account["months_in_arrears"], account["outside"]) == (1, 0, True)


async def test_who_comes_back_has_the_same_record(city: CityOfTests) -> None:
    """From outside, also to the branch of before: the same record, here again, with the time outside in its dues."""
    member = (await city.register(HOME)).id
    await record_dues(city.tools, city.asker(), member, Payment(("2026-01",), occurred_on=date(2026, 1, 20)))
    await gone(city, member, "2026-02-20")
    await come(city, member, HOME)
    told = await shown(city, member)
    assert (told["responsible"], told["branch"], told["outside"]) == (HOME, HOME, False)
    assert told["outsides"] == [["2026-02-20", "2026-06-28"]]
    account = (await city.documents("dues"))[member]
    assert account["months_unpaid"] == 1, "June is asked here, February to May where the relation was"
    types = [one.type for one in (await city.ledger.read(MEMBER.subject(member))).events]
    assert types == ["MemberRegistered", "MemberTransferredOut", "BranchAssigned"]


async def test_an_older_move_never_undoes_a_newer_one(city: CityOfTests) -> None:
    """The register runs again over a transfer that it has followed: who came back stays (§8)."""
    member = (await city.register(HOME)).id
    left = await gone(city, member)
    await come(city, member, FAR)
    fact = (await city.ledger.read(Subject("transfers", "transfer", left))).events[-1]
    again = RelationTransferred.model_validate(fact.payload.model_dump())
    await Elsewhere(city).tell(type(again), "2026-06-20", left, **again.model_dump())
    state = MEMBER.fold((await city.ledger.read(MEMBER.subject(member))).events)
    assert (state.branch, state.outside) == (FAR, False)


async def test_who_is_expected_is_nobodys_member_yet(city: CityOfTests) -> None:
    """Entered with the committee that expects the relation: outside until it moves, then of the branch (§2.1)."""
    member = await expected(city)
    told = await shown(city, member)
    assert (told["responsible"], told["outside"], told["branch"]) == ("OUTSIDE", True, OTHER_TOWN)
    with pytest.raises(Refused, match="relation_outside"):
        await record_leaving(city.tools, city.asker(), member, Told({"reason": "STUDY", "source": "SWEEP"}))
    await come(city, member, FAR)
    told = await shown(city, member)
    assert (told["responsible"], told["branch"], told["outside"]) == (FAR, FAR, False)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": "DEVELOPED"}, "incoming_is_transferred"),
        ({"relation_holding": "PARKED_HUKOU"}, "incoming_is_transferred"),
    ],
)
async def test_what_is_not_expected_from_outside(city: CityOfTests, change: dict[str, str], code: str) -> None:
    """Who is expected comes by transfer, and nothing is retained or parked here of a relation that is not here."""
    with pytest.raises(Refused, match=code):
        await city.register(FAR, **({"source": "TRANSFER_IN", "incoming": True} | change))


async def test_a_probation_is_outside_as_long_as_the_relation_is(city: CityOfTests) -> None:
    """§2.8: no probation is followed here of who is expected; it begins here when the relation comes."""
    term = {"joined_on": date(2026, 1, 10), "probation_ends_on": date(2027, 1, 10)}
    member = await expected(city, person_category="PROBATIONARY", **term)
    assert await city.documents("probations") == {}
    await come(city, member, FAR)
    (probation,) = (await city.documents("probations")).values()
    assert (probation["branch"], probation["open"], probation["ends_on"]) == (FAR, True, "2027-01-10")
    assert (await shown(city, member))["probation_state"] == "IN_PROBATION"


async def test_the_guest_becomes_a_member(city: CityOfTests) -> None:
    """S-14: the record of a guest whose relation came from outside ends, though it knew only the ID number."""
    text = InflowText(name="王示例", id_no=id_number(77))
    guest = await register_inflow(city.tools, city.asker(), NewInflow(text, {"host_branch": NEXT}))
    member = await expected(city, id_no=id_number(77))
    await city.settle()
    await come(city, member, FAR, "2026-07-01")
    record = (await city.tools.inflows.get("inflows", guest.id)) or {}
    assert (record["open"], record["state"]) == (False, "FOLLOWED")
