"""The host side of a duty (S-37, S-38): which ones a branch at the destination sees, and what of them.

How the origin goes on - its attempts, missed, escalated, exempted, closed, help, a search - is not shared, nor how
often: a duty has for its host a version of its own. What a host may record: `host_acts`.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Depends
from fastapi import Query as Parameter

from guiyan.contact.doors.access import visible
from guiyan.events import Event, contact
from guiyan.events.codes import ContactPause
from guiyan.service.caller import Caller
from guiyan.service.reads import Document, Query

SIDES: Final = "sides"
HOSTED_BY: Final = "hosted_by"


class Side(StrEnum):
    """Which side of a pairing a list is asked for."""

    ORIGIN = "ORIGIN"
    HOST = "HOST"


OfSide = Annotated[
    Side | None,
    Parameter(description="ORIGIN: of the own members; HOST: of those whom a branch of the own scope has taken in"),
]


class Leg(StrEnum):
    """How far the host's leg is (`host_leg`)."""

    DUE = "DUE"
    DONE = "DONE"
    OVER = "OVER"


OfLeg = Annotated[
    Leg | None,
    Parameter(description="DUE: the host is still to be asked, also after the member was reached; DONE; OVER"),
]


def _of_sides(side: OfSide = None, host_leg: OfLeg = None) -> tuple[Side | None, Leg | None]:
    """Which side is asked for, and how far the host's leg is to be."""
    return side, host_leg


OfSides = Annotated[tuple[Side | None, Leg | None], Depends(_of_sides)]
SIDE_PARAMETERS: Final = ("side",)
SHARED: Final = (
    "_id", "quarter", "member_id", "name", "branch", "contact_person_id", "opens_on", "closes_on", "days_left",
    "contacted_on", "hosted_by", "host_leg", "host_contacted_on", "open", "agreed", "version",
)  # fmt: skip
"""What host and origin both see: that a contact is due, by when, whose, who keeps it, and how far either leg is."""
ANSWERS: Final = ("host_branch", "host_attendance", "host_dues", "host_dues_paid_to")
"""What a host answered; seen by that host and the origin."""
TRIED: Final = ("attempts", "last_attempt_on", "last_channel", "last_outcome")
"""What whoever keeps contact with the member has to know of what was tried already."""
ASKED: Final = frozenset(
    {"member_id", "branch", "quarter", "open", "host_contacted", "closes_on", "closes_on_from", "closes_on_to",
     "hosted_by", "host_leg", "agreed", "side", "under", "tree_on", "limit", "cursor", "sort", "after_sequence"}
)  # fmt: skip
"""What a list may be asked about rows of the host side: nothing that these do not show."""
SORTED: Final = frozenset({"_id", "closes_on", "branch", "quarter"})


def hosted(caller: Caller) -> Query:
    """The query for duties of members whom a branch in the scope has taken in; a member's own that a host sees."""
    if not caller.is_office:
        return {"member_id": caller.principal.sub, HOSTED_BY: {"$ne": None}}
    return caller.scope.where(HOSTED_BY)


def both(caller: Caller) -> Query:
    """The query for duties of which either side lies in the scope; a member sees the own ones."""
    return {"member_id": caller.principal.sub} if not caller.is_office else caller.scope.where(SIDES)


def asks_more(asked: Iterable[tuple[str, str]]) -> bool:
    """Whether a list is narrowed or ordered by what the host does not see: then it tells of the own members only."""
    return any(name not in ASKED or (name == "sort" and value.removeprefix("-") not in SORTED) for name, value in asked)


def shown(caller: Caller, row: Document, *, now: Document | None = None) -> Document:
    """The row as this caller sees it: all of it on the origin's side, the shared part on the host's.

    Of a row as it was, today's (`now`) says whether the host that asks keeps contact by agreement: another one may have
    had an agreement then.
    """
    if not caller.is_office or caller.scope.covers(row["branch"]):
        return row
    answered = row["host_contacted_on"] is not None and row["host_branch"] == row[HOSTED_BY]
    names = (*SHARED, *(ANSWERS if answered else ()), *(TRIED if (now or row)["agreed"] else ()))
    return {**dict.fromkeys(row), **{name: row[name] for name in names}, "version": row["host_version"]}


def sees(caller: Caller, row: Document, event: Event) -> bool:
    """Whether an event of the duty is of the shared part: who keeps it, the agreement, and what the own side told."""
    if not caller.is_office or caller.scope.covers(row["branch"]) or caller.scope.covers(event.actororg):
        return True
    match event.payload:
        case contact.ContactPlanned() | contact.ContactReassigned():
            return True
        case contact.ContactPaused() as paused:
            return paused.reason is ContactPause.HOSTED_BY_AGREEMENT
        case contact.HostOrgContacted() as told:
            return bool(told.host_branch == row[HOSTED_BY])
        case _:
            return False


async def where(caller: Caller, tree: Any, tools: Any, asked: Iterable[tuple[str, str]], side: Side | None) -> Query:
    """The query of a list of duties: of one side or both, of the part of the tree that is asked for."""
    own, more = visible(caller), asks_more(asked)
    if side is Side.HOST:
        narrowed: Query = await tree.narrowed(caller, tools, hosted(caller), HOSTED_BY)
        return {"$and": [narrowed, own]} if more else narrowed
    if side is Side.ORIGIN or more:
        origin: Query = await tree.narrowed(caller, tools, own)
        return origin
    found: Query = await tree.narrowed(caller, tools, both(caller), sides=SIDES)
    return found
