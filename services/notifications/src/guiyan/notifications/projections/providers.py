"""Which providers are suspended, since when, after how many failures: what a new sender begins with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events.notifications.delivery import ProviderResumed, ProviderSuspended
from guiyan.ledger import Docs, Fact, Key, Projection

PROVIDERS: Final = "providers"


class Providers(Projection):
    """One document a provider, by its id."""

    name: ClassVar[str] = "providers"
    handles: ClassVar[frozenset[str]] = frozenset({"ProviderSuspended", "ProviderResumed"})

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The provider's own document."""
        return (Key(PROVIDERS, fact.aggregate_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Keep the last word on it."""
        match fact.payload:
            case ProviderSuspended() as left:
                told = {"suspended": True, "failures": left.failures}
            case ProviderResumed() as left:
                told = {"suspended": False, "failures": 0}
            case _:
                return
        docs.put(PROVIDERS, fact.aggregate_id, {"provider": left.provider, "since": fact.event.time, **told})
