"""The city's rules reach the contact cycle as events: by the values of the business date it works (domain.md §2.14)."""

from dataclasses import fields
from datetime import date

from services.contact.tests.town import ContactTown

from guiyan.contact.domain.parameters import DEFAULTS, Parameters
from guiyan.events.registry.policy import PolicyParameterChanged
from guiyan.service.parameters import defaults


def test_the_defaults_are_those_of_the_table() -> None:
    """One table: what a decider has before any document is the table's."""
    assert Parameters.of(defaults) == DEFAULTS
    assert all(getattr(Parameters.of(lambda _: 1), one.name) == 1 for one in fields(Parameters))


async def test_reminders_follow_the_rule_of_the_day(town: ContactTown) -> None:
    """A rule of days 50 and 80 holds for the quarter planned after it; the reminder set before keeps its day."""
    earlier = await town.away("one")
    payload = PolicyParameterChanged(
        key="contact.reminder_days", value="50,80", from_on=date(2026, 4, 1), document_no="示〔2026〕1号"
    )
    await town.world.happen("contact-reminder_days", payload)
    await town.until(date(2026, 6, 29))
    days = {}
    for quarter in ("2026-Q1", "2026-Q2"):
        found = (await town.get(f"/v1/duties/{town.duty(earlier, quarter)}/history")).json()["events"]
        days[quarter] = [one["data"]["day"] for one in found if one["type"] == "ContactReminderSent"]
    assert days == {"2026-Q1": [45, 75, 85], "2026-Q2": [50, 80]}
