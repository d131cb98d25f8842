"""By what a member can be reached, as far as the desk asks: a number that failed, and nobody reachable (P-10)."""

from __future__ import annotations

from typing import Final

from guiyan.events import Payload
from guiyan.events.codes import ContactPointEnd
from guiyan.events.codes import TaskKind as Kind
from guiyan.events.contact import ContactPointAdded, ContactPointChanged, ContactPointClosed, ContactPointVerified
from guiyan.registry.projections.notebook import Notebook

EVENTS: Final = (ContactPointAdded, ContactPointChanged, ContactPointVerified, ContactPointClosed)
FAILED: Final = frozenset({ContactPointEnd.WRONG_NUMBER, ContactPointEnd.NUMBER_DEAD, ContactPointEnd.BOUNCED})


def apply(book: Notebook, payload: Payload) -> None:
    """A number that failed is asked for; with the last one the member is unreachable; a new one ends both."""
    if not isinstance(payload, EVENTS):
        return
    id_, point = payload.member_id, book.fact.aggregate_id
    page = book.page(id_)
    others = [one for one in page.get("points", []) if one != point]
    if not isinstance(payload, ContactPointClosed):
        page["points"] = [*others, point]
        book.end(Kind.CONTACT_POINT_CLOSED, id_)
        book.end(Kind.UNREACHABLE, id_)
        return
    page["points"] = others
    if not others:
        book.end(Kind.CONTACT_POINT_CLOSED, id_)
        book.begin(Kind.UNREACHABLE, id_)
    elif payload.reason in FAILED:
        book.begin(Kind.CONTACT_POINT_CLOSED, id_, again=True)
