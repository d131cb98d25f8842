"""The registry's telephones become contact points when contact begins: once, of now, and never a wrong one again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.contact.tests.stories import MEMBER
from services.contact.tests.town import HOME, ContactTown, a_town

from guiyan.contact.app import BLUEPRINT
from guiyan.contact.domain.told_number import ToldNumber, is_new, numbers_told
from guiyan.events import Event
from guiyan.events.codes import ContactPointKind, ContactPointSource, MemberSource, PersonCategory
from guiyan.events.contact import LostContactWatchOpened
from guiyan.events.registry import DekDestroyed, MemberDetailsCorrected, MemberImported
from guiyan.events.registry.member import MemberText, MemberTextChange
from guiyan.ledger import Subject
from guiyan.ledger.testing.deciders import event_of
from guiyan.service.twins import on_twins

OLD, NEW, THIRD = "13900001111", "13900002222", "13900003333"
SEEDS: Final = (3, 11, 29, 47)
STEPS: Final = 40


async def correct(town: ContactTown, member_id: str, on: date | None = None, **text: str) -> None:
    """The register was set right."""
    corrected = MemberDetailsCorrected(member_id=member_id)
    await town.world.happen(member_id, corrected, pii=MemberTextChange(**text), occurred_on=on)


async def points(town: ContactTown, member_id: str) -> dict[str, tuple[bool, str | None]]:
    """By the last four digits of each telephone: whether it is in use, and why not."""
    await town.town.settle()
    rows = (await town.get("/v1/contact-points", member_id=member_id)).json()["items"]
    assert len(rows) == len({one["value"] for one in rows}), "a number stands twice"
    return {one["value"][-4:]: (one["open"], one["end_reason"]) for one in rows}


async def number(town: ContactTown, member_id: str, digits: str) -> str:
    """The id of the contact point with these last digits."""
    rows = (await town.get("/v1/contact-points", member_id=member_id)).json()["items"]
    return str(next(one["id"] for one in rows if one["value"].endswith(digits)))


async def test_a_member_who_leaves_is_called_at_the_number_of_the_register(town: ContactTown) -> None:
    """From the business date it was told; sealed under its own key, found by its index; at home nobody is called."""
    member_id = await town.member(mobile=OLD, landline="0999-8021234")
    assert await points(town, member_id) == {}
    await town.until(date(2026, 2, 20))
    await town.leave(member_id)
    await town.town.settle()
    rows = {one["kind"]: one for one in (await town.get("/v1/contact-points", member_id=member_id)).json()["items"]}
    mobile = rows["MOBILE"]
    assert (mobile["value"], mobile["source"], mobile["valid_from"]) == ("139****1111", "REGISTRY", "2026-02-10")
    assert (mobile["verified_on"], rows["LANDLINE"]["source"]) == (None, "REGISTRY")
    (row,) = (await town.get("/v1/today", town.keeper)).json()["to_contact"]["first"]
    assert row["call"]["contact_point_id"] == mobile["id"]
    shown = await town.post(f"/v1/contact-points/{mobile['id']}/reveal", {"reason": "CONTACT_DUTY"})
    assert shown.json()["value"] == f"+86{OLD}"
    (added,) = [e for e in await _events(town, mobile["id"]) if e.type == "ContactPointAdded"]
    assert (added.data["pii"]["kid"], added.data["value_index"]) == (
        mobile["id"], town.world.index.of("mobile", OLD),
    )  # fmt: skip
    assert OLD not in str([one.data for one in await _events(town, mobile["id"])])


async def _events(town: ContactTown, point_id: str) -> Sequence[Event]:
    return (await town.world.ledger.read(Subject("contact", "contact_point", point_id))).events


async def test_a_rosters_number_says_so(town: ContactTown) -> None:
    """What an import told has the source ROSTER."""
    member_id = town.world.id("member", "imported")
    imported = MemberImported(
        member_id=member_id,
        branch=HOME,
        person_category=PersonCategory.FULL,
        source=MemberSource.IMPORT,
        row_hash="0" * 64,
    )
    await town.world.happen(member_id, imported, pii=MemberText(name="李示例", mobile=OLD))
    await town.leave(member_id)
    await town.town.settle()
    (row,) = (await town.get("/v1/contact-points", member_id=member_id)).json()["items"]
    assert (row["source"], row["value"]) == ("ROSTER", "139****1111")


async def test_a_corrected_number_takes_the_place_of_the_one_before(town: ContactTown) -> None:
    """The old one is closed as replaced and names the new one; the same number again is no second point."""
    member_id = await town.member(mobile=OLD)
    await town.leave(member_id)
    await town.until(date(2026, 2, 20))
    await correct(town, member_id, mobile=NEW)
    assert await points(town, member_id) == {"1111": (False, "REPLACED"), "2222": (True, None)}
    (closed,) = [e for e in await _events(town, await number(town, member_id, "1111")) if e.type.endswith("Closed")]
    assert closed.data["replaced_by"] == await number(town, member_id, "2222")
    await correct(town, member_id, mobile=f"+86 {NEW}")
    await correct(town, member_id, name="李再示例")
    assert await points(town, member_id) == {"1111": (False, "REPLACED"), "2222": (True, None)}


async def test_what_was_corrected_at_home_is_called_later(town: ContactTown) -> None:
    """On leaving the number of now becomes the contact point; and on leaving again nothing comes twice."""
    member_id = await town.member(mobile=OLD)
    await town.until(date(2026, 2, 12))
    await correct(town, member_id, mobile=NEW)
    assert await points(town, member_id) == {}
    await town.leave(member_id)
    assert await points(town, member_id) == {"2222": (True, None)}
    await town.come_home(member_id)
    await town.leave(member_id, "second")
    assert await points(town, member_id) == {"2222": (True, None)}


@pytest.mark.parametrize("outcome", ["WRONG_NUMBER", "NUMBER_DEAD"])
async def test_a_wrong_number_comes_back_with_no_roster(town: ContactTown, outcome: str) -> None:
    """However often it is imported and the member leaves; a person who knows better adds it again."""
    member_id = await town.member(mobile=OLD)
    await town.leave(member_id)
    await town.until(date(2026, 2, 20))
    await town.town.settle()
    tried = {"channel": "PHONE", "outcome": outcome}
    assert (await town.post(f"/v1/duties/{town.duty(member_id)}/attempt", tried)).status_code == 200
    assert await points(town, member_id) == {"1111": (False, outcome)}
    await town.until(date(2026, 2, 25))
    await correct(town, member_id, mobile=OLD)
    await correct(town, member_id, mobile=NEW)
    await town.until(date(2026, 2, 26))
    await correct(town, member_id, mobile=OLD)
    await town.come_home(member_id)
    await town.leave(member_id, "second")
    assert (await points(town, member_id))["1111"] == (False, outcome)
    body = {"member_id": member_id, "kind": "MOBILE", "value": OLD}
    assert (await town.post("/v1/contact-points", body)).status_code == 201
    await town.town.settle()
    rows = (await town.get("/v1/contact-points", member_id=member_id, open="true")).json()["items"]
    assert "139****1111" in [one["value"] for one in rows]


async def test_a_number_that_was_replaced_comes_back_when_it_is_told_again(town: ContactTown) -> None:
    """1111, then 2222, then 1111 again: told after it was replaced, it is the member's number again."""
    member_id = await town.member(mobile=OLD)
    await town.leave(member_id)
    for day, told in ((20, NEW), (22, OLD)):
        await town.until(date(2026, 2, day))
        await correct(town, member_id, mobile=told)
        await town.town.settle()
    rows = (await town.get("/v1/contact-points", member_id=member_id, open="true")).json()["items"]
    assert [one["value"] for one in rows] == ["139****1111"]


async def test_the_register_does_not_overrule_what_the_member_told_since(town: ContactTown) -> None:
    """A new value here, by the member: the old one of the register comes back with no later trip (R3)."""
    member_id = await town.member(mobile=OLD)
    await town.leave(member_id)
    await town.until(date(2026, 2, 20))
    await town.town.settle()
    id_ = await number(town, member_id, "1111")
    assert (await town.post(f"/v1/contact-points/{id_}/change", {"value": NEW})).status_code == 200
    await town.until(date(2026, 2, 25))
    await town.come_home(member_id)
    await town.leave(member_id, "second")
    assert await points(town, member_id) == {"2222": (True, None)}


async def test_a_number_the_member_has_told_already_is_no_second_point(town: ContactTown) -> None:
    """Whoever told it first."""
    member_id = await town.member()
    await town.leave(member_id)
    await town.town.settle()
    body = {"member_id": member_id, "kind": "MOBILE", "value": NEW}
    assert (await town.post("/v1/contact-points", body)).status_code == 201
    await town.town.settle()
    await correct(town, member_id, mobile=NEW)
    assert await points(town, member_id) == {"2222": (True, None)}


async def test_what_is_told_late_stands_back(town: ContactTown) -> None:
    """A number of last month does not take the place of one that was proved since (§8)."""
    member_id = await town.member(mobile=OLD)
    await town.leave(member_id)
    await town.until(date(2026, 3, 1))
    await town.town.settle()
    id_ = await number(town, member_id, "1111")
    assert (await town.post(f"/v1/contact-points/{id_}/verify", {"how": "TALKED"})).status_code == 200
    await town.town.settle()
    await correct(town, member_id, date(2026, 2, 20), mobile=NEW)
    assert await points(town, member_id) == {"1111": (True, None)}
    await correct(town, member_id, mobile=THIRD)
    assert await points(town, member_id) == {"1111": (False, "REPLACED"), "3333": (True, None)}


async def test_who_is_searched_for_is_called_first(town: ContactTown) -> None:
    """Without a trip, too: where contact is lost, the register's number is one of the own contact points (§2.7)."""
    member_id = await town.member(mobile=OLD)
    watch = LostContactWatchOpened(member_id=member_id, branch=HOME, missed_in_a_row=0)
    await town.world.happen(town.world.id("lost", member_id), watch)
    assert await points(town, member_id) == {"1111": (True, None)}


async def test_nothing_is_taken_of_who_was_erased(town: ContactTown) -> None:
    """Without the member's key there is no number."""
    member_id = await town.member(mobile=OLD)
    await town.world.sealer.destroy(member_id)
    await town.world.happen(member_id, DekDestroyed(person_id=member_id, key_ids=("dk-1",)))
    await town.leave(member_id)
    assert await points(town, member_id) == {}


async def test_a_new_start_repeats_nothing() -> None:
    """Whoever reads the ledger from its beginning with empty documents comes to the same points and writes none."""
    async with a_town() as town:
        member_id = await town.member(mobile=OLD)
        await town.leave(member_id)
        await town.until(date(2026, 2, 20))
        await correct(town, member_id, mobile=NEW)
        before = await points(town, member_id)
        head = await town.world.ledger.head()
        settings = town.town.parts.settings
        async with on_twins(BLUEPRINT, settings, town.world) as anew:
            await anew.settle()
            again = replace(anew)
            assert await town.world.ledger.head() == head
            assert await points(ContactTown(again), member_id) == before


def test_the_number_of_now_is_the_one_told_for_the_latest_day() -> None:
    """Told again it is the same telling; told late of before, or without a usable form, it says nothing of now."""
    at = date(2026, 1, 1)
    events = [
        event_of(MemberDetailsCorrected(member_id=MEMBER), MEMBER, n, occurred_on=at + timedelta(days=n))
        for n in range(1, 5)
    ]
    texts = [
        MemberText(name="李示例", mobile=OLD),
        MemberTextChange(mobile=NEW),
        MemberTextChange(mobile=f"+86{NEW}"),
        None,
    ]
    (now,) = numbers_told(zip(events, texts, strict=True))
    assert (now.value, now.event, now.kind) == (f"+86{NEW}", events[1], ContactPointKind.MOBILE)
    (kept,) = numbers_told([(events[0], texts[0]), (events[1], MemberTextChange(mobile="12345"))])
    assert kept.value == f"+86{OLD}"
    again = event_of(MemberDetailsCorrected(member_id=MEMBER), MEMBER, 5, occurred_on=at + timedelta(days=2))
    late = event_of(MemberDetailsCorrected(member_id=MEMBER), MEMBER, 6, occurred_on=at + timedelta(days=1))
    told = [(events[0], texts[0]), (events[2], texts[2]), (again, MemberTextChange(mobile=THIRD)), (late, texts[0])]
    assert [one.value for one in numbers_told(told)] == [f"+86{NEW}"]


TELLINGS: Final = st.lists(
    st.tuples(st.sampled_from((OLD, NEW, THIRD, "12345")), st.integers(0, 6)), min_size=1, max_size=7
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(tellings=TELLINGS, midway=st.integers(0, 7))
async def test_told_at_home_or_away_it_is_the_same_number(tellings: list[tuple[str, int]], midway: int) -> None:
    """§8: of the latest business date, of one date the one recorded last, whenever between them the member left."""
    usable = [(day, place, value) for place, (value, day) in enumerate(tellings) if value != "12345"]
    expected = [max(usable)[2][-4:]] if usable else []
    async with a_town() as town:
        await town.until(date(2026, 3, 1))
        leaves = {await town.member(name): at for name, at in (("first", 0), ("midway", midway), ("last", 7))}
        for place in range(8):
            for member_id, at in leaves.items():
                if at == place:
                    await town.leave(member_id, member_id)
                if place < len(tellings):
                    value, day = tellings[place]
                    await correct(town, member_id, date(2026, 2, 11 + day), mobile=value)
            await town.town.advance(hours=1)
            await town.town.settle()
        for member_id in leaves:
            rows = (await town.get("/v1/contact-points", member_id=member_id, open="true")).json()["items"]
            assert [one["value"][-4:] for one in rows] == expected


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_happens_one_number_of_the_register_is_in_use(seed: int) -> None:
    """Tellings, wrong numbers, wishes, trips by dice: never two, never a wrong one again, never one twice."""
    dice, wrong = random.Random(seed), set[str]()
    async with a_town() as town:
        member_id = await town.member(mobile=OLD)
        await town.leave(member_id, "trip0")
        trip, away = 0, True
        for _ in range(STEPS):
            await town.town.advance(hours=dice.randint(1, 50))
            match dice.randrange(5):
                case 0 | 1:
                    await correct(town, member_id, mobile=dice.choice((OLD, NEW, THIRD)))
                case 2 if away:
                    await town.come_home(member_id, f"trip{trip}")
                    away = False
                case 2:
                    trip, away = trip + 1, True
                    await town.leave(member_id, f"trip{trip}")
                case _:
                    await _close_one(town, member_id, dice, wrong)
            await town.town.settle()
            rows = (await town.get("/v1/contact-points", member_id=member_id, open="true")).json()["items"]
            told = [one for one in rows if one["source"] in {ContactPointSource.ROSTER, ContactPointSource.REGISTRY}]
            assert len(told) <= 1
            assert not wrong & {one["value"] for one in rows}


async def _close_one(town: ContactTown, member_id: str, dice: random.Random, wrong: set[str]) -> None:
    rows = (await town.get("/v1/contact-points", member_id=member_id, open="true")).json()["items"]
    if not rows or len(wrong) == 2:
        return
    one, reason = dice.choice(rows), dice.choice(("WRONG_NUMBER", "REPLACED", "BY_WISH"))
    await town.post(f"/v1/contact-points/{one['id']}/close", {"reason": reason})
    if reason != "REPLACED":
        wrong.add(one["value"])


def test_a_telling_of_the_same_moment_is_none_after() -> None:
    """What was told in the moment in which a point was replaced is not told after it."""
    event = event_of(MemberDetailsCorrected(member_id=MEMBER), MEMBER, 1, occurred_on=date(2026, 1, 1))
    told = ToldNumber(ContactPointKind.MOBILE, f"+86{OLD}", event)
    point = {
        "value_index": "i", "open": False, "end_reason": "REPLACED", "valid_from": "2025-01-01", "verified_on": None,
        "valid_to": "2026-01-01", "ended_at": event.time.isoformat(), "former": [], "kind": "MOBILE",
        "source": "ROSTER",
    }  # fmt: skip
    assert not is_new(told, "i", [point])
    assert is_new(told, "i", [point | {"ended_at": "2020-01-01T00:00:00+00:00"}])
    assert not is_new(
        told, "i", [point | {"value_index": "j", "former": [{"index": "i", "until": "2026-01-02", "at": ""}]}]
    )
