"""When a member has been at a fixed place so long that the relation has to follow: the one timer of it (S-12, §2.1)."""

from collections.abc import Callable
from datetime import date
from typing import Final

from guiyan.events.codes import DestCertainty
from guiyan.ledger import Document, Timer
from guiyan.ledger.calendar import add_months, moment_of
from guiyan.transfers.domain.parameters import Parameters

SUGGEST: Final = "transfer_suggestion"


def is_called_for(person: Document) -> bool:
    """Whether a transfer may be suggested: left, to a fixed place, and not home; once for each departure."""
    trip = person["trip"]
    there = trip is not None and trip["left"] and trip["home_on"] is None and trip["fixed_on"] is not None
    return bool(there and not trip["suggested"] and not person["ended"] and not person["outside"])


def timer(member_id: str, person: Document, parameters: Callable[[date], Parameters]) -> Timer | str:
    """Months after leaving, or on the day the place became a fixed one if that is later; its id when none is due."""
    if not is_called_for(person):
        return timer_id(member_id)
    trip = person["trip"]
    since, fixed_on = date.fromisoformat(trip["since"]), date.fromisoformat(trip["fixed_on"])
    on = max(add_months(since, parameters(since).must_transfer_months), fixed_on)
    told = {"member_id": member_id, "departure_id": trip["id"], "due_on": on.isoformat()}
    return Timer(timer_id(member_id), moment_of(on), SUGGEST, told)


def timer_id(member_id: str) -> str:
    """The one timer that a member has of it."""
    return f"member:{member_id}:{SUGGEST}"


def noted(person: Document, departure_id: str) -> Document:
    """The person when it was suggested for a departure."""
    trip = person["trip"]
    if trip is None or trip["id"] != departure_id:
        return person
    return {**person, "trip": {**trip, "suggested": True}}


def fixed_since(trip: Document, certainty: str | None, on: str) -> str | None:
    """Since when the place is a fixed one, after it was told on a day; what is not told stays as it was."""
    if certainty is None:
        return trip.get("fixed_on")
    return (trip.get("fixed_on") or on) if certainty == DestCertainty.FIXED else None
