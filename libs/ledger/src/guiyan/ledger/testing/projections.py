"""Try a projection without any server: facts in, documents out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import bson

from guiyan.events import Event
from guiyan.ledger.docs import FactDocs, Shelf
from guiyan.ledger.fact import Fact
from guiyan.ledger.projection import Document, Projection
from guiyan.ledger.target import TIMERS

_CODEC: bson.CodecOptions[Document] = bson.CodecOptions(tz_aware=True)
Documents = dict[str, dict[str, Document]]


def project(projection: Projection, facts: Iterable[Fact | Event]) -> Documents:
    """The documents after these facts, by collection and id, as the database would give them back.

    Facts of types that the projection does not handle are left out, as the follower does; raises what `apply` raises.
    Timers stand under `"timers"`, each with `due_at`, `kind` and `data`.
    """
    shelf = Shelf(limit=1_000_000, from_zero=True)
    for number, one in enumerate(facts, 1):
        fact = one if isinstance(one, Fact) else Fact(one, number)
        if fact.type not in projection.handles:
            continue
        docs = FactDocs(shelf)
        projection.apply(fact, docs)
        shelf.accept(docs.changes, number)
    found: Documents = defaultdict(dict)
    changes, _ = shelf.take()
    for name, change in changes.items():
        for document in (*change.inserts, *change.replaces):
            stored = bson.decode(bson.encode(document, codec_options=_CODEC), codec_options=_CODEC)
            found[name][str(document["_id"])] = stored
    return dict(found)


def timers(documents: Documents) -> dict[str, Document]:
    """The timers that are left, by id."""
    return documents.get(TIMERS, {})
