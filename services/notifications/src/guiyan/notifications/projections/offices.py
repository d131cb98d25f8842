"""The phones of every office, as its directory lists them: whom a message asks to call back (S-23, domain.md §1.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events.registry import OfficePhoneListed, OfficePhoneUnlisted
from guiyan.ledger import Docs, Fact, Key, Projection

OFFICES: Final = "offices"


class Offices(Projection):
    """One document an organisation: its phones in the order of their listing, each with what it answers."""

    name: ClassVar[str] = "offices"
    version: ClassVar[int] = 1
    handles: ClassVar[frozenset[str]] = frozenset({"OfficePhoneListed", "OfficePhoneUnlisted"})

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The organisation's own document."""
        return (Key(OFFICES, fact.aggregate_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """List the phone, or take it off."""
        told = fact.payload
        assert isinstance(told, OfficePhoneListed | OfficePhoneUnlisted)  # noqa: S101 - the types handled
        before = (docs.get(OFFICES, fact.aggregate_id) or {"phones": []})["phones"]
        others = [one for one in before if one["phone"] != told.phone]
        listed = [{"phone": told.phone, "purpose": told.purpose}] if isinstance(told, OfficePhoneListed) else []
        docs.put(OFFICES, fact.aggregate_id, {"phones": [*others, *listed]})
