"""The indexes of the registry's lists: for each order one that begins with whose the rows are, and one for the whole.

Who sees few branches reads the first, branch by branch and merged; who sees more than MongoDB takes apart for one
ordered reading (200) reads the second, where nearly every row counts. Both hold every row, so that no page skips any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guiyan.ledger import Index


def ordered(collection: str, side: str, *sorts: str, within: Iterable[str] = ()) -> Iterator[Index]:
    """For each order of a list its two indexes; `within` names fields whose one value is asked for first."""
    for sort in sorts:
        key = (*within, *((sort, "_id") if sort != "_id" else ("_id",)))
        yield Index(collection, (side, *key) if sort != side else key)
        if key != ("_id",) and sort != side:
            yield Index(collection, key)
