"""Who keeps contact for a branch, as far as the desk asks: nobody, or one person for more members than few (§2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from guiyan.events import Payload
from guiyan.events.contact import ContactPersonAssigned, ContactPersonUnassigned
from guiyan.events.registry.post import ContactPersonAppointed, ContactPersonReleased, ContactPersonReplaced
from guiyan.registry.projections.notebook import Notebook

POSTS: Final = (ContactPersonAppointed, ContactPersonReplaced, ContactPersonReleased)
NAMED: Final = (ContactPersonAssigned, ContactPersonUnassigned)
EVENTS: Final = (*POSTS, *NAMED)


def apply(book: Notebook, payload: Payload) -> None:
    """Note on the branch's page who serves, on the member's who was named for the member."""
    match payload:
        case ContactPersonAppointed() | ContactPersonReplaced():
            book.page(payload.org_code)["contact"] = payload.person_id
        case ContactPersonReleased():
            book.page(payload.org_code)["contact"] = None
        case ContactPersonAssigned():
            book.page(payload.member_id)["named"] = payload.person_id
        case ContactPersonUnassigned():
            book.page(payload.member_id)["named"] = None
        case _:
            pass


def counted(named: Mapping[str, int], person_id: str | None, one: int) -> dict[str, int]:
    """For how many of a branch's members away each person was named, with one more or less for one of them."""
    if person_id is None:
        return dict(named)
    numbers = {**named, person_id: named.get(person_id, 0) + one}
    return {person: number for person, number in numbers.items() if number}


def kept(page: Mapping[str, Any]) -> int:
    """How many of a branch's members away its contact person has: all for whom nobody else was named."""
    person_id, named = page.get("contact"), page.get("named", {})
    if person_id is None:
        return 0
    return int(page.get("away", 0) - sum(named.values()) + named.get(person_id, 0))
