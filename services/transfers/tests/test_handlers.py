"""Requesting and issuing through the write path: what races, repeats and lost acknowledgements must not do."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services.transfers.tests.office import Office
from services.transfers.tests.stories import DAY, EPOCH, MEMBER, ORIGIN, approve, issue, request

from guiyan.events import Event, derived_id
from guiyan.events.transfers import IntroductionLetterIssued, LetterNumberTaken
from guiyan.ledger import Contention, OutcomeUnknown, Refused, VersionConflict
from guiyan.ledger.faults import Fault, ListedFaults
from guiyan.transfers.commands.request import request as open_transfer
from guiyan.transfers.domain import commands as ask


async def approved(office: Office, member_id: str) -> str:
    """The id of a member's transfer that the branch agreed to."""
    asked = await open_transfer(office.desk, request(member_id=member_id), office.context())
    await office.desk.act(asked.id, approve(), office.context())
    return asked.id


def written(office: Office) -> list[Event]:
    """Every event of the ledger, in order."""
    return [event for message in office.log.messages for event in office.ledger._decode(message).events]


def serials(office: Office) -> list[int]:
    """The numbers in the register, in the order they were given."""
    return [event.payload.letter_sn for event in written(office) if isinstance(event.payload, LetterNumberTaken)]


def letters(office: Office) -> list[int]:
    """The numbers on the letters."""
    return [event.payload.letter_sn for event in written(office) if isinstance(event.payload, IntroductionLetterIssued)]


async def test_of_two_hundred_requests_at_one_instant_one_is_accepted() -> None:
    """At most one open transfer per member, whatever races: one accepted, 199 clear conflicts (§8)."""
    office = Office()
    other = Office(office.log)
    answers = await asyncio.gather(
        *(open_transfer(one.desk, request(), one.context()) for one in [office, other] * 100), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert len(answers) - len(refused) == 1
    assert {answer.code for answer in refused if isinstance(answer, Refused)} == {"transfer_already_open"}
    assert len(refused) == sum(isinstance(answer, Refused) for answer in refused) == 199


async def test_a_request_after_an_ended_one_is_the_members_next() -> None:
    """A transfer that ended makes room for the next, with an id of its own."""
    office = Office()
    first = await open_transfer(office.desk, request(), office.context())
    await office.desk.act(first.id, ask.Withdraw(on=DAY, today=DAY), office.context())
    second = await open_transfer(office.desk, request(), office.context())
    assert second.id != first.id
    assert await office.desk.find_newest(MEMBER) == second.id


async def test_a_repeated_request_gives_the_first_answer_even_after_its_end() -> None:
    """The same command again opens nothing new, also when its transfer has ended meanwhile (Idempotency-Key)."""
    office = Office()
    first = await open_transfer(office.desk, request(), office.context("once"))
    await office.desk.act(first.id, ask.Withdraw(on=DAY, today=DAY), office.context())
    again = await open_transfer(office.desk, request(), office.context("once"))
    assert (again.id, again.duplicate) == (first.id, True)


async def test_letters_of_many_members_are_numbered_without_gap_or_double() -> None:
    """Serial per issuer and year without gaps or doubles under concurrency (R4), over two replicas."""
    office = Office()
    other = Office(office.log)
    ids = [await approved(office, member_id) for member_id in _members(20)]
    await asyncio.gather(
        *(
            one.letters.issue(id_, issue(letter_sn=0), ORIGIN, one.context())
            for one, id_ in zip([office, other] * 10, ids, strict=True)
        )
    )
    assert sorted(serials(office)) == sorted(letters(office)) == list(range(1, 21))


async def test_each_year_begins_with_number_one() -> None:
    """The serial counts within issuer and year."""
    office = Office()
    first, second = [await approved(office, member_id) for member_id in _members(2)]
    await office.letters.issue(first, issue(letter_sn=0), ORIGIN, office.context())
    await office.letters.issue(second, issue(letter_sn=0, letter_year=2027), ORIGIN, office.context())
    assert letters(office) == [1, 1]


async def test_a_repeated_issue_takes_no_second_number() -> None:
    """The same command again finds its letter; the register moves by one only."""
    office = Office()
    id_ = await approved(office, MEMBER)
    first = await office.letters.issue(id_, issue(letter_sn=0), ORIGIN, office.context("once"), 2)
    again = await Office(office.log).letters.issue(id_, issue(letter_sn=0), ORIGIN, office.context("once"), 2)
    assert (again.version, again.duplicate) == (first.version, True)
    assert serials(office) == letters(office) == [1]


async def test_a_refused_issue_takes_no_number() -> None:
    """A letter that the rules refuse leaves the register as it was."""
    office = Office()
    asked = await open_transfer(office.desk, request(), office.context())
    with pytest.raises(Refused, match="transfer_wrong_state"):
        await office.letters.issue(asked.id, issue(letter_sn=0), ORIGIN, office.context())
    assert serials(office) == []


async def test_an_issue_for_another_version_is_a_conflict() -> None:
    """If-Match guards the letter as every other act, and takes no number."""
    office = Office()
    id_ = await approved(office, MEMBER)
    with pytest.raises(VersionConflict):
        await office.letters.issue(id_, issue(letter_sn=0), ORIGIN, office.context(), 1)
    assert serials(office) == []


@settings(max_examples=60, deadline=None)
@given(
    faults=st.lists(
        st.sampled_from([Fault.NONE, Fault.DROP_ACK, Fault.DUPLICATE, Fault.LOSE, Fault.DELAY, Fault.LATE]), max_size=12
    )
)
async def test_lost_acknowledgements_leave_no_gap_and_no_double(faults: list[Fault]) -> None:
    """Whatever happens to the writes, letters and register agree and count 1, 2, 3 and on."""
    office = Office()
    ids = [await approved(office, member_id) for member_id in _members(4)]
    shaky = Office(office.log, ListedFaults(faults))
    for place, id_ in enumerate(ids):
        name = f"issue-{place}"
        for replica in (shaky, Office(office.log)):
            try:
                await replica.letters.issue(id_, issue(letter_sn=0), ORIGIN, replica.context(name))
            except (OutcomeUnknown, Contention):
                continue
    assert serials(office) == letters(office) == [1, 2, 3, 4]


def _members(many: int) -> list[str]:
    return [derived_id(EPOCH, "member", str(number)) for number in range(many)]
