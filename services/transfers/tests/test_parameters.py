"""The city's rules reach transfers as events: by the values of the business date it decides (domain.md §2.14)."""

from dataclasses import fields
from datetime import date, timedelta

from services.transfers.tests.town import TransferTown

from guiyan.events.registry.policy import PolicyParameterChanged
from guiyan.service.parameters import defaults
from guiyan.transfers.domain.parameters import DEFAULTS, Parameters


def test_the_defaults_are_those_of_the_table() -> None:
    """One table: what a decider has before any document is the table's."""
    assert Parameters.of(defaults) == DEFAULTS
    assert all(getattr(Parameters.of(lambda _: 1), one.name) == 1 for one in fields(Parameters))


async def rule(town: TransferTown, key: str, value: str, from_on: date) -> None:
    """The city changes a parameter; transfers has read it."""
    payload = PolicyParameterChanged(key=key, value=value, from_on=from_on, document_no="示〔2026〕1号")
    await town.world.happen(key.replace(".", "-"), payload)
    await town.town.settle()
    await town.town.parts.rulebook.refresh(after_sequence=await town.world.ledger.head(), wait_seconds=5)


async def test_a_letter_is_valid_as_long_as_the_rule_of_its_day_says(town: TransferTown) -> None:
    """The default of 30 days becomes 20 on the day of issuing, and the receipt's month two."""
    today = town.world.clock.today()
    await rule(town, "letter.valid_days", "20", today)
    await rule(town, "letter.receipt_within", "2", today)
    id_ = await town.requested()
    for verb, who in (("approve", town.secretary), ("issue", town.origin)):
        assert (await town.post(f"/v1/transfers/{id_}/{verb}", None, who)).status_code == 200
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (date.fromisoformat(row["expires_on"]) - today).days in {19, 20}
    await town.post(f"/v1/transfers/{id_}/hand-over", {"how": "CONFIDENTIAL_POST"}, town.origin)
    received = await town.post(f"/v1/transfers/{id_}/receive", None, town.receiver)
    row = (await town.get(f"/v1/transfers/{id_}", after_sequence=received.json()["sequence"])).json()
    due = date.fromisoformat(row["receipt_due_on"])
    assert (due.year * 12 + due.month) - (today.year * 12 + today.month) == 2
    past = (await town.get(f"/v1/transfers/{id_}", as_of=today.isoformat())).json()
    assert past["receipt_due_on"] == row["receipt_due_on"]


async def test_a_cap_that_does_not_hold_yet_changes_nothing(town: TransferTown) -> None:
    """A rule from next year on leaves today's letter as it is."""
    await rule(town, "letter.valid_days_cap", "10", date(2027, 1, 1))
    id_ = await town.requested()
    await town.post(f"/v1/transfers/{id_}/approve", None, town.secretary)
    assert (await town.post(f"/v1/transfers/{id_}/issue", {"valid_days": 60}, town.origin)).status_code == 200


async def test_a_letter_is_reminded_of_on_the_days_of_the_rule_of_its_issuing(town: TransferTown) -> None:
    """§2.3 [D]: five and one days before, two days after instead of the defaults; a later rule is not its own."""
    today = town.world.clock.today()
    await rule(town, "letter.remind_before", "1,5", today)
    await rule(town, "letter.remind_after", "2", today)
    id_ = await town.issued()
    await rule(town, "letter.remind_before", "2", today + timedelta(days=1))
    expires_on = date.fromisoformat((await town.get(f"/v1/transfers/{id_}")).json()["expires_on"])
    found = []
    for _ in range((expires_on - town.world.clock.today()).days + 8):
        await town.town.advance(days=1)
        told = (await town.get(f"/v1/transfers/{id_}")).json()["reminded_on"]
        if told is not None and told not in found:
            found.append(told)
    assert [(date.fromisoformat(day) - expires_on).days for day in found] == [-5, -1, 2]
