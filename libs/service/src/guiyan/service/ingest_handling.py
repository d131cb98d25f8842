"""What handling a reported event comes to: the handler's result, or the refusal as the sender is to read it."""

from collections.abc import Awaitable, Callable
from typing import Final

from guiyan.ledger import Refused
from guiyan.ledger.errors import CommandIdTaken
from guiyan.service.ingest_event import AnyProblem, IngestEvent, IngestResult, Unreadable
from guiyan.service.problems import FieldProblem, Problem, from_error

UNAVAILABLE: Final = 503
DATE: Final = "/occurred_on"
"""How commands call the business date; a sender wrote it into the envelope."""

IngestHandler = Callable[[IngestEvent], Awaitable[IngestResult]]


async def handled(handler: IngestHandler, event: IngestEvent) -> IngestResult:
    """Let a handler have the event; a refusal by the domain is a result like any other, an outage is raised."""
    try:
        return await handler(event)
    except Unreadable as error:
        return IngestResult.rejected(*error.problems)
    except CommandIdTaken:
        # Another message with this event's id, of other content, was faster: its receipt is about to be there.
        return IngestResult.later(FieldProblem("/id", "event_id_taken"))
    except (Refused, Problem) as error:
        return rejection_of(error, event)


def rejection_of(error: Refused | Problem, event: IngestEvent) -> IngestResult:
    """The result that a refusal means; a dependency that is away is none and is raised."""
    problem = from_error(error)
    assert problem is not None  # noqa: S101 - both kinds have a meaning
    if problem.status >= UNAVAILABLE:
        raise problem
    whole = FieldProblem("", problem.code, problem.params)
    return IngestResult.rejected(*(_as_sent(one, event) for one in problem.errors or (whole,)))


def _as_sent(problem: FieldProblem, event: IngestEvent) -> AnyProblem:
    """A decider points into its command; the sender knows the business date by the envelope, the rest by `/data`."""
    if problem.pointer == DATE:
        return FieldProblem(event.date_pointer, problem.code, problem.params)
    if not problem.pointer or problem.pointer.startswith("/data"):
        return problem
    return FieldProblem(f"/data{problem.pointer}", problem.code, problem.params)
