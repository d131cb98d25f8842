"""The host side of a duty (S-37, S-38): what a branch at the destination sees of it, and what it may record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from services.contact.tests.test_agreements import agree, hosted
from services.contact.tests.test_relay_persons import named
from services.contact.tests.test_today import add_point
from services.contact.tests.town import FAR, HOME, NEXT, OTHER, TOWN, ContactTown

from guiyan.contact.domain.commands import ContactHost
from guiyan.contact.office import Office
from guiyan.events.registry import HostAccepted, HostEnded
from guiyan.events.transfers import TransferWithdrawn
from guiyan.service.auth import Role

SHARED = {
    "id", "quarter", "member_id", "name", "branch", "contact_person_id", "opens_on", "closes_on", "days_left",
    "contacted_on", "hosted_by", "host_leg", "host_contacted_on", "open", "agreed", "version",
}  # fmt: skip
CALL = {"channel": "PHONE"}


def host(town: ContactTown, role: Role = Role.BRANCH_SECRETARY, org: str = FAR) -> Any:
    """Somebody at the host branch."""
    return town.town.bearer(role, org=org, sub="host")


async def end(town: ContactTown, member: str, host_branch: str = FAR) -> None:
    """The host has the member no more."""
    trip = town.world.id("departure", member, "first")
    await town.world.happen(trip, HostEnded(member_id=member, host_branch=host_branch))
    await town.town.settle()


async def seen(town: ContactTown, headers: Any = None, **asked: str) -> list[dict[str, Any]]:
    """The desk as the host's side has it."""
    await town.town.settle()
    answered = await town.get("/v1/duties", headers or host(town), **asked)
    assert answered.status_code == 200, answered.text
    return list(answered.json()["items"])


def told(row: dict[str, Any]) -> set[str]:
    """The fields that hold anything."""
    return {name for name, value in row.items() if value not in (None, [], "")} - {"sequence"}


async def test_the_host_sees_the_shared_part_and_nothing_else(town: ContactTown) -> None:
    """That a contact is due, whose, by when, how far its own leg is; not how often or why the origin failed."""
    keeper = await town.keeper_of(HOME)
    member = await hosted(town)
    tried = {"channel": "PHONE", "outcome": "NO_ANSWER"}
    assert (await town.post(f"/v1/duties/{town.duty(member)}/attempt", tried)).status_code == 200
    (row,) = await seen(town)
    assert told(row) <= SHARED
    assert (row["name"], row["branch"], row["contact_person_id"]) == ("李*", HOME, keeper)
    assert (row["closes_on"], row["days_left"], row["host_leg"], row["open"]) == ("2026-03-31", 49, "DUE", True)
    one = (await town.get(f"/v1/duties/{town.duty(member)}", host(town))).json()
    assert (told(one), {name: one[name] for name in SHARED}) == (told(row), {name: row[name] for name in SHARED})
    assert (await town.row(member))["attempts"] == 1
    sheet = await town.get("/v1/duties", {**host(town), "Accept": "text/csv", "Accept-Language": "zh-CN"})
    assert "PHONE" not in sheet.text
    assert "未接" not in sheet.text


async def test_neither_before_nor_after_nor_elsewhere(town: ContactTown) -> None:
    """Nobody sees it whom the member did not come to; when the host ends, its view ends; the origin's stays."""
    member = await town.away()
    path = f"/v1/duties/{town.duty(member)}"
    assert (await town.get(path, host(town))).status_code == 404
    trip = town.world.id("departure", member, "first")
    await town.world.happen(trip, HostAccepted(member_id=member, host_branch=FAR))
    await town.town.settle()
    assert (await town.get(path, host(town))).status_code == 200
    assert (await town.get(path, host(town, org=OTHER))).status_code == 200, "the township above the host"
    assert (await town.get(path, host(town, org=NEXT))).status_code == 404
    assert (await town.post(f"{path}/contact-host", CALL, host(town))).status_code == 200
    await end(town, member)
    for address in (path, f"{path}/history"):
        assert (await town.get(address, host(town))).status_code == 404
    assert (await town.post(f"{path}/contact-host", CALL, host(town))).status_code == 404
    assert await seen(town) == []
    assert (await town.row(member))["host_branch"] == FAR, "whom the quarter's answer is from, is kept"


async def test_another_host_takes_over_the_view(town: ContactTown) -> None:
    """What the first one answered is not told to the second; that the leg is done is."""
    member = await hosted(town)
    path = f"/v1/duties/{town.duty(member)}"
    answer = {**CALL, "attendance": "ATTENDS_HOST", "dues": "UNPAID"}
    assert (await town.post(f"{path}/contact-host", answer, host(town))).status_code == 200
    (row,) = await seen(town)
    assert (row["host_leg"], row["host_attendance"], row["host_dues"]) == ("DONE", "ATTENDS_HOST", "UNPAID")
    trip = town.world.id("departure", member, "first")
    await town.world.happen(trip, HostAccepted(member_id=member, host_branch=NEXT))
    next_host = host(town, org=NEXT)
    (row,) = await seen(town, next_host)
    assert (row["host_leg"], row["host_branch"], row["host_attendance"], row["host_dues"]) == ("DONE", None, None, None)
    assert await seen(town) == []
    events = (await town.get(f"{path}/history", next_host)).json()["events"]
    assert [one["type"] for one in events] == ["ContactPlanned"]


async def test_an_old_quarter_is_not_the_new_hosts(town: ContactTown) -> None:
    """It sees what was not over when it took the member in, not how the quarters before went; then each new one."""
    member = await town.away()
    await town.until(date(2026, 4, 10))
    trip = town.world.id("departure", member, "first")
    await town.world.happen(trip, HostAccepted(member_id=member, host_branch=FAR))
    assert [one["quarter"] for one in await seen(town)] == ["2026-Q2"]
    await town.until(date(2026, 7, 2))
    assert {one["quarter"] for one in await seen(town)} == {"2026-Q2", "2026-Q3"}


async def test_the_newest_duties_follow_the_host(town: ContactTown) -> None:
    """The last eight; what is older is seen by no host any more, also not by one that has ended since."""
    member = await hosted(town)
    for quarter in range(9):
        await town.until(date(2026 + quarter // 4, quarter % 4 * 3 + 1, 20))
    assert len(await town.rows(member_id=member)) == 9
    assert len(await seen(town)) == 8
    await end(town, member)
    assert await seen(town) == []


async def test_the_host_answers_for_itself(town: ContactTown) -> None:
    """Its own leg, under its own name; the ledger says who told it. Once a quarter, like the origin's station."""
    member = await hosted(town)
    path = f"/v1/duties/{town.duty(member)}/contact-host"
    refused = await town.post(path, {**CALL, "host_branch": NEXT}, host(town))
    assert (refused.status_code, refused.json()["code"]) == (422, "other_host")
    assert refused.json()["errors"][0]["pointer"] == "/host_branch"
    assert (await town.post(path, {**CALL, "attendance": "NONE"}, host(town))).status_code == 200
    row = await town.row(member)
    assert (row["host_branch"], row["host_attendance"], row["state"]) == (FAR, "NONE", "PARTIAL")
    again = await town.post(path, CALL, host(town))
    assert again.json()["code"] == "host_already_contacted"
    (event,) = [
        one
        for one in (await town.get(f"/v1/duties/{town.duty(member)}/history", host(town))).json()["events"]
        if one["type"] == "HostOrgContacted"
    ]
    assert (event["actororg"], event["data"]["host_branch"]) == (FAR, FAR)


async def test_the_host_answers_from_the_day_it_took_the_member_in(town: ContactTown) -> None:
    """What was before is not its own; told again that it has the member, the day stays."""
    member = await town.away()
    await town.until(date(2026, 2, 15))
    trip = town.world.id("departure", member, "first")
    await town.world.happen(trip, HostAccepted(member_id=member, host_branch=FAR))
    await town.until(date(2026, 2, 20))
    await town.world.happen(trip, HostAccepted(member_id=member, host_branch=FAR))
    await town.town.settle()
    path = f"/v1/duties/{town.duty(member)}/contact-host"
    refused = await town.post(path, {**CALL, "occurred_on": "2026-02-14"}, host(town))
    assert (refused.status_code, refused.json()["code"]) == (422, "before_the_host")
    assert refused.json()["errors"][0]["pointer"] == "/occurred_on"
    assert (await town.post(path, {**CALL, "occurred_on": "2026-02-15"}, host(town))).status_code == 200


async def test_the_host_speaks_for_the_member_as_far_as_was_agreed(town: ContactTown) -> None:
    """Not in a quarter that the origin had and missed, nor of a day before the agreement; at the door and reported."""
    member = await hosted(town)
    await town.until(date(2026, 4, 10))
    await agree(town, member, "2026-Q2")
    await town.until(date(2026, 4, 20))
    old = await town.post(f"/v1/duties/{town.duty(member)}/complete", {**CALL, "occurred_on": "2026-03-02"}, host(town))
    assert (old.status_code, old.json()["code"]) == (409, "not_by_agreement")
    reported = {"member_id": member, **CALL}
    result = await town.town.report(FAR, "ContactCompleted", reported, occurredon="2026-03-02")
    assert [one.code for one in result.problems] == ["not_by_agreement"]
    assert (await town.row(member))["part"] == "missed"
    path = f"/v1/duties/{town.duty(member, '2026-Q2')}"
    early = {**CALL, "occurred_on": "2026-04-09"}
    for verb, body in (("attempt", {**early, "outcome": "NO_ANSWER"}), ("complete", early)):
        refused = await town.post(f"{path}/{verb}", body, host(town))
        assert (refused.status_code, refused.json()["code"]) == (422, "before_the_host")
    done = await town.post(f"{path}/complete", {**CALL, "occurred_on": "2026-04-10"}, host(town))
    assert done.status_code == 200


async def test_a_transfer_takes_the_duty_from_the_host(town: ContactTown) -> None:
    """While one is open the duty stands by the transfer; when it has ended the host goes on as agreed."""
    member = await hosted(town)
    await agree(town, member)
    transfer = await town.ask(member)
    await town.town.settle()
    path = f"/v1/duties/{town.duty(member)}/complete"
    assert (await town.post(path, CALL, host(town))).json()["code"] == "not_by_agreement"
    await town.world.happen(transfer, TransferWithdrawn(member_id=member))
    await town.town.settle()
    assert (await town.post(path, CALL, host(town))).status_code == 200


async def test_the_origins_numbers_are_not_the_hosts(town: ContactTown) -> None:
    """Named by the host, also under an agreement: refused, and in use as before."""
    member = await hosted(town)
    await agree(town, member)
    point = await add_point(town, member, "MOBILE", "13900001111")
    wrong = {**CALL, "outcome": "WRONG_NUMBER", "contact_point_id": point}
    refused = await town.post(f"/v1/duties/{town.duty(member)}/attempt", wrong, host(town))
    assert (refused.status_code, refused.json()["code"]) == (422, "contact_point_of_origin")
    result = await town.town.report(FAR, "ContactAttempted", {"member_id": member, **wrong})
    assert [one.code for one in result.problems] == ["contact_point_of_origin"]
    await town.town.settle()
    (row,) = (await town.get("/v1/contact-points", member_id=member)).json()["items"]
    assert row["open"] is True


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("miss", None),
        ("close", None),
        ("exempt", {"reason": "AT_SEA_OR_FIELD"}),
        ("agree", None),
        ("resume", None),
        ("attempt", {"channel": "PHONE", "outcome": "NO_ANSWER", "leg": "HOST_ORG"}),
    ],
)
async def test_what_is_the_origins_to_say(town: ContactTown, verb: str, body: Any) -> None:
    """Also where contact is kept by agreement: the origin stays responsible (R1 Art. 25, 32)."""
    member = await hosted(town)
    await agree(town, member)
    before = await town.world.ledger.head()
    refused = await town.post(f"/v1/duties/{town.duty(member)}/{verb}", body, host(town))
    assert (refused.status_code, refused.json()["code"]) == (409, "for_the_origin_only")
    stranger = await town.post(f"/v1/duties/{town.duty(member)}/{verb}", body, host(town, org=NEXT))
    assert stranger.status_code == 404
    assert await town.world.ledger.head() == before


async def test_the_members_leg_is_the_hosts_by_agreement_only(town: ContactTown) -> None:
    """Refused before; recorded while it holds, and told as the host's; refused again when people have ended it."""
    member = await hosted(town)
    path = f"/v1/duties/{town.duty(member)}"
    tried = {"channel": "PHONE", "outcome": "NO_ANSWER"}
    for verb, body in (("attempt", tried), ("complete", CALL)):
        refused = await town.post(f"{path}/{verb}", body, host(town))
        assert (refused.status_code, refused.json()["code"]) == (409, "not_by_agreement")
    await agree(town, member)
    assert (await town.post(f"{path}/attempt", tried, host(town))).status_code == 200
    (row,) = await seen(town, agreed="true")
    assert (row["attempts"], row["last_outcome"], row["agreed"]) == (1, "NO_ANSWER", True)
    types = [one["type"] for one in (await town.get(f"{path}/history", host(town))).json()["events"]]
    assert types == ["ContactPlanned", "ContactPaused", "ContactAttempted"]
    assert (await town.post(f"{path}/resume", {}, town.officer)).status_code == 200
    await town.town.settle()
    assert (await town.post(f"{path}/complete", CALL, host(town))).json()["code"] == "not_by_agreement"
    await agree(town, member)
    assert (await town.post(f"{path}/complete", CALL, host(town))).status_code == 200
    assert (await town.row(member))["state"] == "REACHED"


async def test_a_transfer_is_told_to_no_host(town: ContactTown) -> None:
    """That the clock stands for a transfer is the origin's matter: neither its number nor its events are shared."""
    member = await hosted(town)
    await town.world.happen(await town.ask(member), TransferWithdrawn(member_id=member))
    await town.ask(member, "second")
    (row,) = await seen(town)
    assert (row["transfer_id"], row["pause_reason"], row["paused_on"], row["agreed"]) == (None, None, None, False)
    types = [
        one["type"] for one in (await town.get(f"/v1/duties/{town.duty(member)}/history", host(town))).json()["events"]
    ]
    assert types == ["ContactPlanned"]


async def test_the_next_host_is_not_told_what_the_one_before_tried(town: ContactTown) -> None:
    """Asked for as of a day of the first one's agreement: what was tried then is not the second one's to know."""
    member = await hosted(town)
    await agree(town, member)
    path = f"/v1/duties/{town.duty(member)}"
    tried = {"channel": "PHONE", "outcome": "NO_ANSWER"}
    assert (await town.post(f"{path}/attempt", tried, host(town))).status_code == 200
    await town.town.settle()
    assert (await town.get(path, host(town), as_of="2026-02-10")).json()["attempts"] == 1
    await town.until(date(2026, 2, 20))
    trip = town.world.id("departure", member, "first")
    await town.world.happen(trip, HostAccepted(member_id=member, host_branch=NEXT))
    await town.town.settle()
    for asked in ({}, {"as_of": "2026-02-10"}):
        one = (await town.get(path, host(town, org=NEXT), **asked)).json()
        assert (one["attempts"], one["last_attempt_on"], one["last_outcome"]) == (None, None, None)
    assert (await town.get(path, town.officer, as_of="2026-02-10")).json()["attempts"] == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"missed_in_a_row_from": "0"},
        {"state": "PLANNED"},
        {"part": "open"},
        {"contact_person_id": "0190b5a0-0000-7000-8000-000000000000"},
        {"has_keeper": "false"},
        {"sort": "state"},
        {"sort": "-last_attempt_on"},
        {"side": "HOST", "state": "PLANNED"},
    ],
)
async def test_a_list_asked_for_more_tells_of_the_own_alone(town: ContactTown, asked: dict[str, str]) -> None:
    """Narrowing or ordering by what is not shared would tell it; the origin is told as before."""
    await hosted(town)
    assert await seen(town, **asked) == []
    assert len(await seen(town)) == 1
    if not {"side", "contact_person_id", "missed_in_a_row_from"} & set(asked):
        assert len(await seen(town, town.officer, **asked)) == 1


async def test_each_side_alone(town: ContactTown) -> None:
    """A township that sends and takes in has both in one list, and each by itself; a member sees the own in any."""
    theirs = await hosted(town)
    own = await town.member("own", FAR)
    await town.leave(own, branch=FAR)
    await town.town.settle()
    township = host(town, Role.TOWNSHIP_OFFICER, OTHER)
    of = {
        side: {one["member_id"] for one in await seen(town, township, **({"side": side} if side else {}))}
        for side in ("", "ORIGIN", "HOST")
    }
    assert of == {"": {theirs, own}, "ORIGIN": {own}, "HOST": {theirs}}
    assert {one["member_id"] for one in await seen(town, township, side="HOST", under=FAR)} == {theirs}
    assert await seen(town, township, side="HOST", under=HOME) == []
    (full,) = await seen(town, town.city, member_id=theirs)
    assert full["state"] == "PLANNED", "who covers the origin sees all of it"
    member = town.town.bearer(Role.MEMBER, org=HOME, sub=theirs)
    assert [one["state"] for one in await seen(town, member)] == ["PLANNED"]


async def test_the_board_tells_the_hosted_beside_the_own(town: ContactTown) -> None:
    """Counted apart, with their list; the origin's account and its reconciliation are the origin's alone."""
    first, second = [await hosted_as(town, name) for name in ("one", "two")]
    assert (await town.post(f"/v1/duties/{town.duty(first)}/contact-host", CALL, host(town))).status_code == 200
    await town.town.settle()
    township = host(town, Role.TOWNSHIP_OFFICER, OTHER)
    board = (await town.get("/v1/duties/board", township)).json()
    figures = {name: one["value"] for name, one in board["total"]["figures"].items()}
    assert (figures["hosted"], figures["hosted_told"], figures["due"], figures["host_contacted"]) == (2, 1, 0, 0)
    row = next(one for one in board["rows"] if one["org_code"] == FAR)
    listed = (await town.town.http.get(row["figures"]["hosted"]["list"], headers=township)).json()["items"]
    assert {one["member_id"] for one in listed} == {first, second}
    told_list = (await town.town.http.get(row["figures"]["hosted_told"]["list"], headers=township)).json()["items"]
    assert [one["member_id"] for one in told_list] == [first]
    assert (await town.get("/v1/duties/reconciliation", township)).json()["planned"] == 0
    home = (await town.get("/v1/duties/board", town.officer)).json()["total"]["figures"]
    assert (home["due"]["value"], home["host_contacted"]["value"], home["hosted"]["value"]) == (2, 1, 0)


async def hosted_as(town: ContactTown, name: str) -> str:
    """Another member whom the host has taken in."""
    member = await town.away(name)
    trip = town.world.id("departure", member, "first")
    await town.world.happen(trip, HostAccepted(member_id=member, host_branch=FAR))
    await town.town.settle()
    return member


async def test_the_hosts_day(town: ContactTown) -> None:
    """Whom to tell the origin of, and with whom to keep contact by agreement; no number of anybody's."""
    first, second = [await hosted_as(town, name) for name in ("one", "two")]
    point = {"member_id": first, "kind": "MOBILE", "value": "13912345678"}
    assert (await town.post("/v1/contact-points", point)).status_code == 201
    await agree(town, second)
    await town.town.settle()
    answered = await town.get("/v1/today", host(town))
    assert answered.status_code == 200, answered.text
    page = answered.json()
    assert {one["member_id"] for one in page["host_to_tell"]["first"]} == {first, second}, "also under an agreement"
    assert [one["member_id"] for one in page["host_to_contact"]["first"]] == [second]
    assert (page["to_contact"]["count"], page["to_settle"]["count"]) == (0, 0)
    assert "5678" not in answered.text
    assert "missed_in_a_row" not in answered.text
    for part in ("host_to_tell", "host_to_contact", "to_contact", "to_settle"):
        listed = await town.town.http.get(page[part]["list"], headers=host(town))
        assert len(listed.json()["items"]) == page[part]["count"]
    home = (await town.get("/v1/today", town.keeper)).json()
    assert (home["to_contact"]["count"], home["host_to_tell"]["count"]) == (1, 0)


async def test_members_away_on_the_hosts_side(town: ContactTown) -> None:
    """Who is with us, of which branch, kept by whom; not how many quarters were missed. Gone when the host ends."""
    member = await hosted(town)
    await town.until(date(2026, 4, 2))
    (row,) = (await town.get("/v1/members-away", host(town))).json()["items"]
    assert (row["member_id"], row["branch"], row["host_branch"], row["missed_in_a_row"]) == (member, HOME, FAR, None)
    assert (await town.get("/v1/members-away", town.officer)).json()["items"][0]["missed_in_a_row"] == 1
    assert (await town.get("/v1/members-away", host(town), missed_in_a_row="1")).json()["items"] == []
    assert (await town.get("/v1/members-away", host(town), side="ORIGIN")).json()["items"] == []
    assert len((await town.get("/v1/members-away", host(town), side="HOST", under=FAR)).json()["items"]) == 1
    assert (await town.get(f"/v1/members-away/{member}/history", host(town))).status_code == 404
    await end(town, member)
    assert (await town.get("/v1/members-away", host(town))).json()["items"] == []


async def test_a_host_township_reports_its_leg(town: ContactTown) -> None:
    """By its own system; the member's leg by agreement only; a foreign township's member is not there."""
    member = await hosted(town)
    answer = {"member_id": member, "channel": "PHONE", "attendance": "ATTENDS_HOST"}
    foreign = await town.town.report(NEXT, "HostOrgContacted", answer)
    assert (foreign.kind, foreign.problems[0].code) == ("later", "member_not_found")
    wrong = await town.town.report(OTHER, "HostOrgContacted", {**answer, "host_branch": NEXT})
    assert (wrong.kind, wrong.problems[0].code) == ("rejected", "other_host")
    told_ = await town.town.report(OTHER, "HostOrgContacted", answer)
    assert told_.kind == "accepted", told_
    row = await town.row(member)
    assert (row["host_branch"], row["host_attendance"]) == (FAR, "ATTENDS_HOST")
    reached = {"member_id": member, "channel": "PHONE"}
    refused = await town.town.report(OTHER, "ContactCompleted", reached)
    assert (refused.kind, refused.problems[0].code) == ("rejected", "not_by_agreement")
    await agree(town, member)
    assert (await town.town.report(OTHER, "ContactCompleted", reached)).kind == "accepted"
    point = {"member_id": member, "kind": "MOBILE", "value": "13912345678"}
    assert (await town.town.report(OTHER, "ContactPointAdded", point)).kind == "later"
    await end(town, member)
    assert (await town.town.report(OTHER, "HostOrgContacted", answer)).kind == "later"


async def test_numbers_are_told_to_no_host(town: ContactTown) -> None:
    """Also by agreement: contact points, relay persons, lost contact, help and the members of the origin are not."""
    member = await hosted(town)
    made = await town.post("/v1/contact-points", {"member_id": member, "kind": "MOBILE", "value": "13912345678"})
    await agree(town, member)
    await town.town.settle()
    point = f"/v1/contact-points/{made.json()['id']}"
    assert (await town.get(point, host(town))).status_code == 404
    assert (await town.post(f"{point}/reveal", {"reason": "CONTACT_DUTY"}, host(town))).status_code == 404
    for path in ("/v1/contact-points", "/v1/lost-contacts", "/v1/relay-persons", "/v1/aid-cases", "/v1/inquiries"):
        assert (await town.get(path, host(town))).json()["items"] == [], path


async def test_the_past_of_the_shared_part(town: ContactTown) -> None:
    """As it was on a day; still no more than the shared part."""
    member = await hosted(town)
    assert (await town.post(f"/v1/duties/{town.duty(member)}/contact-host", CALL, host(town))).status_code == 200
    await town.until(date(2026, 2, 20))
    then = (await town.get(f"/v1/duties/{town.duty(member)}", host(town), as_of="2026-02-10")).json()
    assert told(then) <= SHARED | {"host_branch", "host_attendance", "host_dues"}
    assert (then["host_leg"], then["days_left"]) == ("DONE", 49)
    assert TOWN not in str(then)


async def test_a_host_that_nobody_knows(town: ContactTown) -> None:
    """A code of nowhere is refused at its field; a known organisation stands."""
    member = await town.away()
    path = f"/v1/duties/{town.duty(member)}/contact-host"
    refused = await town.post(path, {**CALL, "host_branch": "999999999999"})
    assert (refused.json()["code"], refused.json()["errors"][0]["pointer"]) == ("host_not_known", "/host_branch")
    assert (await town.post(path, {**CALL, "host_branch": NEXT})).status_code == 200


async def test_what_is_hidden_is_not_counted(town: ContactTown) -> None:
    """The version that a host is told changes with what it sees alone, wherever it is told; If-Match holds by it."""
    member = await hosted(town)
    path = f"/v1/duties/{town.duty(member)}"
    vain = {**CALL, "outcome": "NO_ANSWER"}

    async def versions() -> set[Any]:
        (row,) = await seen(town)
        one = await town.get(path, host(town))
        (task,) = (await town.get("/v1/tasks", host(town))).json()["items"]
        (today,) = (await town.get("/v1/today", host(town))).json()["host_to_tell"]["first"]
        etag = int(one.headers["etag"].strip('"'))
        return {row["version"], one.json()["version"], task["version"], today["version"], etag}

    assert await versions() == {1}
    before = (await town.get(f"{path}/history", host(town))).json()
    for _ in range(3):
        assert (await town.post(f"{path}/attempt", vain)).status_code == 200
    assert await versions() == {1}
    assert (await town.get(f"{path}/history", host(town))).json() == before
    assert (await town.row(member))["version"] == 4
    stale = await town.post(f"{path}/contact-host", CALL, {**host(town), "If-Match": '"4"'})
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")
    assert "1" in stale.json()["detail"]
    guarded = {**host(town), "If-Match": '"1"', "Idempotency-Key": town.world.id("key")}
    done = await town.post(f"{path}/contact-host", CALL, guarded)
    assert (done.status_code, done.json()["version"], done.headers["etag"]) == (200, 2, '"2"')
    again = await town.post(f"{path}/contact-host", CALL, guarded)
    assert (again.status_code, again.json()) == (200, done.json()), "a repeat is answered as the first time"
    (row,) = await seen(town)
    events = (await town.get(f"{path}/history", host(town))).json()["events"]
    assert (row["version"], [one["streamversion"] for one in events]) == (2, [1, 2])
    assert (await town.post(f"{path}/complete", CALL)).status_code == 200
    (row,) = await seen(town)
    assert (row["version"], row["contacted_on"]) == (3, "2026-02-10"), "that the member was reached is shared"
    assert [one["streamversion"] for one in (await town.get(f"{path}/history")).json()["events"]] == [1, 2, 3, 4, 5, 6]


async def test_if_match_holds_while_the_origin_tries(town: ContactTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the host does not see may come between its reading and its act; a change that it sees may not."""
    member = await hosted(town)
    path = f"/v1/duties/{town.duty(member)}"
    vain = {**CALL, "outcome": "NO_ANSWER"}
    act, between = Office.act, [1, 2, 3]

    async def slowly(*asked: Any) -> Any:
        if between and isinstance(asked[2], ContactHost):
            between.pop()
            assert (await town.post(f"{path}/attempt", vain)).status_code == 200
        return await act(*asked)

    monkeypatch.setattr(Office, "act", slowly)
    told = await town.post(f"{path}/contact-host", CALL, {**host(town), "If-Match": '"1"'})
    assert (told.status_code, told.json()["version"], between) == (200, 2, [])
    await agree(town, member)
    (row,) = await seen(town)
    old = {**host(town), "If-Match": f'"{row["version"] - 1}"'}
    assert (await town.post(f"{path}/complete", CALL, old)).status_code == 409
    new = {**host(town), "If-Match": f'"{row["version"]}"'}
    assert (await town.post(f"{path}/complete", CALL, new)).status_code == 200


@pytest.mark.parametrize("nominated", [False, True])
async def test_whether_there_is_a_relay_person_is_not_told(town: ContactTown, nominated: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """The same answer whether the member has one or not, at every door of a host and to what it reports (R6)."""
    member = await hosted(town)
    if nominated:
        await named(town, member)
    await agree(town, member)
    path, via = f"/v1/duties/{town.duty(member)}", {"channel": "VIA_RELAY_PERSON"}
    for verb, body in (("attempt", {**via, "outcome": "REACHED"}), ("complete", via), ("contact-host", via)):
        refused = await town.post(f"{path}/{verb}", body, host(town))
        assert (refused.status_code, refused.json()["code"]) == (422, "relay_person_of_origin")
    result = await town.town.report(FAR, "ContactCompleted", {"member_id": member, **via})
    assert [one.code for one in result.problems] == ["relay_person_of_origin"]


async def test_how_the_origin_settled_it_is_not_told(town: ContactTown) -> None:
    """Exempted, for whichever reason: the host is told that there is nothing more to record, and no state."""
    member = await hosted(town)
    path = f"/v1/duties/{town.duty(member)}"
    done = await town.post(f"{path}/exempt", {"reason": "CONFIDENTIAL_POST"}, town.officer)
    assert done.status_code == 200, done.text
    refused = await town.post(f"{path}/contact-host", CALL, host(town))
    assert (refused.status_code, refused.json()["code"]) == (409, "host_duty_over")
    assert "EXEMPTED" not in refused.text
