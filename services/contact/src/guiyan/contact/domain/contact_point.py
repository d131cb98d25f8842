"""Contact points (domain.md §2.6): a way to reach a member, with its proof and its end; one data key each."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from guiyan.contact.domain.happened import require_happened
from guiyan.contact.domain.wish import WrittenWish
from guiyan.events import Event
from guiyan.events.codes import (
    ContactChannel,
    ContactOutcome,
    ContactPointEnd,
    ContactPointKind,
    ContactPointSource,
    VerifiedHow,
)
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
from guiyan.service.withheld import Withheld, require_usable


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """What the rules need to know; `member_id` is empty before it was added."""

    member_id: str = ""
    point_id: str = ""
    kind: ContactPointKind = ContactPointKind.MOBILE
    valid_from: date = date.min
    last_on: date = date.min
    """The newest proof or return: what is told late of before it does not stand before it (§8)."""
    renewed_on: date = date.min
    """The newest proof or new value: a wrong number of before says nothing of it."""
    bounced: frozenset[str] = frozenset()
    """Notices that came back since it was last proved to reach the member."""
    closed: bool = False


PHONES = frozenset({ContactPointKind.MOBILE, ContactPointKind.LANDLINE})
WRONG: Final[Mapping[ContactOutcome, ContactPointEnd]] = {
    ContactOutcome.WRONG_NUMBER: ContactPointEnd.WRONG_NUMBER,
    ContactOutcome.NUMBER_DEAD: ContactPointEnd.NUMBER_DEAD,
}
"""Which outcome of an attempt closes the contact point that was tried, and why it is closed then (§2.6)."""
TRIED_BY: Final[Mapping[ContactChannel, frozenset[ContactPointKind]]] = {
    ContactChannel.PHONE: PHONES,
    ContactChannel.SMS: frozenset({ContactPointKind.MOBILE}),
    ContactChannel.WECHAT_CALL: frozenset({ContactPointKind.WECHAT}),
    ContactChannel.VIDEO: frozenset({ContactPointKind.WECHAT}),
}
"""What kind of contact point an attempt by a channel has used; the others use none of the member's."""


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
    wish: WrittenWish = field(default_factory=WrittenWish)
    withdrawn_on: date | None = None
    """When the consent to contact the family was last taken back (S-50)."""
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """It was proved to reach the member."""

    on: date
    today: date
    how: VerifiedHow
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeValue:
    """The member gave a new value in place of this one (R3); nobody has proved it yet."""

    on: date
    today: date
    value: str
    value_index: str | None = None
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """Somebody has to see the value in clear, for a stated reason; ERASED, too, where its key is missing."""

    on: date
    today: date
    reason: str
    withheld: Withheld | None = None


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
    """It is no longer used."""

    on: date
    today: date
    reason: ContactPointEnd
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindWrong:
    """Somebody tried it on a day, and it was wrong or dead: it is closed at once, unless proved or renewed since."""

    on: date
    today: date
    reason: ContactPointEnd


Command = Add | Verify | Reveal | ChangeValue | Bounce | ClosePoint | FindWrong


def evolve(point: ContactPoint, event: Event) -> ContactPoint:
    """The contact point after an event."""
    match event.payload:
        case ContactPointAdded() as added:
            since = added.valid_from or event.occurredon
            return ContactPoint(added.member_id, added.point_id, added.kind, since, since)
        case ContactPointVerified() | ContactPointChanged():
            on = event.occurredon
            after = replace(point, last_on=max(point.last_on, on), renewed_on=max(point.renewed_on, on))
            return replace(after, bounced=frozenset()) if event.occurredon >= point.last_on else after
        case ContactPointBounced(notice_id=str() as notice_id):
            return replace(point, bounced=point.bounced | {notice_id}, last_on=max(point.last_on, event.occurredon))
        case ContactPointClosed():
            return replace(point, closed=True)
        case _:
            return point


def decide(act: Command, point: ContactPoint) -> list[Draft]:
    """The events of an act, or Refused."""
    require_happened(act.on, act.today)
    if isinstance(act, Add):
        return _add(act, point)
    if not point.member_id:
        raise Refused("contact_point_not_found", status=404)
    if point.closed and not isinstance(act, FindWrong):
        raise Refused("contact_point_closed")
    if isinstance(act, Verify | ChangeValue | Reveal):
        require_usable(act.withheld)
    return _to_known(act, point)


def _to_known(act: Verify | Reveal | ChangeValue | Bounce | ClosePoint | FindWrong, point: ContactPoint) -> list[Draft]:
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
        case FindWrong():
            return _find_wrong(act, point)
        case ClosePoint():
            closed = ContactPointClosed(**whose, reason=act.reason, replaced_by=act.replaced_by)
            return [Draft(closed, max(act.on, point.valid_from))]


def _find_wrong(act: FindWrong, point: ContactPoint) -> list[Draft]:
    """What is told late of before the newest proof does not stand before it (§8); closed is closed.

    One that was tried before its first day here is closed on that day: nothing ends before it begins.
    """
    if point.closed or act.on < point.renewed_on:
        return []
    whose = {"point_id": point.point_id, "member_id": point.member_id}
    return [Draft(ContactPointClosed(**whose, reason=act.reason), max(act.on, point.valid_from))]


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
    return [bounced, Draft(ContactPointClosed(**whose, reason=reason), max(act.on, point.valid_from))]


def _add(act: Add, point: ContactPoint) -> list[Draft]:
    if point.member_id:
        raise Refused("contact_point_exists")
    require_usable(act.withheld)
    _check_wish(act)
    added = ContactPointAdded(
        point_id=act.point_id,
        member_id=act.member_id,
        kind=act.kind,
        source=act.source,
        valid_from=act.valid_from or act.on,
        value_index=act.value_index,
        wish_document_no=act.wish.document_no,
        wish_on=act.wish.signed_on,
    )
    return [Draft(added, act.on, ContactPointText(value=act.value))]


def _check_wish(act: Add) -> None:
    """The family is contacted by the member's written wish alone (S-50)."""
    if act.source is ContactPointSource.FAMILY_BY_WISH:
        act.wish.check(act.on)
        act.wish.check_stands(act.on, act.withdrawn_on)
    elif act.wish.names_paper:
        raise Refused("wish_of_family_only", pointer="/source")


CONTACT_POINT: Decider[ContactPoint, Command] = Decider("contact", "contact_point", ContactPoint, evolve, decide)
