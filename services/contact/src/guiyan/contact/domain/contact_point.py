"""Contact points (domain.md §2.6): a way to reach a member, with its proof and its end; one data key each."""

from dataclasses import dataclass, replace
from datetime import date

from guiyan.events import Event
from guiyan.events.codes import ContactPointEnd, ContactPointKind, ContactPointSource, VerifiedHow
from guiyan.events.contact import ContactPointAdded, ContactPointClosed, ContactPointText, ContactPointVerified
from guiyan.ledger import Decider, Draft, Refused


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """What the rules need to know; `member_id` is empty before it was added."""

    member_id: str = ""
    point_id: str = ""
    valid_from: date = date.min
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """A way to reach the member became known."""

    on: date
    today: date
    point_id: str
    member_id: str
    kind: ContactPointKind
    source: ContactPointSource
    value: str
    value_index: str | None = None
    valid_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """It was proved to reach the member."""

    on: date
    today: date
    how: VerifiedHow


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePoint:
    """It is no longer used; a wrong number closes it at once."""

    on: date
    today: date
    reason: ContactPointEnd


Command = Add | Verify | ClosePoint


def evolve(point: ContactPoint, event: Event) -> ContactPoint:
    """The contact point after an event."""
    match event.payload:
        case ContactPointAdded() as added:
            return ContactPoint(added.member_id, added.point_id, added.valid_from or event.occurredon)
        case ContactPointClosed():
            return replace(point, closed=True)
        case _:
            return point


def decide(act: Command, point: ContactPoint) -> list[Draft]:
    """The events of an act, or Refused."""
    if act.on > act.today:
        raise Refused("date_in_future", pointer="/occurred_on", today=act.today.isoformat())
    if isinstance(act, Add):
        return _add(act, point)
    if not point.member_id:
        raise Refused("contact_point_not_found", status=404)
    if point.closed:
        raise Refused("contact_point_closed")
    if isinstance(act, Verify):
        return [Draft(ContactPointVerified(point_id=point.point_id, member_id=point.member_id, how=act.how), act.on)]
    closed = ContactPointClosed(point_id=point.point_id, member_id=point.member_id, reason=act.reason)
    return [Draft(closed, act.on)]


def _add(act: Add, point: ContactPoint) -> list[Draft]:
    if point.member_id:
        raise Refused("contact_point_exists")
    added = ContactPointAdded(
        point_id=act.point_id,
        member_id=act.member_id,
        kind=act.kind,
        source=act.source,
        valid_from=act.valid_from or act.on,
        value_index=act.value_index,
    )
    return [Draft(added, act.on, ContactPointText(value=act.value))]


CONTACT_POINT: Decider[ContactPoint, Command] = Decider("contact", "contact_point", ContactPoint, evolve, decide)
