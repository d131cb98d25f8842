"""What holds of commands that are written down together, on the real server and on the twin."""

# ruff: noqa: S101 - a suite of tests

from __future__ import annotations

import asyncio

import pytest

from guiyan.events import new_id
from guiyan.ledger.commit import History
from guiyan.ledger.errors import Refused
from guiyan.ledger.grouping import FEW, Grouped, Known
from guiyan.ledger.port import Ledger
from guiyan.ledger.subject import Subject
from guiyan.ledger.testing.commands_conformance import Lagging, a_context, commands_on
from guiyan.ledger.testing.events import AT
from guiyan.ledger.testing.ledger_conformance import World
from guiyan.ledger.testing.tally import MOST_NAMES, Names, Rename, tally

NEW = Known(Names(), 0, 0)


class Counting(Lagging):
    """A ledger that counts what is read."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.reads = 0

    async def read(self, subject: Subject, *, after: int = 0, fresh: bool = False) -> History:
        """Read, and count."""
        self.reads += 1
        return await self._ledger.read(subject, after=after, fresh=fresh)


def grouped_on(ledger: Ledger) -> Grouped:
    """Commands that are written down together, on a ledger."""
    return Grouped(ledger, commands_on(ledger))


class GroupingConformance:
    """`guiyan.ledger.grouping.Grouped`."""

    @pytest.mark.parametrize("count", [1, FEW - 1, 5 * FEW])
    async def test_what_is_known_is_not_read_again(self, world: World, count: int) -> None:
        """Two commands on each of many aggregates: each stands when it is answered, and nothing was read."""
        ledger = Counting(world.ledger())
        grouped, ids = grouped_on(ledger), [new_id(AT) for _ in range(count)]

        async def twice(id_: str) -> None:
            first = await grouped.execute(tally, id_, Rename(("一",)), a_context(), NEW)
            stored = await world.ledger().read(tally.subject(id_))
            assert stored.last_sequence == first.sequence, "durable before it is answered"
            assert first.known is not None
            await grouped.execute(tally, id_, Rename(("二", "三")), a_context(), first.known)

        await asyncio.gather(*map(twice, ids))
        assert ledger.reads == 0
        for id_ in ids:
            history = await world.ledger().read(tally.subject(id_))
            assert tally.fold(history.events).names == ("一", "二", "三")
            assert [event.streamversion for event in history.events] == [1, 2, 3]

    async def test_what_is_known_no_more_is_decided_again(self, world: World) -> None:
        """Out of date, also where it said no: what the ledger has decides, and who was overtaken stops nobody."""
        grouped = grouped_on(world.ledger())
        ids = [new_id(AT) for _ in range(3 * FEW)]
        await commands_on(world.ledger()).execute(tally, ids[3], Rename(("之前",)), a_context())
        full, moved, refused = Known(Names(("满",) * MOST_NAMES), 0, 0), ids[3], ids[5]
        done = await asyncio.gather(
            *(
                grouped.execute(tally, id_, Rename(("之后",)), a_context(), full if id_ == refused else NEW)
                for id_ in ids
            )
        )
        assert len({one.sequence for one in done}) == len(ids)
        names = [tally.fold((await world.ledger().read(tally.subject(id_))).events).names for id_ in ids]
        assert names == [("之前", "之后") if id_ == moved else ("之后",) for id_ in ids]

    async def test_of_two_that_know_the_same_one_is_decided_again(self, world: World) -> None:
        """Both commands on one aggregate from one state: both are written, one after the other."""
        grouped, id_ = grouped_on(world.ledger()), new_id(AT)
        await asyncio.gather(
            *(grouped.execute(tally, id_, Rename((name,)), a_context(), NEW) for name in ("一", "二", "三"))
        )
        history = await world.ledger().read(tally.subject(id_))
        assert sorted(tally.fold(history.events).names) == sorted(("一", "二", "三"))

    async def test_a_no_of_the_ledger_is_a_no(self, world: World) -> None:
        """Refused on what is there, whatever was known; and a command that changes nothing writes nothing."""
        grouped, id_ = grouped_on(world.ledger()), new_id(AT)
        with pytest.raises(Refused, match="name_missing"):
            await grouped.execute(tally, id_, Rename(("",)), a_context(), NEW)
        nothing = await grouped.execute(tally, id_, Rename(()), a_context(), NEW)
        assert (nothing.sequence, nothing.known) == (0, None)
        assert (await world.ledger().read(tally.subject(id_))).events == ()
