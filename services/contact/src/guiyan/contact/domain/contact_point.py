"""Contact points (domain.md §2.6): a way to reach a member, with its proof and its end; one data key each."""

from dataclasses import dataclass, replace
from datetime import date

from guiyan.events import Event
from guiyan.events.codes import ContactPointEnd, ContactPointKind, ContactPointSource, VerifiedHow
from guiyan.events.contact import (
    ContactPointAdded,
    ContactPointBounced,
    ContactPointChanged,
    ContactPointClosed,
    ContactPointRevealed,
    ContactPointText,
    ContactPointVerified,
)
from guiyan.ledger import Decider, Draft, Refused


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """What the rules need to know; `member_id` is empty before it was added."""

    member_id: str = ""
    point_id: str = ""
    kind: ContactPointKind = ContactPointKind.MOBILE
    valid_from: date = date.min
    last_on: date = date.min
    """The newest proof or return: what is told late of before it does not stand before it (§8)."""
    bounced: frozenset[str] = frozenset()
    """Notices that came back since it was last proved to reach the member."""
    closed: bool = False


PHONES = frozenset({ContactPointKind.MOBILE, ContactPointKind.LANDLINE})


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
class ChangeValue:
    """The member gave a new value in place of this one (R3); nobody has proved it yet."""

    on: date
    today: date
    value: str
    value_index: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """Somebody has to see the value in clear, for a stated reason."""

    on: date
    today: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A message to it came back; `dead`: there is no such number or address. So many in a row (`limit`) close it."""

    on: date
    today: date
    notice_id: str
    dead: bool
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePoint:
    """It is no longer used; a wrong number closes it at once."""

    on: date
    today: date
    reason: ContactPointEnd


Command = Add | Verify | Reveal | ChangeValue | Bounce | ClosePoint


def evolve(point: ContactPoint, event: Event) -> ContactPoint:
    """The contact point after an event."""
    match event.payload:
        case ContactPointAdded() as added:
            since = added.valid_from or event.occurredon
            return ContactPoint(added.member_id, added.point_id, added.kind, since, since)
        case ContactPointVerified() | ContactPointChanged():
            after = replace(point, last_on=max(point.last_on, event.occurredon))
            return replace(after, bounced=frozenset()) if event.occurredon >= point.last_on else after
        case ContactPointBounced(notice_id=str() as notice_id):
            return replace(point, bounced=point.bounced | {notice_id}, last_on=max(point.last_on, event.occurredon))
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
    whose = {"point_id": point.point_id, "member_id": point.member_id}
    match act:
        case Verify():
            return [Draft(ContactPointVerified(**whose, how=act.how), act.on)]
        case ChangeValue():
            changed = ContactPointChanged(**whose, value_index=act.value_index)
            return [Draft(changed, act.on, ContactPointText(value=act.value))]
        case Reveal():
            return [Draft(ContactPointRevealed(**whose, reason=act.reason), act.on)]
        case Bounce():
            return _bounce(act, point)
        case ClosePoint():
            return [Draft(ContactPointClosed(**whose, reason=act.reason), act.on)]


def _bounce(act: Bounce, point: ContactPoint) -> list[Draft]:
    """Each notice once; what came back before the last proof says nothing of now. A dead one is closed at once."""
    if act.notice_id in point.bounced or (act.on < point.last_on and not act.dead):
        return []
    whose = {"point_id": point.point_id, "member_id": point.member_id}
    bounced = Draft(ContactPointBounced(**whose, notice_id=act.notice_id), act.on)
    if act.dead:
        reason = ContactPointEnd.NUMBER_DEAD if point.kind in PHONES else ContactPointEnd.BOUNCED
    elif len(point.bounced) + 1 >= act.limit:
        reason = ContactPointEnd.BOUNCED
    else:
        return [bounced]
    return [bounced, Draft(ContactPointClosed(**whose, reason=reason), act.on)]


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
