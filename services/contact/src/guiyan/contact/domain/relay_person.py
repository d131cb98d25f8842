"""Relay persons (境内联系人, §2.6, R6): named by the member alone, and no longer from the moment of the wish."""

from dataclasses import dataclass, replace
from datetime import date

from guiyan.contact.domain.happened import require_happened
from guiyan.contact.domain.wish import WrittenWish
from guiyan.events import Event
from guiyan.events.contact import RelayPersonNominated, RelayPersonWithdrawn
from guiyan.events.contact.contact_point import RelayPersonText
from guiyan.ledger import Decider, Draft, Refused
from guiyan.service.withheld import Withheld, require_usable


@dataclass(frozen=True, slots=True)
class RelayPerson:
    """What the rules need to know; `member_id` is empty before the nomination."""

    member_id: str = ""
    person_id: str = ""
    nominated_on: date = date.min
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominate:
    """The member names somebody; whoever records it for the member has the wish in writing (S-50)."""

    on: date
    today: date
    person_id: str
    member_id: str
    text: RelayPersonText
    in_writing: bool
    wish: WrittenWish
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """The member takes it back, or the relay person declines."""

    on: date
    today: date


def evolve(relay: RelayPerson, event: Event) -> RelayPerson:
    """The relay person after an event."""
    match event.payload:
        case RelayPersonNominated() as facts:
            return RelayPerson(facts.member_id, facts.person_id, event.occurredon)
        case RelayPersonWithdrawn():
            return replace(relay, withdrawn=True)
        case _:
            return relay


def decide(act: Nominate | Withdraw, relay: RelayPerson) -> list[Draft]:
    """The events of an act, or Refused."""
    require_happened(act.on, act.today)
    if isinstance(act, Nominate):
        return _nominate(act, relay)
    if not relay.member_id:
        raise Refused("relay_person_not_found", status=404)
    if relay.withdrawn:
        raise Refused("relay_person_withdrawn")
    if act.on < relay.nominated_on:
        raise Refused("date_before_last", pointer="/occurred_on", earliest=relay.nominated_on.isoformat())
    return [Draft(RelayPersonWithdrawn(person_id=relay.person_id, member_id=relay.member_id), act.on)]


def _nominate(act: Nominate, relay: RelayPerson) -> list[Draft]:
    if relay.member_id:
        raise Refused("relay_person_exists")
    require_usable(act.withheld)
    if not (act.in_writing or act.wish.by_member):
        raise Refused("relay_wish_in_writing", pointer="/in_writing")
    act.wish.check(act.on)
    named = RelayPersonNominated(
        person_id=act.person_id,
        member_id=act.member_id,
        in_writing=act.in_writing,
        wish_document_no=act.wish.document_no,
        wish_on=act.wish.signed_on,
    )
    return [Draft(named, act.on, act.text)]


RELAY_PERSON: Decider[RelayPerson, Nominate | Withdraw] = Decider(
    "contact", "relay_person", RelayPerson, evolve, decide
)
