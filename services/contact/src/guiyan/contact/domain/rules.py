"""The rules of a duty (domain.md §2.6): each one function that passes or raises Refused, or gives a date."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from guiyan.contact.domain.commands import Act
from guiyan.contact.domain.happened import require_happened
from guiyan.contact.domain.parameters import Parameters
from guiyan.contact.domain.state import MISSED, Duty, Try
from guiyan.contact.domain.window import Window
from guiyan.events.codes import ContactLeg, ContactState, DuesAnswer, EscalationLevel
from guiyan.ledger import Refused
from guiyan.ledger.calendar import add_months


def planned(duty: Duty) -> None:
    """An act needs a duty that was planned."""
    if duty.state is None:
        raise Refused("duty_not_found", status=404)


def still_open(duty: Duty) -> None:
    """The member still has to be reached: what is settled stays settled."""
    planned(duty)
    if not duty.is_open:
        raise Refused("duty_not_open", state=duty.state or "-")


def unsettled(duty: Duty) -> None:
    """What was done is recorded also while the clock stands still; what is settled stays settled."""
    planned(duty)
    if not duty.is_unsettled:
        raise Refused("duty_not_open", state=duty.state or "-")


def recordable(duty: Duty) -> None:
    """What was done inside the duty's days may be told after it was called missed: late reports are normal (§8)."""
    planned(duty)
    if duty.state not in MISSED:
        unsettled(duty)


def leg_open(duty: Duty, leg: ContactLeg) -> None:
    """The host organisation may also be asked after the member was reached (two legs, S-22)."""
    if leg is ContactLeg.HOST_ORG and duty.state is ContactState.REACHED:
        return
    recordable(duty)


def by_agreement(on: date, duty: Duty) -> None:
    """The host speaks for the member in a duty that stands by agreement, from the agreement's day on (ADR 0022).

    What the origin had before, or has missed, is the origin's.
    """
    if duty.state is not ContactState.PAUSED or duty.paused_by is not None or duty.agreed_on is None:
        raise Refused("not_by_agreement")
    if on < duty.agreed_on:
        raise Refused("before_the_host", pointer="/occurred_on", earliest=duty.agreed_on.isoformat())


def inside_quarter(act: Act, duty: Duty) -> None:
    """A contact of the quarter happened between the duty's first and last day, and not after today.

    While the clock stands still the last day has not been reached.
    """
    require_happened(act.on, act.today)
    if not duty.opens_on <= act.on <= (date.max if duty.state is ContactState.PAUSED else duty.closes_on):
        opens, closes = duty.opens_on.isoformat(), duty.closes_on.isoformat()
        raise Refused("outside_quarter", pointer="/occurred_on", opens_on=opens, closes_on=closes)


def after_attempts(act: Act, duty: Duty) -> None:
    """Nobody gives up before the attempts that it rests on."""
    newest = max((one.on for one in duty.tries), default=act.on)
    if act.on < newest:
        raise Refused("date_before_last", pointer="/occurred_on", earliest=newest.isoformat())


MOST_AHEAD_MONTHS: Final = 12
"""Nobody has paid dues further ahead than a year, even where that is allowed at once (finding 5)."""


def month_with_paid_to(dues: DuesAnswer, paid_to: str | None, on: date) -> None:
    """PAID_TO comes with its month, and no other answer does; the month lies a year ahead at most."""
    if (dues is DuesAnswer.PAID_TO) != (paid_to is not None):
        raise Refused("dues_month_mismatch", pointer="/dues_paid_to")
    latest = add_months(on.replace(day=1), MOST_AHEAD_MONTHS).isoformat()[:7]
    if paid_to is not None and paid_to > latest:
        raise Refused("dues_month_too_far", pointer="/dues_paid_to", latest=latest)


def tried_enough(tries: Iterable[Try], parameters: Parameters) -> None:
    """≥ 3 attempts in vain on ≥ 2 channels on ≥ 2 days before a contact may be called missed early."""
    made = tuple(one for one in tries if not one.reached)
    channels, days = {one.channel for one in made}, {one.on for one in made}
    enough = (
        len(made) >= parameters.early_miss_attempts
        and len(channels) >= parameters.early_miss_channels
        and len(days) >= parameters.early_miss_days
    )
    if not enough:
        raise Refused(
            "too_few_attempts",
            attempts=parameters.early_miss_attempts,
            channels=parameters.early_miss_channels,
            days=parameters.early_miss_days,
        )


def level_of(missed_in_a_row: int, parameters: Parameters) -> EscalationLevel:
    """1 missed → branch secretary; 2 missed in a row → township officer."""
    if missed_in_a_row >= parameters.misses_to_township:
        return EscalationLevel.TOWNSHIP_OFFICER
    return EscalationLevel.BRANCH_SECRETARY


def last_day_after_pause(duty: Duty, on: date) -> date:
    """The last day of a duty whose clock runs again from `on`: as many days are left as when it stopped (ADR 0022)."""
    stood = max(on - (duty.paused_on or on), timedelta(0))
    return duty.closes_on + stood


def stood_still_all_quarter(duty: Duty, on: date) -> bool:
    """Whether the clock stood still from the duty's first day until after its quarter: no contact was due in it."""
    since = duty.paused_on
    return since is not None and since <= duty.opens_on and on > duty.closes_on


def first_day(window: Window, away_since: date) -> date:
    """A duty begins with its window, or with the leaving when that lies in it: day 1 counts (§2.1)."""
    return max(window.first, away_since)
