"""Lost contact and relay persons put together: what `app` joins to the rest (domain.md §2.6, §2.7)."""

from functools import partial
from typing import Final

from fastapi import APIRouter

from guiyan.contact.commands.lost_contacts import LostDesk
from guiyan.contact.commands.search_means import MeansHeld
from guiyan.contact.domain.lost_contact import lost_contact_decider
from guiyan.contact.domain.lost_parameters import LostParameters
from guiyan.contact.doors import lost_contacts, relay_persons
from guiyan.contact.policies.lost_contacts import (
    FollowsDecisions,
    FollowsSigns,
    LooksAgain,
    WatchesAfterMisses,
    WatchesAfterTransfers,
)
from guiyan.contact.projections.cycle import ContactCycle
from guiyan.contact.projections.lost_contacts import LostContacts
from guiyan.contact.projections.lost_timers import DUE, SILENCE
from guiyan.contact.projections.points import ContactPoints
from guiyan.contact.projections.relay_persons import RelayPersons
from guiyan.contact.settings import ContactSettings
from guiyan.ledger import Policy
from guiyan.ledger.due import Handler
from guiyan.service.blueprint import Parts

ROUTERS: Final[tuple[APIRouter, ...]] = (relay_persons.router, lost_contacts.router)
PROJECTIONS: Final = (LostContacts(), RelayPersons())


def lost_desk(parts: Parts[ContactSettings]) -> LostDesk:
    """What doors, policies and timers of lost contact work with."""
    return LostDesk(
        ledger=parts.ledger,
        commands=parts.commands,
        sealer=parts.sealer,
        clock=parts.clock,
        directory=parts.directory,
        rulebook=parts.rulebook,
        lost=parts.reads(LostContacts),
        means=means_held(parts),
        decider=lost_contact_decider(partial(parts.rulebook.valid, LostParameters)),
    )


def means_held(parts: Parts[ContactSettings]) -> MeansHeld:
    """Which means of a search the organisation holds for a member."""
    return MeansHeld(parts.reads(ContactCycle), parts.reads(ContactPoints), parts.reads(RelayPersons))


def lost_policies(desk: LostDesk) -> list[Policy]:
    """Watch after misses and transfers, follow signs and decisions, look again."""
    return [
        WatchesAfterMisses(desk),
        WatchesAfterTransfers(desk),
        FollowsSigns(desk),
        FollowsDecisions(desk),
        LooksAgain(desk),
    ]


def lost_timers(desk: LostDesk) -> dict[str, Handler]:
    """By the timer's kind."""
    return {SILENCE: desk.silence, DUE: desk.due}
