"""Whom the cycle is for: members in normal standing (domain.md §2.11), however they came into the register."""

from __future__ import annotations

from datetime import date

import pytest
from services.contact.tests.town import HOME, ContactTown

from guiyan.events.codes import MembershipStatus, MemberSource, PersonCategory
from guiyan.events.registry import MemberImported, MembershipEnded, MembershipRemoved, MembershipSuspended
from guiyan.events.registry.member import MemberText


@pytest.mark.parametrize(
    ("status", "planned"), [(MembershipStatus.NORMAL, ["PLANNED"]), (MembershipStatus.SUSPENDED, [])]
)
async def test_a_roster_says_how_the_membership_stands(
    town: ContactTown, status: MembershipStatus, planned: list[str]
) -> None:
    """A member imported as suspended is not to be contacted, as one suspended later is not."""
    member_id = town.world.id("member", "imported")
    imported = MemberImported(
        member_id=member_id,
        branch=HOME,
        person_category=PersonCategory.FULL,
        source=MemberSource.IMPORT,
        membership_status=status,
        row_hash="0" * 64,
    )
    await town.world.happen(member_id, imported, pii=MemberText(name="李示例"))
    await town.leave(member_id)
    assert [row["state"] for row in await town.rows()] == planned


DECIDED = {"branch": HOME, "decision_no": "示例〔2026〕1号", "decided_on": date(2026, 2, 10), "decided_by": HOME}


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (MembershipEnded, {"how": "DECEASED"}),
        (MembershipRemoved, {"ground": "ART31_6"}),
        (MembershipSuspended, {"ground": "LOST_CONTACT"}),
    ],
)
async def test_whose_membership_does_not_stand_is_contacted_no_more(
    town: ContactTown, kind: type[MembershipEnded | MembershipRemoved | MembershipSuspended], more: dict[str, str]
) -> None:
    """Death, removal and suspension end the duty of the quarter, and none is planned for the next."""
    member = await town.away()
    await town.world.happen(member, kind.model_validate({"member_id": member, **DECIDED, **more}))
    assert ((await town.row(member))["state"], (await town.row(member))["stop_reason"]) == (
        "STOPPED",
        "MEMBERSHIP_CHANGED",
    )
    await town.until(date(2026, 4, 2))
    assert len(await town.rows(member_id=member)) == 1
