"""An event as a township system reports it, read and checked before any handler sees it; and what handling came to."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal, Self

import pydantic_core

from guiyan.events import derived_id, is_id
from guiyan.events.ingest import BadReport, Report, read_report
from guiyan.events.ingest import Problem as ReportProblem
from guiyan.ledger import Context, Outcome
from guiyan.service.problems import FieldProblem

MAX_EVENT_BYTES: Final = 65_536
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_ORG_CODE: Final = re.compile(r"\d{12}", re.ASCII)
_ORG_IN_TEXT: Final = re.compile(r"(?<!\d)\d{12}(?!\d)", re.ASCII)
_TYPE: Final = re.compile(r"[A-Z][A-Za-z0-9]{1,79}")
_CORRELATION: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

AnyProblem = FieldProblem | ReportProblem


class Unreadable(Exception):  # noqa: N818 - says what the report is
    """A report cannot be handled; `problems` say why, `event_id` is its id when it has a right one."""

    def __init__(self, problems: Iterable[AnyProblem], event_id: str | None = None) -> None:
        super().__init__("a reported event cannot be read")
        self.problems = tuple(problems)
        self.event_id = event_id


@dataclass(frozen=True, slots=True)
class Address:
    """Where a report was sent: `ingest.<org_code>.<Type>`."""

    org: str
    type: str

    @classmethod
    def parse(cls, subject: str) -> Self | None:
        """Read it from a subject without prefix; None when it is no such address."""
        match subject.split("."):
            case ["ingest", org, *rest] if _ORG_CODE.fullmatch(org) and rest:
                return cls(org, ".".join(rest))  # a dot is in no type's name: it will be told that
            case _:
                return None


@dataclass(frozen=True, slots=True)
class IngestEvent:
    """A reported event, checked. `org` is the sender, by the address it may use; `report` its data, decoded.

    `occurred_on` is the business date (Asia/Shanghai).
    """

    id: str
    type: str
    org: str
    occurred_on: date
    report: Report
    correlation_id: str = ""
    ingest_sequence: int = 0
    date_pointer: str = "/occurredon"
    """Which field of the envelope told the business date."""

    def context(self, part: str = "") -> Context:
        """The context of the command this event leads to: the same each time it is delivered or sent again.

        `part` tells several commands of one event apart.
        """
        return Context(
            command_id=self.new_id("command", part),
            actor=f"township:{self.org}",
            org=self.org,
            causation_id=self.id,
            correlation_id=self.correlation_id or self.id,
        )

    def new_id(self, *parts: str) -> str:
        """An id for what this event makes: the same each time, with the time part of the event's own id."""
        made_at = _EPOCH + int(self.id.replace("-", "")[:12], 16) * _MILLISECOND
        return derived_id(made_at, "ingest", self.org, self.id, *parts)


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What handling came to: `accepted` with the outcomes, `rejected` with the problems, or `later`.

    `later` asks to be handed the event again in a moment, because a projection may be behind; when the event has
    waited long enough its problems become the reason of a rejection.
    """

    kind: Literal["accepted", "rejected", "later"]
    outcomes: tuple[Outcome, ...] = ()
    problems: tuple[AnyProblem, ...] = field(default=())

    @classmethod
    def accepted(cls, *outcomes: Outcome) -> Self:
        """The event had its effect, now or when it was first sent."""
        return cls("accepted", outcomes)

    @classmethod
    def rejected(cls, *problems: AnyProblem) -> Self:
        """Nothing was stored, for these reasons."""
        return cls("rejected", problems=problems)

    @classmethod
    def later(cls, *problems: AnyProblem) -> Self:
        """Not yet: what it names may still be on its way here."""
        return cls("later", problems=problems)

    @property
    def repeated(self) -> bool:
        """Whether an earlier delivery had already written everything."""
        return bool(self.outcomes) and all(outcome.duplicate for outcome in self.outcomes)


def read_event(body: bytes, address: Address, *, ingest_sequence: int = 0) -> IngestEvent:
    """Read a CloudEvent 1.0 (structured JSON) sent to an address; raises Unreadable with every fault found."""
    if len(body) > MAX_EVENT_BYTES:
        raise Unreadable([FieldProblem("", "too_large", {"limit": MAX_EVENT_BYTES})], id_in(body))
    try:
        raw = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError:
        raise Unreadable([FieldProblem("", "malformed")]) from None
    if not isinstance(raw, dict):
        raise Unreadable([FieldProblem("", "not_an_event")])
    faults: list[AnyProblem] = list(_address_faults(raw, address))
    try:
        found = read_report(raw)
    except BadReport as error:
        raise Unreadable([*faults, *error.problems], _id_of(raw)) from None
    if faults:
        raise Unreadable(faults, found.id)
    return IngestEvent(
        id=found.id,
        type=found.type,
        org=address.org,
        occurred_on=found.business_date,
        report=found.report,
        correlation_id=_correlation(raw.get("correlationid")),
        ingest_sequence=ingest_sequence,
        date_pointer="/time" if found.occurredon is None else "/occurredon",
    )


def id_in(body: bytes) -> str | None:
    """The id of an event that is not read any further, so that its receipt finds its sender."""
    try:
        raw = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError:
        return None
    return _id_of(raw) if isinstance(raw, dict) else None


def _address_faults(raw: Mapping[str, Any], address: Address) -> Iterable[FieldProblem]:
    """The address is what the sender was allowed to use, so it decides: type and organisation must agree with it."""
    type_ = raw.get("type")
    if isinstance(type_, str) and type_ != address.type:
        yield FieldProblem("/type", "type_mismatch")
    source = raw.get("source")
    if isinstance(source, str) and any(code != address.org for code in _ORG_IN_TEXT.findall(source)):
        yield FieldProblem("/source", "foreign_organisation")
    if raw.get("actororg", address.org) != address.org:
        yield FieldProblem("/actororg", "foreign_organisation")


def _id_of(raw: Mapping[str, Any]) -> str | None:
    found = raw.get("id")
    return found if isinstance(found, str) and is_id(found) else None


def _correlation(value: Any) -> str:
    return value if isinstance(value, str) and _CORRELATION.fullmatch(value) else ""


def is_type_name(text: str) -> bool:
    """Whether a text could be the name of an event type."""
    return _TYPE.fullmatch(text) is not None


def id_of_unnamed(org: str, ingest_sequence: int) -> str:
    """The ingest id of a message that has no event id: from the sequence that its publisher was told."""
    return derived_id(_EPOCH, "unnamed", org, str(ingest_sequence))
