"""Who takes part in a sweep: every branch below its organisation, as the tree is on the first day, with its members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guiyan.events.registry.sweep import SweepTownship
from guiyan.registry.commands.organisations import members_of
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.kinds import BRANCHES
from guiyan.registry.projections.members import MEMBERS
from guiyan.service.directory import MAX_DEPTH, Organisation


@dataclass(frozen=True, slots=True)
class Opening:
    """One branch, the township that checks its sheet, and the members that it holds."""

    branch: str
    township: str
    members: tuple[str, ...]


async def read_openings(tools: Tools, root: str, day: date) -> list[Opening]:
    """The branches in the order of their codes; a branch itself may be the sweep's organisation (S-31)."""
    await tools.directory.refresh(after_sequence=1)
    scope = await tools.directory.scope(root, as_of=day)
    found = [one for code in sorted(scope.codes) if (one := tools.directory.known(code)) and _takes_part(one, day)]
    return [Opening(one.code, township_of(tools, one, root, day), await _members(tools, one.code)) for one in found]


def _takes_part(one: Organisation, day: date) -> bool:
    ended = one.dissolved_on is not None and one.dissolved_on <= day.isoformat()
    return one.kind in BRANCHES and one.was_there(day) and not ended


def township_of(tools: Tools, branch: Organisation, root: str, day: date) -> str:
    """What stands right below the sweep's organisation on the way down to the branch; for what is itself, that one."""
    current, above = branch, branch.parent_on(day)
    for _ in range(MAX_DEPTH):
        if branch.code == root or above is None or above == root:
            break
        current = tools.directory.known(above) or current
        above = current.parent_on(day)
    return root if current.code == branch.code else current.code


async def _members(tools: Tools, branch: str) -> tuple[str, ...]:
    """All whose relation it holds and whose membership has not ended; of two linked records the leading one."""
    found = await tools.register.find(MEMBERS, {**members_of(branch), "counted": True})
    return tuple(sorted(one["_id"] for one in found))


def townships_of(openings: Iterable[Opening]) -> tuple[SweepTownship, ...]:
    """The townships with their number of sheets."""
    many = Counter(one.township for one in openings)
    return tuple(SweepTownship(township=code, branches=many[code]) for code in sorted(many))
