"""Asking for and numbering certificates through the write path: what races, repeats and lost answers must not do."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from services.transfers.tests.certificate_stories import LOST, issued, request, when
from services.transfers.tests.office import NOW, Office
from services.transfers.tests.stories import CITY, DAY, EPOCH, MEMBER
from services.transfers.tests.test_handlers import written

from guiyan.events import derived_id
from guiyan.events.transfers import CertificateNumbered, CertificateNumberTaken, CertificateReplaced
from guiyan.ledger import Contention, OutcomeUnknown, Refused, VersionConflict
from guiyan.ledger.faults import Fault, FaultPlan, ListedFaults
from guiyan.ledger.memory.log import MemoryLog
from guiyan.transfers.commands.certificates import CertificateDesk, CertificateNumbers, Issuer
from guiyan.transfers.domain import certificate_acts as ask
from guiyan.transfers.domain.certificate import CERTIFICATE

COUNTY = Issuer(CITY, "654002")


class Papers(Office):
    """The office with the desk and the numbers of certificates."""

    def __init__(self, log: MemoryLog | None = None, faults: FaultPlan | None = None) -> None:
        super().__init__(log, faults)
        self.papers = CertificateDesk(self.desk.commands, self.clock, self.desk.rulebook, CERTIFICATE)
        self.numbers = CertificateNumbers(self.papers, self.no_hint)

    async def asked(self, member_id: str) -> str:
        """The id of a certificate that was asked for."""
        return (await self.papers.request(request(member_id=member_id), self.context())).id

    async def lost(self, member_id: str = MEMBER) -> str:
        """The id of a certificate that was reported lost."""
        id_ = await self.asked(member_id)
        await self.numbers.give(id_, COUNTY, DAY, self.context())
        for act in (*issued()[2:], LOST):
            await self.papers.act(id_, act, self.context())
        return id_


def members(many: int) -> list[str]:
    """Made-up members."""
    return [derived_id(EPOCH, "member", str(number)) for number in range(many)]


def taken(office: Office) -> list[str]:
    """The numbers in the register, in the order they were given."""
    return [one.payload.certificate_no for one in written(office) if isinstance(one.payload, CertificateNumberTaken)]


def on_paper(office: Office) -> list[str]:
    """The numbers on the certificates."""
    return [one.payload.certificate_no for one in written(office) if isinstance(one.payload, CertificateNumbered)]


def first(many: int) -> list[str]:
    """The first numbers of the year."""
    return [f"654002-2026-{number:04d}" for number in range(1, many + 1)]


async def test_of_two_hundred_requests_at_one_instant_one_is_accepted() -> None:
    """One valid certificate a member at a time, whatever races: one accepted, 199 clear conflicts."""
    office = Papers()
    other = Papers(office.log)
    answers = await asyncio.gather(
        *(one.papers.request(request(), one.context()) for one in [office, other] * 100), return_exceptions=True
    )
    refused = [answer.code for answer in answers if isinstance(answer, Refused)]
    assert (len(refused), set(refused)) == (199, {"certificate_already_open"})


async def test_fifty_numberings_at_once_leave_no_gap_and_no_double() -> None:
    """Numbers are unique per area and year, without gap, over two replicas."""
    office = Papers()
    other = Papers(office.log)
    ids = [await office.asked(member_id) for member_id in members(50)]
    await asyncio.gather(
        *(one.numbers.give(id_, COUNTY, DAY, one.context()) for one, id_ in zip([office, other] * 25, ids, strict=True))
    )
    assert sorted(taken(office)) == sorted(on_paper(office)) == first(50)


async def test_each_year_and_each_area_counts_from_one() -> None:
    """The series is that of area and year; two offices of one area count on in one series."""
    office = Papers()
    ids = [await office.asked(member_id) for member_id in members(4)]
    for id_, issuer, on in (
        (ids[0], COUNTY, DAY),
        (ids[1], Issuer("654002009000", "654002"), DAY),
        (ids[2], Issuer("654021000000", "654021"), DAY),
        (ids[3], COUNTY, DAY.replace(year=2027)),
    ):
        office.clock.set(NOW.replace(year=on.year, month=6))
        await office.numbers.give(id_, issuer, on, office.context())
    assert on_paper(office) == ["654002-2026-0001", "654002-2026-0002", "654021-2026-0001", "654002-2027-0001"]


async def test_a_repeated_numbering_takes_no_second_number() -> None:
    """The same command again finds its number, also with If-Match; another version is a conflict and takes none."""
    office = Papers()
    id_ = await office.asked(MEMBER)
    given_ = await office.numbers.give(id_, COUNTY, DAY, office.context("once"), 1)
    again = await Papers(office.log).numbers.give(id_, COUNTY, DAY, office.context("once"), 1)
    assert (again.version, again.duplicate) == (given_.version, True)
    try:
        await office.numbers.give(id_, COUNTY, DAY, office.context(), 1)
        raise AssertionError("another version was taken")
    except VersionConflict:
        assert taken(office) == on_paper(office) == first(1)


async def test_a_repeated_request_gives_the_first_answer_even_after_its_end() -> None:
    """The same command again opens nothing new; another one is the member's next certificate."""
    office = Papers()
    asked = await office.papers.request(request(), office.context("once"))
    await office.papers.act(asked.id, ask.Retire(**when(), transfer_id=MEMBER), office.context())
    again = await office.papers.request(request(), office.context("once"))
    assert (again.id, again.duplicate) == (asked.id, True)
    assert (await office.papers.request(request(), office.context())).id != asked.id


async def test_of_many_replacements_of_a_lost_one_one_is_made() -> None:
    """The old one ends and the new one stands in one batch: never two new ones, never none."""
    office = Papers()
    other = Papers(office.log)
    id_ = await office.lost()
    answers: list[Any] = await asyncio.gather(
        *(one.papers.replace_lost(id_, request(), one.context()) for one in [office, other] * 10),
        return_exceptions=True,
    )
    made = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert len(made) == 1
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"certificate_wrong_state"}
    replaced = [one.payload for one in written(office) if isinstance(one.payload, CertificateReplaced)]
    assert [one.new_certificate_id for one in replaced] == [made[0].id]
    newest = await office.papers.find_newest(MEMBER)
    assert newest is not None
    assert newest[0] == made[0].id
    assert newest[1].number is None, "it gets a number of its own"


@settings(max_examples=60, deadline=None)
@given(
    faults=st.lists(
        st.sampled_from([Fault.NONE, Fault.DROP_ACK, Fault.DUPLICATE, Fault.LOSE, Fault.DELAY, Fault.LATE]), max_size=12
    )
)
async def test_lost_acknowledgements_leave_no_gap_and_no_double(faults: list[Fault]) -> None:
    """Whatever happens to the writes, certificates and register agree and count 1, 2, 3 and on."""
    office = Papers()
    ids = [await office.asked(member_id) for member_id in members(4)]
    shaky = Papers(office.log, ListedFaults(faults))
    for place, id_ in enumerate(ids):
        for replica in (shaky, Papers(office.log)):
            try:
                await replica.numbers.give(id_, COUNTY, DAY, replica.context(f"number-{place}"))
            except (OutcomeUnknown, Contention):
                continue
    assert taken(office) == on_paper(office) == first(4)
