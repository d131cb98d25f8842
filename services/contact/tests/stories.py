"""Acts with sensible values for the tests of contact's rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from guiyan.contact.domain import commands as ask
from guiyan.contact.domain.decide import DUTY
from guiyan.events.codes import ContactChannel, ContactLeg, ContactOutcome
from guiyan.events.contact import ContactPlanned
from guiyan.ledger.testing.deciders import Scenario

MEMBER = "019b76da-a800-7000-8000-00000000000a"
TRIP, OTHER_TRIP = "019b76da-a800-7000-8000-00000000000b", "019b76da-a800-7000-8000-00000000000c"
PERSON = "019b76da-a800-7000-8000-00000000000d"
BRANCH, NEW_BRANCH, TOWN = "654002001001", "654002002001", "654002001000"
OPENS, CLOSES, DAY = date(2026, 1, 1), date(2026, 3, 31), date(2026, 2, 10)
PLANNED = ContactPlanned(
    member_id=MEMBER,
    quarter="2026-Q1",
    departure_id=TRIP,
    branch=BRANCH,
    contact_person_id=PERSON,
    opens_on=OPENS,
    closes_on=CLOSES,
)


def planned() -> Scenario[Any, Any]:
    """A duty of the first quarter of 2026."""
    return Scenario(DUTY).given(PLANNED)


def plan(**changes: Any) -> ask.Plan:
    """The quarter's plan."""
    values: dict[str, Any] = {
        "on": OPENS,
        "today": OPENS,
        "member_id": MEMBER,
        "departure_id": TRIP,
        "branch": BRANCH,
        "quarter": "2026-Q1",
        "opens_on": OPENS,
        "closes_on": CLOSES,
        "contact_person_id": PERSON,
    }
    return ask.Plan(**(values | changes))


def attempt(on: date = DAY, channel: ContactChannel = ContactChannel.PHONE, **changes: Any) -> ask.Attempt:
    """Nobody answered."""
    values: dict[str, Any] = {"on": on, "today": on, "channel": channel, "outcome": ContactOutcome.NO_ANSWER}
    return ask.Attempt(**(values | changes))


def complete(on: date = DAY, **changes: Any) -> ask.Complete:
    """The member was reached by phone."""
    values: dict[str, Any] = {"on": on, "today": on, "channel": ContactChannel.PHONE}
    return ask.Complete(**(values | changes))


def host(on: date = DAY, **changes: Any) -> ask.ContactHost:
    """The host organisation was asked."""
    values: dict[str, Any] = {"on": on, "today": on, "channel": ContactChannel.PHONE}
    return ask.ContactHost(**(values | changes))


HOST_LEG = ContactLeg.HOST_ORG
