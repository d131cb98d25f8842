"""Probations over the write path: they follow the record, decisions change both, timers by the clock (§2.8)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from services.registry.tests.city import CITY, FAR, HOME, NEXT, TOWN, CityOfTests
from services.registry.tests.commands.test_departures import leave, transfer

from guiyan.events.codes import MembershipEnd, ProbationVote, RecordError
from guiyan.events.registry.membership import MembershipEnded
from guiyan.ledger import Outcome, Refused
from guiyan.registry.commands import decisions, departures, members, probations
from guiyan.registry.commands.decisions import Paper
from guiyan.registry.commands.probations import Meeting
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.probation import PROBATION, DiscussQuarter, ReviewByCommittee
from guiyan.registry.domain.probation_record import probation_id
from guiyan.service.problems import NotFound
from guiyan.service.scope import Scope

JOINED, END = date(2025, 6, 1), date(2026, 6, 1)


def paper(day: date = date(2026, 6, 20), by: str = TOWN) -> Paper:
    """A decision of the township."""
    return Paper("示组发〔2026〕9号", day, by)


async def settle(city: CityOfTests) -> None:
    """What was written, what policies wrote because of it, and what followed from that."""
    for _ in range(3):
        await city.settle()


async def on_probation(city: CityOfTests, joined_on: date | None = JOINED, **more: Any) -> tuple[str, str]:
    """A probationary member; gives the member's id and the probation's."""
    member = (await city.register(person_category="PROBATIONARY", joined_on=joined_on, **more)).id
    await settle(city)
    return member, probation_id(member, 1)


async def shown(city: CityOfTests, id_: str) -> dict[str, Any]:
    """The probation's document."""
    return dict((await city.documents("probations"))[id_])


async def until_voted(city: CityOfTests, id_: str, vote: str = "CONVERT") -> None:
    """From the application to the meeting."""
    tools, asker = city.tools, city.asker
    await probations.receive_application(tools, asker(), id_, date(2026, 5, 20))
    await probations.collect_opinions(tools, asker(), id_, date(2026, 5, 28))
    await probations.act(tools, asker(), id_, ReviewByCommittee(tools.when(date(2026, 5, 30))))
    await probations.vote(tools, asker(), id_, Meeting(ProbationVote(vote), 5, 0, 0, date(2026, 6, 5)))


async def agree(city: CityOfTests, member: str, id_: str) -> None:
    """Record and probation say the same, in their deciders and in their documents (§2.8, §2.11)."""
    await settle(city)
    state, _ = await city.tools.commands.load(MEMBER, member)
    probation, history = await city.tools.commands.load(PROBATION, id_)
    document, of_member = await shown(city, id_), (await city.documents("members"))[member]
    assert state.core is not None
    assert (probation.state == "APPROVED_FULL") == (state.core.person_category == "FULL")
    assert (probation.state == "CANCELLED") == (state.core.membership_status == "PROBATION_CANCELLED")
    assert (document["state"], document["open"]) == (probation.state, probation.open)
    assert document["ends_on"] == str(probation.ends_on)
    assert document["joined_on"] == str(probation.joined_on) == str(state.core.joined_on) == of_member["joined_on"]
    if probation.state == "APPROVED_FULL":
        assert document["full_on"] == str(probation.full_on) == str(state.core.full_on)
    assert document["version"] == history.events[-1].streamversion
    assert of_member["probation_state"] == probation.state
    assert of_member["person_category"] == state.core.person_category
    assert of_member["full_on"] == (str(state.core.full_on) if state.core.full_on else None)


async def test_it_begins_with_the_record(city: CityOfTests) -> None:
    """R8 Art. 32: a year from the meeting that admitted, for each probationary member and nobody else."""
    member, id_ = await on_probation(city)
    full = (await city.register(joined_on=date(2001, 1, 1))).id
    document = await shown(city, id_)
    assert (document["state"], document["ends_on"], document["member_id"]) == ("IN_PROBATION", "2026-06-01", member)
    assert probation_id(full, 1) not in await city.documents("probations")
    assert (await city.documents("members"))[member]["probation_ends_on"] == "2026-06-01"


async def test_without_the_day_of_admission_it_waits_for_it(city: CityOfTests) -> None:
    """P-07: JOINED_PROBATIONARY shows whose day is missing; corrected, probation runs from that day."""
    member, id_ = await on_probation(city, joined_on=None)
    waiting = await shown(city, id_)
    assert (waiting["state"], waiting["ends_on"], waiting["version"]) == ("JOINED_PROBATIONARY", None, 0)
    await members.correct_member(city.tools, city.asker(), member, correction(date(2026, 3, 31)))
    await settle(city)
    assert ((await shown(city, id_))["state"], (await shown(city, id_))["ends_on"]) == ("IN_PROBATION", "2027-03-31")


def correction(joined_on: date) -> members.Correction:
    """Another day of joining."""
    return members.Correction({"joined_on": joined_on}, members.MemberTextChange())


async def test_conversion_is_written_to_both_at_once(city: CityOfTests) -> None:
    """R8 Art. 32, ADR 0002: category, day and probation change in one batch; a repeat writes nothing."""
    member, id_ = await on_probation(city)
    await until_voted(city, id_)
    asker = city.asker()
    first = await probations.convert(city.tools, asker, id_, paper())
    again = await probations.convert(city.tools, asker, id_, paper())
    assert (again.sequence, again.duplicate) == (first.sequence, True)
    state, history = await city.tools.commands.load(MEMBER, member)
    assert history.last_sequence - first.sequence in {-1, 1}
    assert (state.core.person_category, state.core.full_on) == ("FULL", END)  # type: ignore[union-attr] # the member was registered above
    await agree(city, member, id_)
    wrong = paper(date(2026, 6, 25))
    with pytest.raises(Refused, match="not_on_probation"):
        await decisions.record_decision(
            city.tools, city.asker(), member, wrong, MembershipEnded, how=MembershipEnd.PROBATION_CANCELLED
        )


async def test_cancellation_ends_the_membership_and_the_trip(city: CityOfTests) -> None:
    """R8 Art. 32, §2.11: one truth; the annulment of it, at either door, brings both back."""
    member, id_ = await on_probation(city)
    trip = (await leave(city, member, date(2026, 3, 1))).id
    await until_voted(city, id_, "CANCEL")
    done = await probations.cancel(city.tools, city.asker(), id_, paper())
    await agree(city, member, id_)
    assert (await city.documents("departures"))[trip]["state"] == "CLOSED"
    annul = {"annulled_id": done.events[0].id, "error": RecordError.WRONG_PERSON}
    await probations.annul(city.tools, city.asker(), id_, paper(), **annul)
    await agree(city, member, id_)
    assert (await shown(city, id_))["state"] == "BRANCH_VOTED"
    assert (await city.documents("departures"))[trip]["open"]
    await probations.cancel(city.tools, city.asker(), id_, paper())
    await agree(city, member, id_)
    assert (await city.documents("members"))[member]["membership_status"] == "PROBATION_CANCELLED"


@pytest.mark.parametrize("act", ["convert", "cancel"])
async def test_a_decision_taken_back_at_the_record_is_taken_back_here(city: CityOfTests, act: str) -> None:
    """§2.11: whichever door annuls it, probation and record agree again."""
    member, id_ = await on_probation(city)
    await until_voted(city, id_, act.upper())
    await getattr(probations, act)(city.tools, city.asker(), id_, paper())
    state, _ = await city.tools.commands.load(MEMBER, member)
    newest = state.standing[-1].event_id
    await decisions.annul_decision(
        city.tools, city.asker(), member, paper(), annulled_id=newest, error=RecordError.WRONG_DECISION
    )
    await agree(city, member, id_)
    assert (await shown(city, id_))["state"] == "BRANCH_VOTED"


async def test_a_membership_ended_without_a_meeting_ends_the_probation(city: CityOfTests) -> None:
    """§2.11: cancelled for a grave cause, or deceased: recorded on the membership, and the probation follows."""
    member, id_ = await on_probation(city)
    how = MembershipEnd.PROBATION_CANCELLED
    with pytest.raises(Refused, match="for_an_organisation_above"):
        await decisions.record_decision(city.tools, city.asker(), member, paper(by=HOME), MembershipEnded, how=how)
    ended = await decisions.record_decision(city.tools, city.asker(), member, paper(), MembershipEnded, how=how)
    await agree(city, member, id_)
    assert (await shown(city, id_))["decision_no"] == "示组发〔2026〕9号"
    annul = {"annulled_id": ended.events[0].id, "error": RecordError.WRONG_DECISION}
    await decisions.annul_decision(city.tools, city.asker(), member, paper(), **annul)
    await agree(city, member, id_)
    dead = await decisions.record_decision(
        city.tools, city.asker(), member, paper(), MembershipEnded, how=MembershipEnd.DECEASED
    )
    await settle(city)
    assert ((await shown(city, id_))["state"], (await shown(city, id_))["closed_for"]) == ("CLOSED", "MEMBERSHIP_ENDED")
    assert [one for one in await due(city) if one.timer.data.get("probation_id") == id_] == []
    await decisions.annul_decision(
        city.tools, city.asker(), member, paper(), annulled_id=dead.events[0].id, error=RecordError.WRONG_PERSON
    )
    await agree(city, member, id_)
    assert (await shown(city, id_))["open"]


async def test_joining_anew_is_a_probation_of_its_own(city: CityOfTests) -> None:
    """R1 Art. 24: another stream, by the same rules; an admission entered in error closes it."""
    member, id_ = await on_probation(city)
    how = MembershipEnd.WITHDREW
    await decisions.record_decision(city.tools, city.asker(), member, paper(), MembershipEnded, how=how)
    joined = await decisions.join_anew(
        city.tools, city.asker(), member, paper(date(2026, 6, 30)), joined_on=date(2026, 6, 28), branch=None
    )
    await settle(city)
    second = probation_id(member, 2)
    assert ((await shown(city, second))["ends_on"], (await shown(city, id_))["state"]) == ("2027-06-28", "CLOSED")
    assert (await city.documents("members"))[member]["probation_id"] == second
    await decisions.annul_decision(
        city.tools,
        city.asker(),
        member,
        paper(date(2026, 6, 30)),
        annulled_id=joined.events[0].id,
        error=RecordError.WRONG_PERSON,
    )
    await settle(city)
    assert (await shown(city, second))["closed_for"] == "ENTERED_IN_ERROR"


async def due(city: CityOfTests) -> list[Any]:
    """Every timer that is set."""
    lines = list(city.follower.lanes.projections)
    return list(await city.parts.store.timers.due(lines, datetime(2040, 1, 1, tzinfo=UTC), 500))


async def timers_of(city: CityOfTests, id_: str) -> list[tuple[str, str]]:
    """The timers of a probation: kind and day."""
    found = [one.timer for one in await due(city) if one.timer.data.get("probation_id") == id_]
    return [(one.kind, one.data["due_on"]) for one in found]


async def at(city: CityOfTests, day: date) -> None:
    """The clock stands at the first moment of a day in Shanghai, and all that is due by then has fired."""
    city.clock.set(datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8))
    await settle(city)
    await city.due_loop.fire_due()
    await settle(city)


def said(history: Any) -> list[tuple[str, date]]:
    """What timers said, with its business date."""
    kinds = ("ProbationReminded", "ProbationEnded", "ProbationApplicationOverdue", "ProbationEscalated")
    return [(one.type.removeprefix("Probation"), one.occurredon) for one in history.events if one.type in kinds]


@pytest.mark.parametrize(
    ("joined_on", "days"),
    [
        (date(2026, 6, 1), ["2027-04-02", "2027-05-02", "2027-05-25", "2027-06-01", "2027-06-02", "2027-07-01"]),
        (date(2026, 5, 31), ["2027-04-01", "2027-05-01", "2027-05-24", "2027-05-31", "2027-06-01", "2027-06-30"]),
    ],
)
async def test_the_calendar_reminds_and_then_tells_above(city: CityOfTests, joined_on: date, days: list[str]) -> None:
    """P-08: 60, 30, 7 days before, the end, a day after, thirty days after: each on its day, once."""
    member, id_ = await on_probation(city, joined_on)
    await at(city, date(2028, 1, 1))
    _, history = await city.tools.commands.load(PROBATION, id_)
    names = ["Reminded", "Reminded", "Reminded", "Ended", "ApplicationOverdue", "Escalated"]
    assert said(history) == [(name, date.fromisoformat(day)) for name, day in zip(names, days, strict=True)]
    document = await shown(city, id_)
    assert (document["overdue"], document["escalated_to"], document["reminded"]) == (True, TOWN, [60, 30, 7])
    assert (await city.documents("members"))[member]["person_category"] == "PROBATIONARY", "no timer decides"
    await city.due_loop.fire_due()
    assert await timers_of(city, id_) == []


async def test_from_29_february(city: CityOfTests) -> None:
    """R8 Art. 32: a year from 29 February ends on the 28th; entered late, the past is overdue and not reminded."""
    member, id_ = await on_probation(city, date(2024, 2, 29))
    await at(city, date(2026, 7, 2))
    _, history = await city.tools.commands.load(PROBATION, id_)
    assert said(history) == [
        ("Ended", date(2025, 2, 28)), ("ApplicationOverdue", date(2025, 3, 1)), ("Escalated", date(2025, 3, 30)),
    ]  # fmt: skip
    await agree(city, member, id_)


async def test_timers_move_and_stop(city: CityOfTests) -> None:
    """§2.8: they stop at the application, move with a corrected date and an extension, wait for the decision."""
    member, id_ = await on_probation(city, date(2026, 6, 1))
    await members.correct_member(city.tools, city.asker(), member, correction(date(2025, 8, 31)))
    await settle(city)
    moved = {
        "remind_probation": ["2026-07-02", "2026-08-01", "2026-08-24"], "end_probation": ["2026-08-31"],
        "probation_application": ["2026-09-01"], "escalate_probation": ["2026-09-30"],
    }  # fmt: skip
    found = await timers_of(city, id_)
    assert {kind: sorted(day for one, day in found if one == kind) for kind, _ in found} == moved
    await at(city, date(2026, 8, 1))
    await probations.receive_application(city.tools, city.asker(), id_, date(2026, 8, 1))
    await settle(city)
    assert await timers_of(city, id_) == [("end_probation", "2026-08-31")]
    await at(city, date(2026, 9, 2))
    tools, asker = city.tools, city.asker
    await probations.collect_opinions(tools, asker(), id_, date(2026, 8, 20))
    await probations.act(tools, asker(), id_, ReviewByCommittee(tools.when(date(2026, 8, 25))))
    await probations.vote(tools, asker(), id_, Meeting(ProbationVote.EXTEND, occurred_on=date(2026, 8, 31)))
    await settle(city)
    assert await timers_of(city, id_) == [("probation_decision", "2026-12-01")]
    await at(city, date(2026, 12, 2))
    late = await shown(city, id_)
    assert (late["decision_overdue"], late["overdue"], late["decide_by"]) == (True, True, "2026-11-30")
    await probations.extend(tools, asker(), id_, paper(date(2026, 12, 2)), 6)
    await settle(city)
    extended = await shown(city, id_)
    assert (extended["ends_on"], extended["overdue"], extended["extensions"]) == ("2027-02-28", False, 1)
    assert ("remind_probation", "2026-12-30") in await timers_of(city, id_)
    await agree(city, member, id_)


async def test_a_transfer_leaves_the_record_to_be_handed_over(city: CityOfTests) -> None:
    """§2.8: the origin, whose the member is no more, hands the training record over; nobody else is let in."""
    member, id_ = await on_probation(city)
    await transfer(city, member, FAR)
    await settle(city)
    moved = await shown(city, id_)
    assert (moved["branch"], moved["handover_due"], moved["record_at"], moved["responsible"]) == (FAR, True, HOME, FAR)
    origin, stranger = Scope(TOWN, frozenset({TOWN, HOME})), Scope(NEXT, frozenset({NEXT}))
    with pytest.raises(NotFound):
        await probations.act(city.tools, city.asker(scope=origin), id_, quarter(city))
    with pytest.raises(NotFound):
        await probations.hand_over(city.tools, city.asker(scope=stranger), id_, FAR, None)
    await probations.hand_over(city.tools, city.asker(scope=origin), id_, FAR, None)
    await settle(city)
    assert ((await shown(city, id_))["handover_due"], (await shown(city, id_))["record_at"]) == (False, FAR)


def quarter(city: CityOfTests) -> DiscussQuarter:
    """The branch discussed the member."""
    return DiscussQuarter("2026-Q2", city.tools.when(date(2026, 6, 30)))


async def test_who_left_the_city_is_converted_elsewhere_and_goes_on_when_back(city: CityOfTests) -> None:
    """§2.3: a relation with an organisation without a code here is no task here; it may come back."""
    member, id_ = await on_probation(city)
    await transfer(city, member, None)
    await settle(city)
    assert ((await shown(city, id_))["closed_for"], await timers_of(city, id_)) == ("TRANSFERRED_OUT", [])
    await transfer(city, member, NEXT, date(2026, 6, 25))
    await settle(city)
    assert (await shown(city, id_))["open"]


async def test_of_two_decisions_at_once_one_stands(city: CityOfTests) -> None:
    """§8: whatever races, a probation ends one way, and record and probation agree."""
    member, id_ = await on_probation(city)
    await until_voted(city, id_)
    tools = city.tools
    told = await asyncio.gather(
        probations.convert(tools, city.asker(), id_, paper()),
        probations.convert(tools, city.asker(), id_, paper(date(2026, 6, 25))),
        decisions.record_decision(
            tools, city.asker(), member, paper(), MembershipEnded, how=MembershipEnd.PROBATION_CANCELLED
        ),
        return_exceptions=True,
    )
    assert all(isinstance(one, Outcome | Refused) for one in told), told
    await agree(city, member, id_)
    _, history = await city.tools.commands.load(PROBATION, id_)
    ends = [one.type for one in history.events if one.type in {"ProbationConverted", "ProbationCancelled"}]
    assert len(ends) <= 1


async def test_the_day_of_joining_lies_before_what_happened(city: CityOfTests) -> None:
    """§3.6: not after a trip of this membership, a step of the probation, or so that the meeting was too early."""
    member, id_ = await on_probation(city)
    await leave(city, member, date(2025, 9, 1))
    with pytest.raises(Refused, match="after_what_happened"):
        await members.correct_member(city.tools, city.asker(), member, correction(date(2025, 9, 2)))
    other, second = await on_probation(city)
    await probations.act(city.tools, city.asker(), second, quarter(city))
    with pytest.raises(Refused, match="after_what_happened"):
        await members.correct_member(city.tools, city.asker(), other, correction(date(2026, 7, 1)))
    third, id_ = await on_probation(city)
    await until_voted(city, id_)
    with pytest.raises(Refused, match="meeting_before_end"):
        await members.correct_member(city.tools, city.asker(), third, correction(date(2025, 6, 6)))
    await members.correct_member(city.tools, city.asker(), third, correction(date(2025, 6, 5)))
    await settle(city)
    assert (await shown(city, id_))["ends_on"] == "2026-06-05"


@pytest.mark.parametrize("how", ["converted", "cancelled", "ended", "gone"])
async def test_what_is_over_follows_a_correction_too(city: CityOfTests, how: str) -> None:
    """§3.6: register and table of probations tell one day of joining; decisions and their papers stay."""
    member, id_ = await on_probation(city)
    await until_voted(city, id_, "CANCEL" if how == "cancelled" else "CONVERT")
    match how:
        case "converted":
            await probations.convert(city.tools, city.asker(), id_, paper())
        case "cancelled":
            await probations.cancel(city.tools, city.asker(), id_, paper())
        case "ended":
            await decisions.record_decision(
                city.tools, city.asker(), member, paper(), MembershipEnded, how=MembershipEnd.WITHDREW
            )
        case _:
            await transfer(city, member, None)
    await settle(city)
    before = await shown(city, id_)
    await members.correct_member(city.tools, city.asker(), member, correction(date(2025, 5, 20)))
    await agree(city, member, id_)
    after = await shown(city, id_)
    assert (after["joined_on"], after["ends_on"]) == ("2025-05-20", "2026-05-20")
    kept = ("state", "decision_no", "decided_on", "full_on", "voted_on", "closed_for")
    assert [after[name] for name in kept] == [before[name] for name in kept]


async def test_a_corrected_day_of_full_membership_stands_in_both(city: CityOfTests) -> None:
    """§3.6; taken back, the decision leaves the corrected day of joining, and the end that follows from it."""
    member, id_ = await on_probation(city)
    await until_voted(city, id_)
    done = await probations.convert(city.tools, city.asker(), id_, paper())
    right = members.Correction({"full_on": date(2026, 6, 2), "joined_on": date(2025, 6, 2)}, members.MemberTextChange())
    await members.correct_member(city.tools, city.asker(), member, right)
    await agree(city, member, id_)
    assert (await shown(city, id_))["full_on"] == "2026-06-02"
    (decision,) = [one.id for one in done.events if one.type == "ProbationConverted"]
    wrong = RecordError.WRONG_PERSON
    await probations.annul(city.tools, city.asker(), id_, paper(date(2026, 6, 25)), annulled_id=decision, error=wrong)
    await agree(city, member, id_)
    assert ((await shown(city, id_))["state"], (await shown(city, id_))["ends_on"]) == ("BRANCH_VOTED", "2026-06-02")


async def test_an_extension_taken_back_leaves_the_corrected_day(city: CityOfTests) -> None:
    """§3.6: what was set right while an extension stood is right without it."""
    member, id_ = await on_probation(city)
    await until_voted(city, id_, "EXTEND")
    extended = await probations.extend(city.tools, city.asker(), id_, paper(), 6)
    await members.correct_member(city.tools, city.asker(), member, correction(date(2025, 5, 20)))
    await settle(city)
    decision, wrong = extended.events[0].id, RecordError.WRONG_PERSON
    await probations.annul(city.tools, city.asker(), id_, paper(date(2026, 6, 25)), annulled_id=decision, error=wrong)
    await agree(city, member, id_)
    assert (await shown(city, id_))["ends_on"] == "2026-05-20"


async def test_whoever_was_entered_as_a_full_member_gets_no_probation(city: CityOfTests) -> None:
    """A correction of the day of joining begins nothing."""
    member = (await city.register(joined_on=date(2001, 1, 1))).id
    await members.correct_member(city.tools, city.asker(), member, correction(date(2002, 1, 1)))
    await settle(city)
    assert await city.documents("probations") == {}


async def test_a_trip_entered_in_error_binds_nobody(city: CityOfTests) -> None:
    """§3.6: what was never so does not stand against a correction."""
    member, id_ = await on_probation(city)
    trip = (await leave(city, member, date(2025, 9, 1))).id
    await departures.close_departure(city.tools, city.asker(), trip, date(2025, 9, 1))
    await members.correct_member(city.tools, city.asker(), member, correction(date(2025, 10, 1)))
    await agree(city, member, id_)


async def test_the_city_above_decides_too(city: CityOfTests) -> None:
    """R8 Art. 33: any organisation above the branch; of another part of the tree none."""
    _, id_ = await on_probation(city)
    await until_voted(city, id_)
    with pytest.raises(Refused, match="for_an_organisation_above"):
        await probations.convert(city.tools, city.asker(), id_, paper(by=FAR))
    await probations.convert(city.tools, city.asker(), id_, paper(by=CITY))
