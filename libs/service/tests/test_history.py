"""The history of one aggregate: a replica that lags does not make it vanish."""

from __future__ import annotations

import pytest

from guiyan.events import new_id
from guiyan.events.registry import OrganisationDissolved
from guiyan.ledger import Commit, Decider, Subject
from guiyan.ledger.faults import Fault, SeededFaults
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.memory.log import MemoryLog
from guiyan.ledger.testing.events import event_of
from guiyan.service.problems import NotFound
from guiyan.service.resources import get_history
from guiyan.service.twins import START

CODE = "654002001001"
ORGANISATION: Decider[int, None] = Decider(
    "registry", "organisation", int, lambda state, _: state + 1, lambda _, __: []
)


async def test_what_a_replica_has_not_yet_is_asked_of_the_leader() -> None:
    """Each read of a replica is stale here; the history is whole all the same, and what never was is not found."""
    log = MemoryLog()
    event = event_of(OrganisationDissolved(), CODE, at=START)
    commit = Commit(Subject("registry", "organisation", CODE), new_id(START), 0, (event,))
    await MemoryLedger(log).append(commit)
    lagging = MemoryLedger(log, faults=SeededFaults(1, {Fault.STALE_READ: 1.0}))
    assert not (await lagging.read(commit.subject)).commits
    assert len((await get_history(lagging, ORGANISATION, CODE)).commits) == 1
    with pytest.raises(NotFound):
        await get_history(lagging, ORGANISATION, "654002001009")
