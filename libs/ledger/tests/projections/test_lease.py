"""Who holds a lease: patience with the living, none with a process that is seen to have ended (ADR 0019)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from guiyan.ledger import ended
from guiyan.ledger.database import Database
from guiyan.ledger.ended import has_ended, this_process
from guiyan.ledger.lease import LEASES, Leases

HOUR = 3600.0
LEASE = "follower"
TELL = (
    "from guiyan.ledger.ended import this_process; import json; print(json.dumps(this_process()), flush=True); input()"
)


class Other:
    """Another process of this machine, alive until it is killed."""

    def __init__(self) -> None:
        self.running = subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-c", TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self.running.stdout is not None
        self.told: dict[str, Any] = json.loads(self.running.stdout.readline())

    def kill(self) -> None:
        """As a crash ends it; nobody has asked for its exit code yet."""
        self.running.kill()
        os.waitid(os.P_PID, self.running.pid, os.WEXITED | os.WNOWAIT)

    def bury(self) -> None:
        """Its parent has asked: the pid is free."""
        self.running.kill()
        self.running.wait()
        for pipe in (self.running.stdin, self.running.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def other() -> Iterator[Other]:
    """A living one."""
    process = Other()
    yield process
    process.bury()


async def held_by(database: Database, other: Other, owner: str = "other") -> int:
    """A lease that the other process took; gives its fence."""
    leases = Leases(database, owner)
    fence = await leases.try_acquire(LEASE)
    assert fence is not None
    await database.collection(LEASES).update_one({"_id": LEASE}, {"$set": {"process": other.told}})
    return fence


async def test_a_killed_holder_is_succeeded_at_once(database: Database, other: Other) -> None:
    """No patience is needed with whom the kernel says to have ended, even before its parent has buried it."""
    fence = await held_by(database, other)
    mine = Leases(database, "mine", patience_seconds=HOUR)
    assert await mine.try_acquire(LEASE) is None
    other.kill()
    taken = await mine.try_acquire(LEASE)
    assert taken is not None
    assert taken > fence
    holder = await mine.holder(LEASE)
    assert holder is not None
    assert holder.owner == "mine"


async def test_a_living_holder_keeps_it_while_it_is_silent_for_less_than_the_patience(
    database: Database, other: Other
) -> None:
    """Alive and silent is what patience is for; and whoever takes a lease writes itself down."""
    await held_by(database, other)
    assert await Leases(database, "mine", patience_seconds=HOUR).try_acquire(LEASE) is None
    hasty = Leases(database, "hasty", patience_seconds=0.0)
    assert await hasty.try_acquire(LEASE) is None, "seen for the first time"
    assert await hasty.try_acquire(LEASE) is not None
    found = await database.collection(LEASES).find_one(LEASE)
    assert found is not None
    assert found["process"] == this_process()


async def test_a_holder_that_wrote_no_process_down_is_met_with_patience(database: Database, other: Other) -> None:
    """A lease of an earlier release, or of a system that cannot tell processes apart."""
    await held_by(database, other)
    await database.collection(LEASES).update_one({"_id": LEASE}, {"$set": {"process": None}})
    other.kill()
    assert await Leases(database, "mine", patience_seconds=HOUR).try_acquire(LEASE) is None


def test_only_what_is_certain_is_said_to_have_ended(other: Other) -> None:
    """Alive, of another kernel or not written down: no. A zombie, a free pid, a pid used again: yes."""
    me = this_process()
    assert me is not None
    assert not has_ended(None)
    assert not has_ended(me)
    assert not has_ended(other.told)
    assert has_ended({**other.told, "started_at_ticks": other.told["started_at_ticks"] - 1}), "a pid that is used again"
    other.kill()
    assert has_ended(other.told), "a zombie"
    assert not has_ended({**other.told, "kernel": "another machine's"})
    other.running.wait()
    assert has_ended(other.told), "a free pid"


def test_where_the_kernel_tells_nothing_nothing_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside Linux a process is not written down, and none is said to have ended."""
    told = this_process()
    monkeypatch.setattr(ended, "_kernel", lambda: None)
    assert this_process() is None
    assert told is not None
    assert not has_ended({**told, "pid": 2**22 + 1})
