"""Which organisation answers for a member now: total, and exactly one at every instant (domain.md §2.1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relation:
    """All that the answer depends on, as organisation codes.

    `formal_branch` holds the relation; `retained_by` keeps it for a graduate or a member abroad; `origin` is the
    branch that an open transfer leaves; `received_by` the branch that has accepted the member and will hold the
    relation. A host branch is not among them: it assists, and is never responsible alone (R1 Art. 32).
    """

    formal_branch: str
    retained_by: str | None = None
    origin: str | None = None
    received_by: str | None = None


def responsible_branch(relation: Relation) -> str:
    """The one organisation that answers for the member.

    Transfer accepted: the receiver. Transfer open: the origin, until the receiver accepts (R1 Art. 25). Relation
    retained (graduate, abroad): the retaining organisation (R1 Art. 34). Else: the formal branch.
    """
    return relation.received_by or relation.origin or relation.retained_by or relation.formal_branch
