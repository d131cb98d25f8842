"""What is left to do when a member's key is destroyed: those of the contact points go, too (domain.md §5.3).

Each contact point and each relay person has a key of its own: with the member's alone gone they would stay readable.
"""

from collections.abc import Sequence
from typing import ClassVar

from guiyan.contact.office import Office
from guiyan.contact.projections.points import OWNERS
from guiyan.contact.projections.relay_persons import RELAY_MEMBERS
from guiyan.events import contact, registry
from guiyan.ledger import Call, Fact, Policy
from guiyan.service.withheld import Withheld


class DestroysKeys(Policy):
    """Of an erased member: each contact point's and relay person's, also of one added at the very moment."""

    name: ClassVar[str] = "destroys_keys"
    handles: ClassVar[frozenset[str]] = frozenset({"DekDestroyed", "ContactPointAdded", "RelayPersonNominated"})

    def __init__(self, office: Office) -> None:
        self._office = office

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Destroy them; done again it changes nothing."""
        for id_ in await self._keys(fact):
            await self._office.sealer.destroy(id_)
        return []

    async def _keys(self, fact: Fact) -> list[str]:
        match fact.payload:
            case registry.DekDestroyed() as destroyed:
                owner = await self._office.points.get(OWNERS, destroyed.person_id)
                relays = await self._office.means.relays.get(RELAY_MEMBERS, destroyed.person_id)
                return [*(owner["points"] if owner else ()), *(relays["relays"] if relays else ())]
            case contact.ContactPointAdded() | contact.RelayPersonNominated() as added:
                erased = await self._office.known_withheld(added.member_id) is Withheld.ERASED
                return [fact.aggregate_id] if erased else []
            case _:
                return []
