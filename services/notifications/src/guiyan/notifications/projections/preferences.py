"""What recipients chose: channel, language, digest, refused channels; gone with the person's key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events import registry
from guiyan.events.codes import NoticeChannel
from guiyan.ledger import Docs, Document, Fact, Key, Projection
from guiyan.notifications.domain.preference import PREFERENCE, Preference

PREFERENCES: Final = "preferences"


class Preferences(Projection):
    """One document a recipient: `channel`, `language`, `digest`, `refused`."""

    name: ClassVar[str] = "preferences"
    version: ClassVar[int] = 2
    handles: ClassVar[frozenset[str]] = frozenset(
        {"PreferenceSet", "DoNotContactSet", "DoNotContactLifted", "DekDestroyed"}
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The recipient's document."""
        erased = isinstance(fact.payload, registry.DekDestroyed)
        return () if erased else (Key(PREFERENCES, fact.aggregate_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Fold as the aggregate itself does."""
        if isinstance(fact.payload, registry.DekDestroyed):
            docs.delete(PREFERENCES, fact.payload.person_id)
            return
        after = PREFERENCE.evolve(preference_of(docs.get(PREFERENCES, fact.aggregate_id)), fact.event)
        told = {"channel": after.channel and str(after.channel), "language": after.language, "digest": after.digest}
        refused = sorted(str(one) for one in after.refused)
        docs.put(PREFERENCES, fact.aggregate_id, {**told, "refused": refused, "version": fact.event.streamversion})


def preference_of(document: Document | None) -> Preference:
    """The preference that a document keeps; nothing said where there is none."""
    if document is None:
        return Preference()
    channel = document["channel"]
    refused = frozenset(NoticeChannel(one) for one in document["refused"])
    return Preference(
        None if channel is None else NoticeChannel(channel), document["language"], refused, document["digest"]
    )
