"""The sample city shows activity certificates by post (S-16)."""

from __future__ import annotations

from datetime import date
from typing import Any

from guiyan.cli.up.papers import holders, tell_certificates
from guiyan.events.codes import DepartureSource, DestCertainty, FlowReason, MemberSource, PersonCategory
from guiyan.events.registry import MemberLeft, MemberRegistered
from guiyan.events.registry.member import MemberText
from guiyan.service.auth import Role
from guiyan.service.twins import World, on_twins
from guiyan.transfers.app import BLUEPRINT
from guiyan.transfers.settings import TransfersSettings

CITY, TOWN, BRANCH = "654002000000", "654002001000", "654002001001"


async def test_six_certificates_are_posted() -> None:
    """By ordinary commands, to members whose place changes; told twice it stays the same."""
    world = World()
    await world.organise({CITY: None, TOWN: CITY, BRANCH: TOWN}, basic=(TOWN,))
    trips: list[dict[str, Any]] = []
    for number in range(12):
        member_id, trip = world.id("member", str(number)), world.id("trip", str(number))
        entered = MemberRegistered(
            member_id=member_id, branch=BRANCH, person_category=PersonCategory.FULL, source=MemberSource.DEVELOPED
        )
        await world.happen(member_id, entered, pii=MemberText(name="李示例"))
        place = DestCertainty.FIXED if number % 3 == 0 else DestCertainty.CHANGING
        reason = FlowReason.STUDY if number == 1 else FlowReason.BUSINESS
        left = MemberLeft(
            member_id=member_id, branch=BRANCH, reason=reason, dest_certainty=place, source=DepartureSource.ANNOUNCED
        )
        await world.happen(trip, left, occurred_on=date(2026, 1, 5))
        trips.append({"id": trip, "member_id": member_id, "dest_certainty": place, "reason": reason})
    chosen = holders(trips)
    settings = TransfersSettings.model_construct(certificate_keys_file=None)
    async with on_twins(BLUEPRINT, settings, world) as town:
        await town.settle()
        town.http.headers.update(town.bearer(Role.CITY_OFFICER, org=CITY))
        assert await tell_certificates(town.http, chosen) == 6
        await town.settle()
        head = await world.ledger.head()
        assert await tell_certificates(town.http, chosen) == 6
        assert await world.ledger.head() == head
        rows = (await town.http.get("/v1/certificates", params={"sort": "number"})).json()["items"]
        assert [(one["number"], one["state"], one["dispatched_how"]) for one in rows] == [
            (f"654002-2026-{serial:04d}", "IN_USE", "POST") for serial in range(1, 7)
        ]
        assert [one["member_id"] for one in rows] == chosen
