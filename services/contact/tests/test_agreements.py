"""A contact that needs nobody here: the host keeps it by agreement, or it is exempted for a reason (§2.5, §2.6)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from services.contact.tests.stories import CLOSES, DAY, MEMBER, planned
from services.contact.tests.town import FAR, NEXT, ContactTown

from guiyan.contact.domain import commands as ask
from guiyan.events.codes import ContactExemption, ContactPause
from guiyan.events.contact import ContactExempted, ContactPaused, ContactResumed
from guiyan.events.registry import HostAccepted, HostEnded
from guiyan.events.transfers import TransferWithdrawn

QUARTER = {"member_id": MEMBER, "quarter": "2026-Q1"}
AGREED = ContactPaused(**QUARTER, reason=ContactPause.HOSTED_BY_AGREEMENT)


def on(kind: type[ask.Act], day: date = DAY, **more: Any) -> Any:
    """An act of a day."""
    return kind(**{"on": day, "today": day, **more})


def test_an_agreement_needs_a_host_and_stops_the_clock() -> None:
    """As many days are left after it as before."""
    planned().when(on(ask.Agree)).then_refused("no_host")
    story = planned().when(on(ask.Agree, host_branch=FAR)).then(AGREED)
    story.when(on(ask.Agree, host_branch=FAR)).then_refused("duty_not_open")
    again = ContactResumed(**QUARTER, closes_on=date(2026, 4, 10))
    story.when(on(ask.EndAgreement, date(2026, 2, 20))).then(again)
    planned().when(on(ask.EndAgreement)).then_refused("not_by_agreement")


def test_the_next_window_settles_what_the_host_had() -> None:
    """Nothing was due here; a duty that an open transfer stopped is left alone."""
    settle = on(ask.SettleAgreed, date(2026, 4, 1))
    exempted = ContactExempted(**QUARTER, branch="654002001001", reason=ContactExemption.HOSTED_BY_AGREEMENT)
    planned().when(on(ask.Agree, host_branch=FAR)).when(settle).then(exempted)
    planned().when(on(ask.Pause, transfer_id=MEMBER)).when(settle).then_nothing()
    planned().when(settle).then_nothing()


@pytest.mark.parametrize("reason", list(ContactExemption))
def test_people_exempt_for_a_reason_of_theirs(reason: ContactExemption) -> None:
    """What follows from a clock that stood still is said by nobody."""
    story = planned().when(on(ask.Exempt, reason=reason))
    if reason in {ContactExemption.TRANSFER_OPEN, ContactExemption.HOSTED_BY_AGREEMENT}:
        story.then_refused("exempted_by_itself")
    else:
        story.then(ContactExempted(**QUARTER, branch="654002001001", reason=reason))
        story.when(on(ask.Exempt, reason=reason)).then_refused("duty_not_open")
    planned().when(ask.Exempt(on=CLOSES, today=DAY, reason=reason)).then_refused("date_in_future")


async def hosted(town: ContactTown, host: str = FAR) -> str:
    """A member away whom a branch at the destination has accepted; gives the id."""
    member = await town.away()
    await town.world.happen(
        town.world.id("departure", member, "first"), HostAccepted(member_id=member, host_branch=host)
    )
    await town.town.settle()
    return member


async def agree(town: ContactTown, member: str, quarter: str = "2026-Q1") -> None:
    """The host keeps contact from now on."""
    done = await town.post(f"/v1/duties/{town.duty(member, quarter)}/agree", {}, town.officer)
    assert done.status_code == 200, done.text


async def test_the_host_keeps_contact_in_later_quarters_too(town: ContactTown) -> None:
    """Each begins paused; the one before is exempted, never missed; when the host ends, the branch keeps contact."""
    member = await hosted(town)
    await agree(town, member)
    row = await town.row(member)
    assert (row["state"], row["pause_reason"], row["transfer_id"]) == ("PAUSED", "HOSTED_BY_AGREEMENT", None)
    await town.until(date(2026, 7, 2))
    states = [(await town.row(member, quarter))["state"] for quarter in ("2026-Q1", "2026-Q2", "2026-Q3")]
    assert states == ["EXEMPTED", "EXEMPTED", "PAUSED"]
    await town.world.happen(town.world.id("departure", member, "first"), HostEnded(member_id=member, host_branch=FAR))
    assert (await town.row(member, "2026-Q3"))["state"] == "PLANNED"
    await town.until(date(2026, 10, 5))
    assert (await town.row(member, "2026-Q3"))["missed_in_a_row"] == 1
    reconciled = (await town.get("/v1/duties/reconciliation")).json()
    assert (reconciled["exempted"], reconciled["difference"]) == (2, 0)


async def test_another_host_has_agreed_to_nothing(town: ContactTown) -> None:
    """The clock runs again; people may agree anew."""
    member = await hosted(town)
    await agree(town, member)
    await town.world.happen(
        town.world.id("departure", member, "first"), HostAccepted(member_id=member, host_branch=NEXT)
    )
    assert (await town.row(member))["state"] == "PLANNED"
    await agree(town, member)
    assert (await town.row(member))["state"] == "PAUSED"


async def test_a_transfer_comes_and_goes_and_the_agreement_stands(town: ContactTown) -> None:
    """It stops the clock as well; when it has ended the host keeps contact still; people end that."""
    member = await hosted(town)
    await agree(town, member)
    transfer = await town.ask(member)
    assert (await town.row(member))["transfer_id"] == transfer
    refused = await town.post(f"/v1/duties/{town.duty(member)}/resume", {}, town.officer)
    assert refused.json()["code"] == "not_by_agreement"
    await town.world.happen(transfer, TransferWithdrawn(member_id=member))
    row = await town.row(member)
    assert (row["state"], row["pause_reason"]) == ("PAUSED", "HOSTED_BY_AGREEMENT")
    done = await town.post(f"/v1/duties/{town.duty(member)}/resume", {}, town.officer)
    assert done.status_code == 200
    assert (await town.row(member))["state"] == "PLANNED"
    await town.until(date(2026, 4, 2))
    assert (await town.row(member, "2026-Q2"))["state"] == "PLANNED"


async def test_an_exempted_quarter_breaks_no_row(town: ContactTown) -> None:
    """Missed, exempted, missed: two in a row. The contact person alone cannot exempt."""
    member = await town.away()
    await town.until(date(2026, 4, 10))
    path = f"/v1/duties/{town.duty(member, '2026-Q2')}/exempt"
    assert (await town.post(path, {"reason": "AT_SEA_OR_FIELD"}, town.keeper)).status_code == 403
    done = await town.post(path, {"reason": "AT_SEA_OR_FIELD"}, town.officer)
    assert done.status_code == 200, done.text
    assert (await town.row(member, "2026-Q2"))["exempt_reason"] == "AT_SEA_OR_FIELD"
    await town.until(date(2026, 10, 2))
    assert (await town.row(member, "2026-Q3"))["missed_in_a_row"] == 2


async def test_days_told_late_stop_no_clock(town: ContactTown) -> None:
    """Agreed as of 10 February, ended today, five times on 30 March: each day counts once, by the day of record."""
    member = await hosted(town)
    await town.until(date(2026, 3, 30))
    path = f"/v1/duties/{town.duty(member)}"
    for _ in range(5):
        agreed = await town.post(f"{path}/agree", {"occurred_on": "2026-02-10"}, town.officer)
        assert agreed.json()["events"][0]["type"] == "ContactPaused", agreed.text
        assert (await town.post(f"{path}/resume", {}, town.officer)).status_code == 200
    row = await town.row(member)
    assert (row["closes_on"], row["paused_days"]) == ("2026-03-31", 0)
    await town.post(f"{path}/agree", {"occurred_on": "2026-02-10"}, town.officer)
    assert (await town.row(member))["paused_on"] == "2026-03-30"
