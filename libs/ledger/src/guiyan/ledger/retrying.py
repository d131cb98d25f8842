"""Trying a parked aggregate again: its events are read from the ledger and applied in order, in one transaction."""

from __future__ import annotations

from dataclasses import replace

from guiyan.ledger.builder import Sources
from guiyan.ledger.checkpoints import Move
from guiyan.ledger.database import WriteRefused
from guiyan.ledger.feed import Feed, Lane, places_of
from guiyan.ledger.fold import Place
from guiyan.ledger.parking import Parked
from guiyan.ledger.store import Batch
from guiyan.ledger.subject import Subject


async def queue_of(
    sources: Sources, parked: Parked, types: frozenset[str], opens: frozenset[str], up_to: int
) -> list[Place]:
    """The facts that wait, from the one at fault up to a sequence; personal text opened where wanted."""
    history = await sources.ledger.read(Subject.parse(parked.subject), after=parked.sequence - 1, fresh=True)
    commits = [one for one in history.commits if one.sequence <= up_to]
    places = places_of(commits, types, {})
    sealed = [one.fact.event for one in places if one.fact is not None and one.type in opens]
    opened = await sources.sealer.open(sealed) if sealed else {}
    if opened:
        places = places_of(commits, types, opened)
    return [one for one in places if not one.position < parked.position]


async def retry(sources: Sources, feed: Feed, lane: Lane, parked: Parked) -> Parked | None:
    """Apply the queue of a parked aggregate; None when it is free again, else what it is parked for now."""
    folder = lane.folder
    projection = folder.projection
    places = await queue_of(sources, parked, projection.handles, projection.opens, lane.position)
    folder.parked.discard(parked.subject)
    folder.refused.pop(parked.position, None)
    try:
        folded = await folder.fold(places)
        again = [replace(one, attempts=parked.attempts + 1, queued=folded.queued[one.id]) for one in folded.parked]
        changes, _ = folder.shelf.take()
        named = {folder.target.collection(name): change for name, change in changes.items()}
        move = Move(lane.name, lane.stored, lane.position)
        batch = Batch(feed.fence, [move], named, parked=again, freed=[parked])
        await sources.store.commit(batch)
    except WriteRefused as refused:
        folder.undo(())
        folder.parked.add(parked.subject)
        return replace(parked, error=str(refused), attempts=parked.attempts + 1)
    except BaseException:
        folder.undo(())
        folder.parked.add(parked.subject)
        raise
    lane.stored = lane.position
    return again[0] if again else None
