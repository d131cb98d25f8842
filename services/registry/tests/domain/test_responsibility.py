"""Which organisation answers for a member: exactly one, at every instant (domain.md §2.1)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guiyan.registry.domain.responsibility import Relation, responsible_branch

CODES = st.sampled_from(["654002001001", "654002002001", "654002003001", "440306001001"])
RELATIONS = st.builds(
    Relation,
    formal_branch=CODES,
    retained_by=st.none() | CODES,
    origin=st.none() | CODES,
    received_by=st.none() | CODES,
)


@given(RELATIONS)
def test_there_is_always_exactly_one(relation: Relation) -> None:
    """The function is total: one of the organisations concerned, whatever is the case."""
    concerned = {relation.formal_branch, relation.retained_by, relation.origin, relation.received_by} - {None}
    assert responsible_branch(relation) in concerned


def test_the_order_of_the_rule() -> None:
    """Accepted: the receiver; open: the origin (R1 Art. 25); retained: the holder (Art. 34); else the branch."""
    assert responsible_branch(Relation("b")) == "b"
    assert responsible_branch(Relation("b", retained_by="r")) == "r"
    assert responsible_branch(Relation("b", retained_by="r", origin="o")) == "o"
    assert responsible_branch(Relation("b", retained_by="r", origin="o", received_by="x")) == "x"
