"""Who hears of a study activity: the branch's contact person, and whoever keeps contact with its members (S-25)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from services.notifications.tests.study_town import DAY, FAR, HOME, StudyTown, a_study_town, at

from guiyan.events.contact import ContactPersonAssigned
from guiyan.notifications.projections import Notices
from guiyan.notifications.projections.notices import NOTICES


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[StudyTown]:
    """A small town in memory, running, on 10 March 2026; both branches have a contact person."""
    async with a_study_town(tmp_path) as running:
        for org in (HOME, FAR):
            await running.serves(org, f"keeper.{org}")
        yield running


async def told(town: StudyTown, template: str) -> list[str]:
    """Who was told with a template, by name; each as often as told."""
    names = {town.world.id("person", name): name for name in (f"keeper.{HOME}", f"keeper.{FAR}", "named")}
    rows = (await town.town.http.get("/v1/notices", params={"limit": "500"}, headers=town.city)).json()["items"]
    return sorted(names.get(one["recipient_id"], "nobody") for one in rows if one["template"] == template)


async def test_an_announcement_is_heard_by_whoever_keeps_contact(town: StudyTown) -> None:
    """The branch's own contact person once, whoever was named for a member, and the contact person of a guest."""
    named = town.world.id("person", "named")
    member = await town.member("one")
    await town.world.happen(member, ContactPersonAssigned(member_id=member, branch=HOME, person_id=named))
    await town.member("two")
    await town.guest("guest")
    await town.announced()
    assert await told(town, "study_announced") == [f"keeper.{HOME}", f"keeper.{FAR}", "named"]


async def test_a_draft_is_nobodys_news(town: StudyTown) -> None:
    """Changed or called off before it was announced: nobody is told; not announced in time: the contact person is."""
    await town.member("one")
    id_ = await town.noted()
    await town.do(f"activities/{id_}/change", {"place": "示例村委会"})
    await town.until(date(2026, 3, 25))
    await town.do(f"activities/{id_}/cancel")
    assert await told(town, "study_changed") == await told(town, "study_cancelled") == []
    assert await told(town, "study_announce_due") == [f"keeper.{HOME}"]


async def test_those_who_answered_hear_of_a_change_and_of_the_end(town: StudyTown) -> None:
    """The guest's contact person only once the guest has answered."""
    guest = await town.guest("guest")
    id_ = await town.announced()
    await town.do(f"activities/{id_}/change", {"starts_at": at(date(2026, 4, 20))})
    assert await told(town, "study_changed") == [f"keeper.{HOME}"]
    await town.do(f"activities/{id_}/answer", {"answer": "NOT_COMING", "member_id": guest})
    await town.do(f"activities/{id_}/cancel")
    assert await told(town, "study_cancelled") == [f"keeper.{HOME}", f"keeper.{FAR}"]


async def test_who_has_declined_is_not_reminded(town: StudyTown) -> None:
    """Three days before: everybody invited but those who declined; with the days that are left."""
    silent, declined = await town.guest("silent"), await town.guest("declined")
    first, second = await town.announced(title="甲"), await town.announced(title="乙", starts_at=at(date(2026, 4, 20)))
    await town.do(f"activities/{first}/answer", {"answer": "NOT_COMING", "member_id": declined})
    await town.until(DAY)
    assert await told(town, "study_reminder") == [f"keeper.{HOME}", f"keeper.{FAR}"]
    for guest in (silent, declined):
        await town.do(f"activities/{second}/answer", {"answer": "NOT_COMING", "member_id": guest})
    await town.until(date(2026, 4, 18))
    assert await told(town, "study_reminder") == [f"keeper.{HOME}", f"keeper.{HOME}", f"keeper.{FAR}"]


async def test_a_late_record_is_the_contact_persons(town: StudyTown) -> None:
    """Seven days after nothing was recorded; with nobody in the post the notice says so."""
    await town.announced()
    await town.until(date(2026, 4, 18))
    assert await told(town, "study_record_overdue") == [f"keeper.{HOME}"]


async def test_a_notice_tells_a_number_and_a_day(town: StudyTown) -> None:
    """Title and place stand at the desk alone: a mail may be read by others, too."""
    id_ = await town.announced()
    (row,) = await town.town.parts.reads(Notices).find(NOTICES, {"template": "study_announced"})
    assert row["params"] == {"activity": id_, "starts_on": "2026-04-10"}
    assert row["member_id"] is None
