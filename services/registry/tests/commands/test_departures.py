"""Departures over the write path: one open trip a member whatever races, timers, and what a transfer ends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from services.registry.tests.city import FAR, HOME, NEXT, CityOfTests, a_city

from guiyan.events import Event, Payload, encode_data, new_id
from guiyan.events.codes import LostCause
from guiyan.events.contact import ContactCompleted, ContactMissed
from guiyan.events.contact.lost_contact import (
    ContactRegained,
    LostContactClosed,
    LostContactOpened,
    LostContactWatchOpened,
)
from guiyan.events.registry.membership import MembershipDecision, MembershipRemoved, MembershipSuspended
from guiyan.events.transfers.transfer import RelationTransferred
from guiyan.ledger import Commit, Outcome, Refused, Subject
from guiyan.ledger.testing.following import until
from guiyan.registry import queries
from guiyan.registry.commands import departures, trips
from guiyan.registry.commands.departures import Told
from guiyan.registry.commands.reorganisations import merge_organisation
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.trip import trip_id
from guiyan.service.resources import TimeAxes
from guiyan.service.scope import Scope


async def leave(
    city: CityOfTests, member: str, on: date = date(2026, 6, 1), asker: Asker | None = None, **more: Any
) -> Outcome:
    """Record that a member has left."""
    told = Told({"reason": "MIGRANT_WORK", "source": "SWEEP", **more}, None, on)
    return await departures.record_leaving(city.tools, asker or city.asker(), member, told)


async def come_home(city: CityOfTests, trip: str, on: date = date(2026, 6, 10)) -> None:
    """Record a return."""
    await departures.record_return(city.tools, city.asker(), trip, certificate_handed_in=None, occurred_on=on)


async def transfer(city: CityOfTests, member: str, to_branch: str | None, on: date = date(2026, 6, 20)) -> str:
    """What the transfers service writes when a relation has moved."""
    transfer_id = new_id(city.clock.now())
    moved = RelationTransferred(member_id=member, from_branch=HOME, to_branch=to_branch, transferred_on=on)
    await transfer_events(city, transfer_id, [moved], on)
    return transfer_id


async def transfer_events(city: CityOfTests, transfer_id: str, payloads: Sequence[Payload], on: date) -> None:
    """What the transfers service writes."""
    await foreign_events(city, Subject("transfers", "transfer", transfer_id), payloads, on)


async def foreign_events(city: CityOfTests, subject: Subject, payloads: Sequence[Payload], on: date) -> None:
    """What another service writes on a new aggregate, a commit an event."""
    sequence = 0
    for version, payload in enumerate(payloads, 1):
        event = Event(
            id=new_id(city.clock.now()), source=f"guiyan/{subject.service}", type=payload.type_name(),
            subject=subject.stream, time=city.clock.now(), dataschema=payload.dataschema(), data=encode_data(payload),
            occurredon=on,
            actor="officer", actororg="654002000000", causationid="c", correlationid="c", streamversion=version,
        )  # fmt: skip
        written = await city.ledger.append(Commit(subject, new_id(city.clock.now()), sequence, (event,)))
        sequence = written.sequence
    await city.settle()
    await city.settle()


async def test_one_open_trip_a_member_whatever_races(city: CityOfTests) -> None:
    """Ten report the same leaving at once: one trip begins, nine are refused."""
    member = (await city.register()).id
    told = await asyncio.gather(*(leave(city, member) for _ in range(10)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in told) == ["Outcome", *["Refused"] * 9]
    await city.settle()
    assert len(await city.documents("departures")) == 1


async def test_the_next_trip_begins_after_the_last_one_ended(city: CityOfTests) -> None:
    """Trips of one member follow one another, each a stream of its own; races for the next one leave one."""
    member = (await city.register()).id
    first = (await leave(city, member)).id
    await come_home(city, first)
    for _ in range(3):  # what was refused once is refused again: the reservation it left behind forgets nothing
        with pytest.raises(Refused) as early:
            await leave(city, member, date(2026, 6, 9))
        assert early.value.code == "too_early"
    plan = Told({"reason": "BUSINESS", "planned_on": date(2026, 6, 12)}, None, date(2026, 6, 9))
    with pytest.raises(Refused, match="too_early"):
        await departures.announce_departure(city.tools, city.asker(), member, plan)
    told = await asyncio.gather(*(leave(city, member, date(2026, 6, 11)) for _ in range(5)), return_exceptions=True)
    begun = [one for one in told if isinstance(one, Outcome)]
    assert [one.id != first for one in begun] == [True]


async def test_an_announced_trip_is_the_one_that_begins(city: CityOfTests) -> None:
    """REPORTED → AWAY on one stream (§2.2)."""
    member = (await city.register()).id
    plan = Told({"reason": "BUSINESS", "planned_on": date(2026, 6, 5)}, None, date(2026, 6, 1))
    announced = await departures.announce_departure(city.tools, city.asker(), member, plan)
    left = await leave(city, member, date(2026, 6, 5))
    assert (left.id, left.version) == (announced.id, 2)


async def test_a_repeat_is_answered_by_its_own_commit(city: CityOfTests) -> None:
    """The same command again, also after the trip has ended, gives the first answer and writes nothing."""
    member, asker = (await city.register()).id, city.asker()
    first = await leave(city, member, asker=asker)
    await come_home(city, first.id)
    again = await leave(city, member, asker=asker)
    assert (again.id, again.sequence, again.duplicate) == (first.id, first.sequence, True)


async def test_a_return_handled_again_is_no_refusal(city: CityOfTests) -> None:
    """A township's report delivered twice (crash before the receipt) finds the trip that it ended itself."""
    member, asker = (await city.register()).id, city.asker()
    await leave(city, member)
    outcomes = []
    for _ in range(2):
        trip = await trips.get_trip(city.tools, asker, member, date(2026, 6, 9))
        outcomes.append(
            await departures.record_return(
                city.tools, asker, trip, certificate_handed_in=None, occurred_on=date(2026, 6, 9)
            )
        )
    assert [one.duplicate for one in outcomes] == [False, True]
    with pytest.raises(Refused):
        await trips.get_trip(city.tools, city.asker(), member, date(2026, 6, 9))


async def test_a_trip_that_was_refused_leaves_nothing_behind(city: CityOfTests) -> None:
    """The next report begins the trip that the refused one would have been."""
    member = (await city.register()).id
    with pytest.raises(Refused):
        await leave(city, member, date(2030, 1, 1))
    assert (await leave(city, member)).id == trip_id(member, 1)


async def test_a_lost_database_lets_no_second_trip_begin(city: CityOfTests) -> None:
    """The ledger knows the open trip, whatever the service's own database knows (ADR 0011)."""
    member = (await city.register()).id
    await leave(city, member)
    await city.settle()
    await city.follower.stop()
    for name in await city.database.collection_names():
        await city.database.drop(name)
    with pytest.raises(Refused):
        await leave(city, member, date(2026, 6, 2))


FAR_AWAY = datetime(2040, 1, 1, tzinfo=UTC)


async def test_the_timer_recognises_on_its_day(city: CityOfTests) -> None:
    """R2: at the sixth calendar month, by the installation's clock, with the due day as the business date."""
    member = (await city.register()).id
    trip = (await leave(city, member, date(2026, 6, 1))).id
    await city.settle()
    city.clock.set(datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC))
    await city.due_loop.fire_due()
    await city.settle()
    assert (await city.documents("departures"))[trip]["recognised_on"] is None
    city.clock.set(datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    await city.due_loop.fire_due()

    async def recognised() -> bool:
        return bool((await city.documents("departures"))[trip]["recognised_on"] == "2026-12-01")

    await until(recognised, "the departure is recognised")
    assert (await city.documents("members"))[member]["departure_state"] == "MOBILE"


@pytest.mark.parametrize(
    ("left", "due"), [(date(2025, 8, 31), "2026-02-28"), (date(1921, 7, 22), "1922-01-22")], ids=["a year", "long"]
)
async def test_a_leaving_told_late_is_recognised_at_once(city: CityOfTests, left: date, due: str) -> None:
    """Back-registration (S-14): the timer is due already and fires with its own day, also one that no clock counts."""
    member = (await city.register()).id
    trip = (await leave(city, member, left)).id

    async def recognised() -> bool:
        await city.due_loop.fire_due()
        return bool((await city.documents("departures")).get(trip, {}).get("recognised_on") == due)

    await until(recognised, "the departure is recognised on its own day")


async def test_a_transfer_moves_the_relation_and_ends_the_trip(city: CityOfTests) -> None:
    """§2.2, §2.3: at RelationTransferred the branch changes, responsibility with it, and the trip is TRANSFERRED."""
    member = (await city.register()).id
    trip = (await leave(city, member)).id
    transfer_id = await transfer(city, member, FAR)
    shown, gone = (await city.documents("members"))[member], (await city.documents("departures"))[trip]
    assert (shown["branch"], shown["responsible"], shown["departure_id"]) == (FAR, FAR, None)
    assert (gone["state"], gone["open"], gone["transfer_id"]) == ("TRANSFERRED", False, transfer_id)
    due = await city.parts.store.timers.due(list(city.follower.lanes.projections), FAR_AWAY, 100)
    assert not [one for one in due if "departure_id" in one.timer.data]


async def test_a_transfer_ends_the_trip_of_its_day_only(city: CityOfTests) -> None:
    """§2.2: what was told late of an earlier day leaves the trip alone that began after that day."""
    member = (await city.register()).id
    first = (await leave(city, member, date(2026, 6, 1))).id
    await come_home(city, first, date(2026, 6, 10))
    second = (await leave(city, member, date(2026, 6, 15))).id
    await transfer(city, member, FAR, date(2026, 6, 5))
    trips_shown = await city.documents("departures")
    assert [trips_shown[one]["state"] for one in (first, second)] == ["RETURNED", "AWAY"]
    assert (await city.documents("members"))[member]["branch"] == FAR


async def test_a_return_told_late_is_not_about_a_newer_trip(city: CityOfTests) -> None:
    """A township's report of a day on which the trip was another one never ends the one of today."""
    member = (await city.register()).id
    await come_home(city, (await leave(city, member)).id)
    second = (await leave(city, member, date(2026, 6, 20))).id
    with pytest.raises(Refused, match="no_open_departure"):
        await trips.get_trip(city.tools, city.asker(), member, date(2026, 6, 15))
    assert await trips.get_trip(city.tools, city.asker(), member, date(2026, 6, 21)) == second


async def test_a_return_delivered_again_after_the_next_leaving_is_still_its_own(city: CityOfTests) -> None:
    """The same report again finds the trip it ended, though the member left again on that very day."""
    member, asker = (await city.register()).id, city.asker()
    first = (await leave(city, member)).id
    day = date(2026, 6, 10)
    for _ in range(2):
        trip = await trips.get_trip(city.tools, asker, member, day)
        await departures.record_return(city.tools, asker, trip, certificate_handed_in=None, occurred_on=day)
        await leave(city, member, day, city.asker("again"))
    assert trip == first
    await city.settle()
    assert [one["open"] for one in (await city.documents("departures")).values()].count(True) == 1


async def test_the_next_trip_waits_for_no_register(city: CityOfTests) -> None:
    """When the last trip ended stands in the ledger: a register that knows of no end yet lets nothing begin too early.

    The first try is refused; the second one must still find the trip before it.
    """
    member = (await city.register()).id
    await city.settle()
    await city.follower.stop()
    await come_home(city, (await leave(city, member)).id)
    for _ in range(2):
        with pytest.raises(Refused, match="too_early"):
            await leave(city, member, date(2026, 6, 9))
    assert (await leave(city, member, date(2026, 6, 10))).version == 1
    assert await city.documents("departures") == {}


async def test_trips_are_numbered_and_each_is_found(city: CityOfTests) -> None:
    """Five trips, one after the other: the ids follow from the numbers, and the last one's end guards the next."""
    member = (await city.register()).id
    for number in range(1, 6):
        begun = await leave(city, member, date(2026, number, 1))
        assert begun.id == trip_id(member, number)
        await come_home(city, begun.id, date(2026, number, 20))
    with pytest.raises(Refused, match="too_early"):
        await leave(city, member, date(2026, 5, 19))


async def test_a_lost_database_moves_nobody_back(city: CityOfTests) -> None:
    """Policies run again over the whole ledger: nothing is written, the last move and the open trip stand."""
    member = (await city.register(FAR)).id
    await transfer(city, member, FAR)  # changes nothing, and leaves no event behind
    city.clock.set(city.clock.now() + timedelta(hours=1))
    await leave(city, member, date(2026, 6, 10))
    await transfer(city, member, NEXT, date(2026, 6, 25))
    city.clock.set(city.clock.now() + timedelta(hours=1))
    trip = (await leave(city, member, date(2026, 6, 25))).id  # on the very day of the transfer, told after it
    await city.settle()
    head = await city.ledger.head()
    async with a_city(city.ledger, organised=True) as anew:
        await anew.settle()
        assert (await anew.documents("members"))[member]["branch"] == NEXT
        assert (await anew.documents("departures"))[trip]["open"]
        assert await city.ledger.head() == head
        assert await anew.parts.store.parking.all(["policy:relation_moves"]) == []


async def test_an_ended_membership_ends_the_trip(city: CityOfTests) -> None:
    """§2.2, §2.11: whatever the day of the decision, nobody is away as a member afterwards; suspended members are."""
    member, other = (await city.register()).id, (await city.register()).id
    trip, stays = (await leave(city, member, date(2026, 6, 15))).id, (await leave(city, other)).id
    await decide(city, member, MembershipRemoved, ground="ART31_6")
    await decide(city, other, MembershipSuspended, ground="LOST_CONTACT")
    shown = await city.documents("departures")
    assert (shown[trip]["state"], shown[trip]["ended_on"], shown[trip]["open"]) == ("CLOSED", "2026-06-15", False)
    assert shown[stays]["open"]
    assert (await city.documents("members"))[member]["departure_id"] is None
    plan = Told({"reason": "BUSINESS", "planned_on": date(2026, 7, 2)}, None, date(2026, 7, 1))
    with pytest.raises(Refused, match="membership_ended"):
        await departures.announce_departure(city.tools, city.asker(), member, plan)
    with pytest.raises(Refused, match="membership_ended"):
        await leave(city, member, date(2026, 6, 20))


async def decide(city: CityOfTests, member: str, type_: type[MembershipDecision], **more: str) -> None:
    """What a decision on a membership writes."""
    facts = {"member_id": member, "branch": HOME, "decision_no": "示〔2026〕1号", "decided_on": "2026-06-10"}
    payload = type_.model_validate({**facts, "decided_by": "654002001000", **more})
    history = await city.ledger.read(MEMBER.subject(member))
    event = history.events[-1].model_copy(
        update={
            "id": new_id(city.clock.now()), "type": payload.type_name(), "dataschema": payload.dataschema(),
            "data": encode_data(payload), "occurredon": date(2026, 6, 10), "streamversion": len(history.events) + 1,
        }
    )  # fmt: skip
    event = Event.model_validate(event.model_dump())
    await city.ledger.append(Commit(history.subject, new_id(city.clock.now()), history.last_sequence, (event,)))
    await city.settle()
    await city.settle()


async def test_the_host_s_limit_runs_on_the_clock(city: CityOfTests) -> None:
    """§2.2: thirty days after the member reported in, in Shanghai; an answer before takes the timer away."""
    one, two = (await city.register()).id, (await city.register()).id
    late, early = (await leave(city, one)).id, (await leave(city, two)).id
    for trip in (late, early):
        await departures.report_in(city.tools, city.asker(), trip, NEXT, date(2026, 6, 10))
    await departures.accept_as_host(city.tools, city.asker(), early, date(2026, 6, 11))
    await city.settle()
    city.clock.set(datetime(2026, 7, 10, 15, 59, 59, tzinfo=UTC))
    await city.due_loop.fire_due()
    assert (await city.documents("departures"))[late]["host_overdue_on"] is None
    city.clock.set(datetime(2026, 7, 10, 16, 0, tzinfo=UTC))
    await city.due_loop.fire_due()
    await city.settle()
    shown = await city.documents("departures")
    assert [shown[trip]["host_overdue_on"] for trip in (late, early)] == ["2026-07-11", None]


async def test_a_lost_member_shows_as_lost(city: CityOfTests) -> None:
    """§2.2: the open trip stands as LOST_CONTACT until contact is regained, and then as what it is."""
    member = (await city.register()).id
    trip = (await leave(city, member)).id
    case = new_id(city.clock.now())
    opened = {"member_id": member, "branch": HOME, "since": "2026-01-01", "cause": "1"}

    async def shown() -> tuple[Any, ...]:
        await city.settle()
        document = (await city.documents("departures"))[trip]
        assert (await city.documents("members"))[member]["departure_state"] == document["state"]
        return document["state"], document["lost_since"], document["open"]

    lost = LostContactOpened.model_validate(opened | {"cause": next(iter(LostCause))})
    await foreign_events(city, Subject("contact", "lost_contact", case), [lost], date(2026, 6, 20))
    assert await shown() == ("LOST_CONTACT", "2026-01-01", True)
    await departures.report_in(city.tools, city.asker(), trip, NEXT, date(2026, 6, 21))
    assert await shown() == ("LOST_CONTACT", "2026-01-01", True)
    found = ContactRegained.model_validate({"member_id": member, "channel": "PHONE"})
    await foreign_events(city, Subject("contact", "lost_contact", new_id(city.clock.now())), [found], date(2026, 6, 22))
    assert await shown() == ("AWAY", None, True)


async def test_how_contact_stands_with_whoever_is_away(city: CityOfTests) -> None:
    """§7 联系情况: irregular after one missed quarter, watched, lost, regained, and normal by the next contact."""
    member = (await city.register()).id
    trip = (await leave(city, member)).id

    async def after(kind: type[Payload], **facts: Any) -> str:
        payload = kind.model_validate({"member_id": member, **facts})
        subject = Subject("contact", payload.aggregate, new_id(city.clock.now()))
        await foreign_events(city, subject, [payload], date(2026, 6, 30))
        await city.settle()
        document = (await city.documents("departures"))[trip]
        assert (await city.documents("members"))[member]["link_status"] == document["link_status"]
        return str(document["link_status"])

    quarter = {"quarter": "2026-Q2", "branch": HOME}
    met = {**quarter, "channel": "PHONE", "work": "UNSAID", "org_life": "UNSAID", "dues": "UNSAID"}
    missed = {**quarter, "departure_id": trip, "attempts": 0, "missed_in_a_row": 1}
    await city.settle()
    assert (await city.documents("departures"))[trip]["link_status"] == "NORMAL"
    assert await after(ContactMissed, **missed) == "IRREGULAR"
    assert await after(ContactCompleted, **met) == "NORMAL"
    assert await after(LostContactWatchOpened, branch=HOME, missed_in_a_row=2) == "WATCH"
    assert await after(ContactMissed, **missed) == "WATCH"
    assert await after(LostContactOpened, branch=HOME, since="2026-01-01", cause="OTHER") == "LOST"
    assert await after(ContactRegained, channel="PHONE") == "REGAINED"
    assert await after(LostContactClosed, how="RESUMED") == "REGAINED"
    assert await after(ContactCompleted, **met) == "NORMAL"
    await after(LostContactWatchOpened, branch=HOME, missed_in_a_row=2)
    assert await after(LostContactClosed, how="OPENED_IN_ERROR") == "NORMAL"


async def test_host_and_origin_have_their_own_acts(city: CityOfTests) -> None:
    """R1 Art. 25, 32: the host answers, the origin ends; each only its own."""
    member = (await city.register()).id
    trip = (await leave(city, member)).id
    await departures.report_in(city.tools, city.asker(), trip, NEXT, date(2026, 6, 3))
    host, origin = (city.asker(scope=Scope(code, frozenset({code}))) for code in (NEXT, HOME))
    with pytest.raises(Refused, match="for_the_host_only"):
        await departures.accept_as_host(city.tools, origin, trip, date(2026, 6, 4))
    await departures.accept_as_host(city.tools, host, trip, date(2026, 6, 4))
    with pytest.raises(Refused, match="for_the_origin_only"):
        await departures.record_return(
            city.tools, city.asker(scope=host.scope), trip, certificate_handed_in=None, occurred_on=None
        )
    await city.settle()
    assert (await city.documents("members"))[member]["host_branch"] == NEXT


async def test_a_leaving_told_late_is_from_the_branch_of_its_day(city: CityOfTests) -> None:
    """§8: the event and every past day name the branch of then; today's trip goes on where the relation is by now."""
    member = (await city.register(HOME, occurred_on=date(2026, 1, 5))).id
    await transfer(city, member, FAR, date(2026, 4, 5))
    trip = (await leave(city, member, on=date(2026, 3, 1))).id
    await city.settle()
    (left,) = [one for one in await events_of(city, trip) if one.type == "MemberLeft"]
    assert left.payload.model_dump()["branch"] == HOME
    now = (await city.documents("departures"))[trip]
    assert (now["branch"], now["sides"]) == (FAR, [FAR])
    for day, branch in ((date(2026, 3, 15), HOME), (date(2026, 4, 5), FAR)):
        past, _ = await queries.departure_at(city.tools, now, TimeAxes(day))
        assert (past["branch"], past["responsible"]) == (branch, branch)


async def test_whoever_is_announced_leaves_the_branch_of_that_day(city: CityOfTests) -> None:
    """§8, §2.13: announced, then the branch was merged, and the leaving before that told last."""
    member = (await city.register(HOME, occurred_on=date(2026, 1, 5))).id
    told = Told({"reason": "BUSINESS", "planned_on": date(2026, 6, 1)}, None, date(2026, 5, 1))
    trip = (await departures.announce_departure(city.tools, city.asker(), member, told)).id
    day = date(2026, 6, 20)
    await merge_organisation(city.tools, city.asker(), HOME, NEXT, document_no=None, occurred_on=day)
    await city.settle()
    gone = Told({"reason": "BUSINESS", "source": "ANNOUNCED"}, None, date(2026, 6, 2))
    await departures.leave_as_announced(city.tools, city.asker(), trip, gone)
    await city.settle()
    assert (await events_of(city, trip))[-1].payload.model_dump()["branch"] == HOME
    assert (await city.documents("departures"))[trip]["branch"] == NEXT


async def events_of(city: CityOfTests, trip: str) -> Sequence[Event]:
    """What happened to a trip."""
    return list((await city.ledger.read(DEPARTURE.subject(trip))).events)
