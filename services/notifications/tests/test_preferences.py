"""How somebody wants to be told: the wish goes before, a refused channel is never used, and nothing is lost by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.notifications.tests.test_both_sides import Sides, keeper, rows
from services.notifications.tests.town import HOME, OTHER, TOWN, a_town

from guiyan.events import contact, registry
from guiyan.events.codes import NoticeChannel, Suppression
from guiyan.events.notifications.delivery import DoNotContactLifted, DoNotContactSet, PreferenceSet
from guiyan.events.registry.post import PersonText
from guiyan.ledger.testing.deciders import Scenario
from guiyan.notifications.domain.preference import PREFERENCE, Lift, Prefer, Preference, Refuse
from guiyan.notifications.domain.rules import RULE_BY_NAME
from guiyan.notifications.planning import Planner
from guiyan.notifications.projections import Preferences
from guiyan.service.auth import Role

DAY: Final = date(2026, 3, 10)
WHO: Final = "019b76da-a800-7000-8000-000000000001"
EMAIL, SMS, MAILBOX, IN_APP = NoticeChannel.EMAIL, NoticeChannel.SMS, NoticeChannel.MAILBOX, NoticeChannel.IN_APP
SMS_REFUSED: Final = DoNotContactSet(recipient_id=WHO, channel=SMS)
SMS_WISHED: Final = PreferenceSet(recipient_id=WHO, channel=SMS, language="en")


def test_what_is_so_already_is_not_said_again() -> None:
    """Set, refused, lifted: each once, and again after the opposite."""
    Scenario(PREFERENCE).given().when(Prefer(WHO, SMS, "en", DAY)).then(SMS_WISHED)
    Scenario(PREFERENCE).given(SMS_WISHED).when(Prefer(WHO, SMS, "en", DAY)).then()
    Scenario(PREFERENCE).given().when(Refuse(WHO, SMS, DAY)).then(SMS_REFUSED)
    Scenario(PREFERENCE).given(SMS_REFUSED).when(Refuse(WHO, SMS, DAY)).then()
    Scenario(PREFERENCE).given().when(Lift(WHO, SMS, DAY)).then()
    lifted = DoNotContactLifted(recipient_id=WHO, channel=SMS)
    Scenario(PREFERENCE).given(SMS_REFUSED).when(Lift(WHO, SMS, DAY)).then(lifted)
    Scenario(PREFERENCE).given(SMS_REFUSED, lifted).when(Refuse(WHO, SMS, DAY)).then(SMS_REFUSED)


CHANNELS: Final = st.sampled_from([EMAIL, SMS, MAILBOX, IN_APP])


@given(
    st.builds(Preference, st.none() | CHANNELS, st.none(), st.frozensets(st.sampled_from([EMAIL, SMS, IN_APP]))),
    st.lists(CHANNELS, unique=True),
)
def test_a_way_that_there_is_and_that_is_not_refused(wish: Preference, ways: list[NoticeChannel]) -> None:
    """The wish first; a refused channel never, the folder of a sample run counting as mail; none only if all are."""
    chosen = wish.choose(ways)
    mail = {MAILBOX: EMAIL}
    open_ways = [one for one in ways if mail.get(one, one) not in wish.refused]
    assert (chosen in open_ways) == bool(open_ways)
    assert chosen is not None or not open_ways
    wished = [one for one in open_ways if mail.get(one, one) == wish.channel]
    assert chosen == next(iter([*wished, *open_ways]), None)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Sides]:
    """A small town in memory, all posts filled, one member in HOME; Tuesday 10 March 2026, 10:00."""
    async with a_town(tmp_path / "mailbox") as running:
        sides = Sides(running.town, tmp_path / "mailbox")
        await sides.everybody()
        yield sides


async def say(town: Sides, who: str, verb: str, body: Any, headers: dict[str, str] | None = None) -> int:
    """Ask a door; gives the status."""
    path = f"/v1/preferences/{who}/{verb}"
    answer = await town.town.http.post(path, json=body, headers=headers or town.city)
    await town.town.settle()
    return answer.status_code


async def happens(town: Sides, name: str) -> None:
    """A contact is missed: the branch's contact person is to be told."""
    missed = contact.ContactMissed(
        member_id=town.member,
        quarter="2025-Q4",
        branch=HOME,
        departure_id=town.world.id("trip"),
        attempts=0,
        missed_in_a_row=1,
    )
    await town.world.happen(town.world.id("duty", name), missed)
    await town.town.settle()


async def test_who_refuses_mail_and_has_no_other_way_is_not_told_and_that_is_seen(town: Sides) -> None:
    """Suppressed with its reason, not lost; lifted again the next message comes."""
    who = town.world.id("person", HOME, "keeper")
    assert await say(town, who, "refuse", {"channel": "EMAIL"}) == 200
    await happens(town, "one")
    assert await town.told() == {}
    (row,) = await rows(town)
    shown = await town.row(row["id"])
    assert (row["state"], shown["changes"][-1]["reason"]) == ("SUPPRESSED", "DO_NOT_CONTACT")
    assert await say(town, who, "lift", {"channel": "EMAIL"}) == 200
    await happens(town, "two")
    assert await town.told() == {"Contact missed": [keeper(HOME)]}


async def test_what_is_refused_while_it_waits_does_not_leave(town: Sides) -> None:
    """Refused between the event and the sending, and there is no other way: asked once more, and told as that."""
    who = town.world.id("person", HOME, "keeper")
    await happens(town, "one")
    assert await say(town, who, "refuse", {"channel": "EMAIL"}) == 200
    assert await town.told() == {}
    (row,) = await rows(town)
    assert (await town.row(row["id"]))["changes"][-1]["reason"] == "DO_NOT_CONTACT"


async def test_another_way_is_taken(town: Sides) -> None:
    """With phone and mail known: the wished channel first; a refused one gives way to the other."""
    who = town.world.id("person", TOWN, "new")
    text = PersonText(name="张示例", phone="14000000001", email="new@guiyan.example")
    await town.world.happen(TOWN, registry.ContactPersonAppointed(org_code=TOWN, person_id=who), pii=text)
    await town.town.settle()
    reads = town.town.parts.reads(Preferences)
    planner = Planner(town.addresses, (EMAIL, SMS), town.town.parts.rulebook, reads)
    rule, now = RULE_BY_NAME["inquiry_overdue_to_organisation"], town.world.clock.now()
    assert (await planner.plan(rule, who, now)).channel is EMAIL
    assert await say(town, who, "set", {"channel": "SMS", "language": "en"}) == 200
    plan = await planner.plan(rule, who, now)
    assert (plan.channel, plan.language, plan.suppressed) == (SMS, "en", None)
    assert await say(town, who, "refuse", {"channel": "SMS"}) == 200
    assert (await planner.plan(rule, who, now)).channel is EMAIL
    assert await say(town, who, "refuse", {"channel": "EMAIL"}) == 200
    assert (await planner.plan(rule, who, now)).suppressed is Suppression.DO_NOT_CONTACT


async def test_the_language_is_the_recipients(town: Sides) -> None:
    """Who wants English gets English alone."""
    who = town.world.id("person", HOME, "keeper")
    assert await say(town, who, "set", {"channel": "EMAIL", "language": "en"}) == 200
    await happens(town, "one")
    ((_, mail),) = await town.sent()
    assert str(mail["Subject"]) == "Contact missed: 2025-Q4"


async def test_who_may_say_it(town: Sides) -> None:
    """The person, or an office above; for others there is nobody here. What was chosen is shown, with its history."""
    me = town.town.bearer(Role.MEMBER, org=HOME, sub=town.member)
    assert await say(town, town.member, "refuse", {"channel": "SMS"}, me) == 200
    someone = town.world.id("person", HOME, "keeper")
    assert await say(town, someone, "refuse", {"channel": "SMS"}, me) == 404
    others = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="others")
    assert await say(town, town.member, "lift", {"channel": "SMS"}, others) == 404
    assert await say(town, town.world.id("nobody"), "refuse", {"channel": "SMS"}) == 404
    assert await say(town, town.member, "refuse", {"channel": "POST"}) == 422
    assert await say(town, town.member, "set", {"channel": "SMS", "language": "zh-CN"}) == 200
    shown = (await town.town.http.get(f"/v1/preferences/{town.member}", headers=me)).json()
    assert {name: shown[name] for name in ("channel", "language", "refused")} == {
        "channel": "SMS",
        "language": "zh-CN",
        "refused": ["SMS"],
    }
    history = await town.town.http.get(f"/v1/preferences/{town.member}/history", headers=town.city)
    assert [one["type"] for one in history.json()["events"]] == ["DoNotContactSet", "PreferenceSet"]
    nothing = (await town.town.http.get(f"/v1/preferences/{someone}", headers=town.city)).json()
    assert (nothing["channel"], nothing["refused"]) == (None, [])
