"""Which kinds of organisation may stand under which, and which may hold a member's relation (domain.md §2.13, R10)."""

from __future__ import annotations

from collections.abc import Mapping

from guiyan.events.codes import OrganisationKind as Kind

COMMITTEES = frozenset({Kind.COMMITTEE, Kind.WORK_COMMITTEE})
BRANCHES = frozenset({Kind.BRANCH, Kind.JOINT_BRANCH, Kind.TEMPORARY_BRANCH, Kind.MOBILE_BRANCH})

# A mobile or temporary branch gives attendance and dues rights only; the relation stays with the formal branch
# (R1 Art. 32, R13).
HOLDERS_OF_RELATIONS = frozenset({Kind.BRANCH, Kind.JOINT_BRANCH})

_BELOW: Mapping[Kind, frozenset[Kind]] = {
    Kind.COMMITTEE: COMMITTEES | BRANCHES | {Kind.GENERAL_BRANCH},
    Kind.WORK_COMMITTEE: COMMITTEES | BRANCHES | {Kind.GENERAL_BRANCH},
    Kind.GENERAL_BRANCH: BRANCHES,
    **dict.fromkeys(BRANCHES, frozenset({Kind.GROUP})),
    Kind.GROUP: frozenset(),
}


def may_stand_under(kind: Kind, parent: Kind | None) -> bool:
    """Whether an organisation of this kind may have that parent; only a committee stands at the top (None)."""
    return kind in COMMITTEES if parent is None else kind in _BELOW[parent]


def same_rank(kind: Kind, other: Kind) -> bool:
    """Whether one may take over what the other holds: committees, general branches, holders of relations, the rest."""
    ranks = (COMMITTEES, frozenset({Kind.GENERAL_BRANCH}), HOLDERS_OF_RELATIONS)
    return kind == other or any(kind in rank and other in rank for rank in ranks)


def may_hold_relations(kind: Kind) -> bool:
    """Whether members' formal relations may be with an organisation of this kind."""
    return kind in HOLDERS_OF_RELATIONS
