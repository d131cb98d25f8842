"""Whom the cycle is for: members in normal standing (domain.md §2.11), however they came into the register."""

from __future__ import annotations

import pytest
from services.contact.tests.town import HOME, ContactTown

from guiyan.events.codes import MembershipStatus, MemberSource, PersonCategory
from guiyan.events.registry import MemberImported
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
