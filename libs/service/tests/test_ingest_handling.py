"""What a refused report is told: in the sender's own words, field by field."""

from datetime import UTC, datetime
from typing import Any

import pydantic_core
import pytest

from guiyan.events import new_id
from guiyan.ledger import LedgerUnavailable, OutcomeUnknown, Refused
from guiyan.ledger.errors import CommandIdTaken
from guiyan.service.ingest_event import Address, IngestEvent, IngestResult, Unreadable, read_event
from guiyan.service.ingest_handling import handled
from guiyan.service.problems import FieldProblem, Invalid, NotFound, Problem, Unavailable

ORG = "654002000000"
NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)


def an_event(**envelope: Any) -> IngestEvent:
    """A report that is right in itself."""
    event = {
        "specversion": "1.0",
        "id": new_id(NOW),
        "type": "MemberReturned",
        "source": "township-system",
        "data": {"member_id": new_id(NOW)},
    }
    return read_event(pydantic_core.to_json(event | envelope), Address(ORG, "MemberReturned"))


async def told(error: Exception, **envelope: Any) -> list[tuple[str, str]]:
    """Where and what a sender is told when a handler raises this."""

    async def handler(_event: IngestEvent) -> IngestResult:
        raise error

    result = await handled(handler, an_event(**envelope))
    assert result.kind == "rejected"
    return [(one.pointer, one.code) for one in result.problems]


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("/occurred_on", "/occurredon"),
        ("/planned_on", "/data/planned_on"),
        ("/source", "/data/source"),
        ("/months/0", "/data/months/0"),
        ("/data/letter_sn", "/data/letter_sn"),
    ],
)
async def test_a_pointer_names_what_the_sender_wrote(inside: str, outside: str) -> None:
    """A command's field stands under /data, but its business date in the envelope."""
    assert await told(Refused("x", pointer=inside), occurredon="2026-03-01") == [(outside, "x")]
    fields = Invalid([FieldProblem(inside, "y"), FieldProblem("/id_no", "z")])
    assert await told(fields, occurredon="2026-03-01") == [(outside, "y"), ("/data/id_no", "z")]


async def test_a_date_taken_from_the_time_is_told_of_the_time() -> None:
    """Who sent no `occurredon` is not told of one."""
    assert await told(Refused("x", pointer="/occurred_on"), time="2026-03-01T01:00:00Z") == [("/time", "x")]
    both = {"time": "2026-03-01T01:00:00Z", "occurredon": "2026-02-01"}
    assert await told(Refused("x", pointer="/occurred_on"), **both) == [("/occurredon", "x")]


async def test_a_refusal_of_the_whole_points_at_the_whole() -> None:
    """A wrong state, nobody there: no field is at fault."""
    assert await told(Refused("not_away"), occurredon="2026-03-01") == [("", "not_away")]
    assert await told(NotFound(), occurredon="2026-03-01") == [("", "not_found")]
    assert await told(Unreadable([FieldProblem("/data", "missing")]), occurredon="2026-03-01") == [("/data", "missing")]


@pytest.mark.parametrize("away", [Unavailable(), Problem(503, "starting")])
async def test_an_outage_is_no_refusal(away: Problem) -> None:
    """What is away now is no reason to reject: the door tries again."""
    with pytest.raises(Problem):
        await told(away, occurredon="2026-03-01")
    for error in (LedgerUnavailable("away"), OutcomeUnknown("?"), KeyError("bug")):
        with pytest.raises(type(error)):
            await told(error, occurredon="2026-03-01")


async def test_an_id_used_for_something_else_waits_for_that_ones_receipt() -> None:
    """The ledger has the id's command on another record: the message comes again, when the receipt is there."""

    async def handler(_event: IngestEvent) -> IngestResult:
        raise CommandIdTaken("x")

    result = await handled(handler, an_event(occurredon="2026-03-01"))
    assert (result.kind, result.problems) == ("later", (FieldProblem("/id", "event_id_taken"),))
