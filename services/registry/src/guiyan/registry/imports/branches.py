"""The branches of the importing organisation's scope, as a roster may name them."""

from __future__ import annotations

from guiyan.events.codes import OrganisationKind
from guiyan.registry.domain.kinds import may_hold_relations
from guiyan.registry.roster import Branches, BranchName
from guiyan.service.directory import Directory
from guiyan.service.scope import Scope


async def branch_index(directory: Directory, scope: Scope) -> Branches:
    """Active branches that may hold relations, within the scope: a roster reaches no other."""
    await directory.refresh()
    return Branches(
        BranchName(one.code, one.name, one.short_name, _above(directory, one.code))
        for one in directory.all()
        if one.is_active and one.code in scope.codes and may_hold_relations(OrganisationKind(one.kind))
    )


def _above(directory: Directory, code: str) -> tuple[str, ...]:
    path = directory.path(code)[:-1]
    return tuple(name for one in path for name in (one.name, one.short_name))
