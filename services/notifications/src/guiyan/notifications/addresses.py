"""The address book: who can be reached by which channel, and where (domain.md §2.6, S-50).

Somebody who serves is reached as the post's own record says, a member by his own contact points alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from guiyan.events.codes import ContactPointKind, NoticeChannel
from guiyan.notifications.channels.port import ADDRESS_OF, Address, AddressKind
from guiyan.notifications.projections.reach import REACH
from guiyan.service.reads import Document, Reads

OWN: Final[Mapping[AddressKind, ContactPointKind]] = {
    AddressKind.MAIL: ContactPointKind.EMAIL,
    AddressKind.PHONE: ContactPointKind.MOBILE,
}


class People(Protocol):
    """Knows who serves."""

    async def find_person(self, person_id: str) -> Document | None:
        """Name and address of a person who serves, or None."""

    async def knows(self, sequence: int) -> bool:
        """Whether that holds everything up to a ledger sequence."""


class Addresses:
    """Finds how people are reached."""

    def __init__(self, people: People, reach: Reads) -> None:
        self._people = people
        self._reach = reach

    async def find_address(self, recipient_id: str, kind: AddressKind) -> Address | None:
        """The address to be used now, or None when there is none; a proved one goes before, then the newest."""
        person = await self._people.find_person(recipient_id)
        if person is not None:
            by_kind = {AddressKind.MAIL: person.get("email"), AddressKind.PHONE: person.get("phone")}
            value = by_kind.get(kind, recipient_id)
            if value:
                return Address(person["name"], value)
        return await self._own(recipient_id, kind)

    async def knows(self, sequence: int) -> bool:
        """Whether posts and contact points hold everything up to a ledger sequence."""
        return await self._people.knows(sequence) and await self._reach.applied(sequence) >= sequence

    async def _own(self, member_id: str, kind: AddressKind) -> Address | None:
        document = await self._reach.get(REACH, member_id)
        if document is None or kind not in OWN:
            return None
        points = [(id_, one) for id_, one in document["points"].items() if one["kind"] == OWN[kind]]
        if not points:
            return None
        id_, best = max(points, key=_rank)
        return Address("", best["value"], id_)

    async def channels(self, recipient_id: str, served: Sequence[NoticeChannel]) -> list[NoticeChannel]:
        """Of the channels that are served, in their order, those by which the recipient can be reached."""
        return [one for one in served if await self.find_address(recipient_id, ADDRESS_OF[one]) is not None]


def _rank(point: tuple[str, dict[str, Any]]) -> tuple[str, str, str]:
    id_, one = point
    return one["proved"] or "", one["since"], id_
