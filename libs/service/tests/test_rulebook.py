"""Policy parameters (domain.md §2.14): what is valid on a day, for every service, and never for a day gone by."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.events import Event, encode_data, new_id
from guiyan.events.registry.policy import PolicyParameterChanged
from guiyan.ledger import Fact
from guiyan.ledger.testing.projections import project
from guiyan.service.generate import parameters_page
from guiyan.service.parameters import PARAMETERS, BadValue, NumberOf
from guiyan.service.rulebook import CHANGES, PolicyParameters, Rulebook, valid
from guiyan.service.testing import MemoryReads

NOW = datetime(2026, 3, 1, tzinfo=UTC)
KEY = "letter.valid_days"
DAY = date(2026, 3, 1)


def change(value: str, from_on: date, sequence: int, key: str = KEY, org: str | None = None) -> Fact:
    """A change in the ledger."""
    payload = PolicyParameterChanged(key=key, value=value, from_on=from_on, document_no="示〔2026〕1号", org_code=org)
    event = Event(
        id=new_id(NOW),
        source="guiyan/registry",
        type=payload.type_name(),
        subject="policy/letter-valid_days",
        time=NOW,
        dataschema=payload.dataschema(),
        data=encode_data(payload),
        occurredon=DAY,
        actor="o",
        actororg="654002000000",
        causationid="c",
        correlationid="c",
        streamversion=sequence,
    )
    return Fact(event, sequence)


def book(*facts: Fact) -> Rulebook:
    """A rulebook over these changes, not read yet."""
    found = project(PolicyParameters(), facts)
    return Rulebook(MemoryReads({CHANGES: list(found.get(CHANGES, {}).values())}))


async def test_a_value_holds_from_its_day_on_and_not_before() -> None:
    """The past keeps the old value; a planned change waits for its day."""
    rules = book(change("45", date(2026, 4, 1), 1), change("20", date(2026, 6, 1), 2))
    await rules.refresh()
    days = (date(2026, 3, 31), date(2026, 4, 1), date(2026, 5, 31), date(2026, 6, 1))
    assert [rules.value(KEY, day) for day in days] == [30, 45, 45, 20]


class Letters:
    """The parameters of a process."""

    def __init__(self, days: object) -> None:
        self.days = days

    @classmethod
    def of(cls, value: NumberOf) -> "Letters":
        """From what tells the value of each key."""
        return cls(value(KEY))


async def test_what_is_valid_is_remembered_until_something_changes() -> None:
    """A change that is told later counts from the next reading on, also for a day that was asked about before."""
    kept = {CHANGES: list(project(PolicyParameters(), [change("45", DAY, 1)])[CHANGES].values())}
    rules = Rulebook(MemoryReads(kept))
    assert rules.valid(Letters, DAY).days == 30
    await rules.refresh()
    assert rules.valid(Letters, DAY).days == 45
    assert rules.valid(Letters, DAY) is rules.valid(Letters, DAY)


async def test_of_two_changes_from_the_same_day_the_later_told_holds() -> None:
    """A change set right before its day; the order of the ledger decides."""
    rules = book(change("45", DAY, 1), change("46", DAY, 2))
    await rules.refresh()
    assert rules.value(KEY, DAY) == 46


async def test_a_newer_writers_value_counts_as_no_change() -> None:
    """What this version cannot read, or what is for one organisation alone, changes nothing here."""
    rules = book(change("soon", DAY, 1), change("9999", DAY, 2), change("7", DAY, 3, org="654002001000"))
    await rules.refresh()
    assert rules.value(KEY, DAY) == 30


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(0, 60)), max_size=8), st.integers(0, 60))
def test_a_later_change_leaves_every_earlier_day_as_it_was(changes: list[tuple[int, int]], day: int) -> None:
    """Whatever is changed from a day on, the days before it keep their values (a change never rewrites the past)."""
    facts = [change(str(value), DAY + timedelta(from_on), n) for n, (value, from_on) in enumerate(changes, 1)]
    before = project(PolicyParameters(), facts).get(CHANGES, {}).get(KEY)
    new = change("1", DAY + timedelta(day), len(facts) + 1)
    after = project(PolicyParameters(), [*facts, new]).get(CHANGES, {}).get(KEY)
    for earlier in range(day):
        on = DAY + timedelta(earlier)
        assert valid(KEY, after, on) == valid(KEY, before, on)
    assert valid(KEY, after, DAY + timedelta(day)) == 1


@pytest.mark.parametrize("key", list(PARAMETERS))
def test_every_default_is_a_value_of_its_parameter(key: str) -> None:
    """Default and bounds of the table agree, and the event's text reads back as the same value."""
    one = PARAMETERS[key]
    assert one.parse(one.text(one.default)) == one.default


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (KEY, "0"), (KEY, "91"), (KEY, "-1"), (KEY, "1.5"), (KEY, ""), (KEY, "三十"), (KEY, "9" * 50),
        ("contact.reminder_days", "85,45"), ("contact.reminder_days", "45,45"), ("contact.reminder_days", "0,200"),
        ("dues.annual_prepay_allowed", "yes"),
    ],
)  # fmt: skip
def test_what_is_no_value_is_told(key: str, text: str) -> None:
    """Numbers within their bounds, days in order, true or false; nothing else."""
    with pytest.raises(BadValue):
        PARAMETERS[key].parse(text)


def test_every_parameter_is_on_the_page_with_its_source() -> None:
    """A reader finds key, default and source in one place (docs/reference/parameters.md)."""
    text = parameters_page()
    assert all(f"`{key}`" in text and one.source in text for key, one in PARAMETERS.items())


class Behind(MemoryReads):
    """Documents that are further on each time somebody asks, and that count how often they are read."""

    read = 0

    async def applied(self, sequence: int = 0, *, wait_seconds: float = 0) -> int:
        """One further than last time."""
        self.sequence += 1
        return await super().applied(sequence, wait_seconds=wait_seconds)

    async def find(self, *asked: object, **how: object) -> list[dict[str, object]]:
        """Counted."""
        self.read += 1
        return await super().find(*asked, **how)  # type: ignore[arg-type] # passed on as it came


async def test_who_decides_over_an_event_knows_what_was_decided_before_it() -> None:
    """Not before the documents have come so far; what was read for one event is not read again for an earlier one."""
    kept = {CHANGES: list(project(PolicyParameters(), [change("45", DAY, 1)])[CHANGES].values())}
    reads = Behind(kept)
    rules = Rulebook(reads)
    assert not await rules.reach(3, wait_seconds=0)
    assert not await rules.reach(3, wait_seconds=0)
    assert (rules.value(KEY, DAY), reads.read) == (30, 0)
    assert await rules.reach(3, wait_seconds=0)
    assert await rules.reach(2, wait_seconds=0)
    assert (rules.value(KEY, DAY), reads.read) == (45, 1)
