"""Relay persons: named by the member alone, masked, gone by wish, usable only while nominated (domain.md §2.6, R6)."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest
from services.contact.tests.stories import MEMBER, PERSON
from services.contact.tests.town import FAR, HOME, OTHER, WISH, ContactTown

from guiyan.contact.domain.relay_person import RELAY_PERSON, Nominate, Withdraw
from guiyan.contact.domain.wish import WrittenWish
from guiyan.events.contact import RelayPersonNominated, RelayPersonText, RelayPersonWithdrawn
from guiyan.events.registry import BranchAssigned, DekDestroyed
from guiyan.ledger.commit import Draft
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.testing.deciders import Scenario
from guiyan.service.auth import Role
from guiyan.service.conformance import Doors, check_a_key_is_one_request

DAY = date(2026, 3, 1)
SIGNED = date(2026, 1, 15)
NOMINATED = RelayPersonNominated(
    person_id=PERSON, member_id=MEMBER, in_writing=True, wish_document_no="示例意愿〔2026〕1号", wish_on=SIGNED
)
WRITTEN = WrittenWish("示例意愿〔2026〕1号", SIGNED)
TEXT = RelayPersonText(name="王示例", phone="13912345678")


def nominate(wish: WrittenWish = WRITTEN, *, in_writing: bool = True) -> Nominate:
    """Somebody is named."""
    return Nominate(on=DAY, today=DAY, person_id=PERSON, member_id=MEMBER, text=TEXT, in_writing=in_writing, wish=wish)


def test_only_the_member_names_a_relay_person() -> None:
    """The office has the wish in writing, or does not record it; the member's own act needs no paper (S-50)."""
    Scenario(RELAY_PERSON).when(nominate()).then(Draft(NOMINATED, DAY, TEXT))
    Scenario(RELAY_PERSON).when(nominate(in_writing=False)).then_refused("relay_wish_in_writing")
    assert Scenario(RELAY_PERSON).when(nominate(WrittenWish(by_member=True), in_writing=False)).drafts
    for wish in (WrittenWish(), WrittenWish("示例意愿〔2026〕1号"), WrittenWish(None, SIGNED)):
        Scenario(RELAY_PERSON).when(nominate(wish)).then_refused("wish_document_missing")
    late = WrittenWish("示例意愿〔2026〕1号", date(2026, 3, 2))
    Scenario(RELAY_PERSON).when(nominate(late)).then_refused("wish_after_act")
    Scenario(RELAY_PERSON).given(NOMINATED).when(nominate()).then_refused("relay_person_exists")


def test_the_wish_ends_it() -> None:
    """Withdrawn once, not before the nomination, not in the future."""
    story = Scenario(RELAY_PERSON).given(NOMINATED, occurred_on=DAY)
    story.when(Withdraw(on=date(2026, 2, 28), today=DAY)).then_refused("date_before_last")
    story.when(Withdraw(on=date(2026, 3, 2), today=DAY)).then_refused("date_in_future")
    story.when(Withdraw(on=DAY, today=DAY)).then(RelayPersonWithdrawn(person_id=PERSON, member_id=MEMBER))
    story.when(Withdraw(on=DAY, today=DAY)).then_refused("relay_person_withdrawn")
    Scenario(RELAY_PERSON).when(Withdraw(on=DAY, today=DAY)).then_refused("relay_person_not_found")


async def named(town: ContactTown, member_id: str, headers: Any = None, **more: Any) -> str:
    """A relay person by the door; gives the id."""
    body = {"member_id": member_id, "name": "王示例", "phone": "13912345678", "in_writing": True, **WISH} | more
    done = await town.post("/v1/relay-persons", body, headers)
    assert done.status_code == 201, done.text
    await town.town.settle()
    return str(done.json()["id"])


async def test_the_member_names_and_takes_back(town: ContactTown) -> None:
    """By the own login without paper; the list shows name and phone masked, the history only that they are sealed."""
    member_id = await town.away()
    own = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    own_act = {"in_writing": False, "wish_document_no": None, "wish_on": None}
    relay = await named(town, member_id, own, **own_act)
    (row,) = (await town.get("/v1/relay-persons", own)).json()["items"]
    assert (row["name"], row["phone"], row["open"], row["branch"]) == ("王*", "139****5678", True, HOME)
    history = (await town.get(f"/v1/relay-persons/{relay}/history")).json()["events"]
    assert history[0]["data"]["pii"] == {"sealed": True}
    assert (await town.post(f"/v1/relay-persons/{relay}/withdraw", None, own)).status_code == 200
    await town.town.settle()
    assert (await town.get(f"/v1/relay-persons/{relay}")).json()["open"] is False
    assert (await town.post(f"/v1/relay-persons/{relay}/withdraw", {}, own)).json()["code"] == "relay_person_withdrawn"


async def test_nobody_else_names_one(town: ContactTown) -> None:
    """Without the wish in writing 422; another member's or another branch's: not there."""
    member_id = await town.away()
    body = {"member_id": member_id, "name": "王示例", "phone": "13912345678", "in_writing": False, **WISH}
    refused = await town.post("/v1/relay-persons", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "relay_wish_in_writing")
    for name in WISH:
        without = {key: value for key, value in body.items() if key != name} | {"in_writing": True}
        refused = await town.post("/v1/relay-persons", without)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/{name}")
    stranger = town.town.bearer(Role.MEMBER, org=HOME, sub="somebody-else")
    outside = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="outside")
    for headers in (stranger, outside):
        assert (await town.post("/v1/relay-persons", body | {"in_writing": True}, headers)).status_code == 422
    relay = await named(town, member_id)
    for headers in (stranger, outside):
        assert (await town.get(f"/v1/relay-persons/{relay}", headers)).status_code == 404
        assert (await town.post(f"/v1/relay-persons/{relay}/withdraw", {}, headers)).status_code == 404
    assert (await town.get("/v1/relay-persons", outside)).json()["items"] == []


async def test_a_contact_goes_through_a_relay_person_only_while_one_is_nominated(town: ContactTown) -> None:
    """Before the nomination, and from the withdrawal on, the channel is refused; on the days between it is not."""
    member_id = await town.away()
    attempt = {"channel": "VIA_RELAY_PERSON", "outcome": "CALL_BACK"}
    path = f"/v1/duties/{town.duty(member_id)}/attempt"
    assert (await town.post(path, attempt)).json()["code"] == "relay_person_missing"
    await town.until(date(2026, 2, 20))
    relay = await named(town, member_id)
    assert (await town.post(path, attempt)).status_code == 200
    early = await town.post(path, attempt | {"occurred_on": "2026-02-19"})
    assert early.json()["code"] == "relay_person_missing"
    await town.until(date(2026, 2, 25))
    assert (await town.post(f"/v1/relay-persons/{relay}/withdraw", {})).status_code == 200
    assert (await town.post(path, attempt)).json()["code"] == "relay_person_missing"
    assert (await town.post(path, attempt | {"occurred_on": "2026-02-24"})).status_code == 200
    report = {"member_id": member_id, "channel": "VIA_RELAY_PERSON"}
    result = await town.town.report(HOME, "ContactCompleted", report)
    assert [one.code for one in result.problems] == ["relay_person_missing"]


@pytest.mark.parametrize("whose", ["relay", "member"])
async def test_a_forgotten_relay_person_is_shown_no_more(town: ContactTown, whose: str) -> None:
    """With the relay person's own key, or the member's, name and phone are gone; that there was one stays (§5.3)."""
    member_id = await town.away()
    relay = await named(town, member_id)
    await town.world.happen(member_id, BranchAssigned(member_id=member_id, branch=FAR, from_branch=HOME))
    person = relay if whose == "relay" else member_id
    await town.world.happen(person, DekDestroyed(person_id=person, key_ids=("dk-1",)))
    await town.town.settle()
    row = (await town.get(f"/v1/relay-persons/{relay}")).json()
    assert (row["name"], row["phone"], row["branch"]) == (None, None, FAR)


async def test_a_key_is_one_nomination(town: ContactTown) -> None:
    """The same key for another person is told; nothing of the name stands in the ledger in clear."""
    member_id = await town.away()
    body = {"member_id": member_id, "name": "王示例", "phone": "13912345678", "in_writing": True, **WISH}
    doors, ledger = Doors(town.town.app, town.town.http, town.city), cast("MemoryLedger", town.world.ledger)
    other = ("/v1/relay-persons", body | {"phone": "13912345679"})
    await check_a_key_is_one_request(doors, "/v1/relay-persons", body, other, ledger=ledger)
    async for commits in ledger.follow(0, batch=1_000_000):
        told = [str(event.data) for commit in commits for event in commit.events]
        break
    assert not any("王示例" in one or "13912345678" in one for one in told)
