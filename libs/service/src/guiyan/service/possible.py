"""Which acts can be done next, so that a page offers these and no others: the deciders alone know.

Each act is tried on the state as it is, and nothing is written. What is refused for the record as a whole cannot be
done now; what is refused for a field (`pointer`) can, when that field is told rightly.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final, TypeVar

from guiyan.ledger import Refused
from guiyan.service.problems import Forbidden, NotFound

SOMEBODY: Final = "00000000-0000-7000-8000-000000000000"
"""Stands for whoever, or whatever record, is named."""
SOME_BRANCH: Final = "0" * 12
"""Stands for whichever branch is chosen."""
C = TypeVar("C")
S = TypeVar("S")


def takes(decide: Callable[[C, S], Iterable[Any]], act: C, state: S, never: Collection[str] = ()) -> bool:
    """Whether an act is taken now, if its fields are told rightly; `never` are refusals for which no value would do."""
    try:
        decide(act, state)
    except Refused as refused:
        return refused.pointer is not None and refused.code not in never
    return True


def stands(check: Callable[..., object], *where: object) -> bool:
    """Whether the caller stands where an act belongs: `check` raises NotFound or Forbidden for who does not."""
    try:
        check(*where)
    except (NotFound, Forbidden):
        return False
    return True
