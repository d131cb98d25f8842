"""Aid cases over HTTP: from the asking to the end, who may see hardship, wishes, reminders, the past, erasure."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from services.contact.tests.town import HOME, OTHER, TOWN, ContactTown

from guiyan.events.codes import ConsentPurpose
from guiyan.events.registry import BranchAssigned, ConsentGiven, ConsentWithdrawn, DekDestroyed
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.service.auth import Role
from guiyan.service.conformance import (
    Doors,
    check_a_key_is_one_request,
    check_a_version_guards,
    check_answer,
    check_problem,
)

AID = "/v1/aid-cases"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def raised(town: ContactTown, member_id: str, kind: str = "RELIEF", headers: Any = None, **more: str) -> str:
    """Ask for help; gives the case's id."""
    body = {"member_id": member_id, "kind": kind}
    made = await town.post(AID, body, headers or town.officer, **more)
    return str(check_answer(made, "AidRaised", made=True)["id"])


async def step(town: ContactTown, id_: str, verb: str, body: Any = None, headers: Any = None) -> dict[str, Any]:
    """One act on a case, by the township."""
    done = await town.post(f"{AID}/{id_}/{verb}", body or {}, headers or town.officer)
    assert done.status_code == 200, done.text
    return dict(done.json())


async def granted(town: ContactTown, member_id: str, amount_fen: int | None = None) -> str:
    """A case in which help was granted."""
    id_ = await raised(town, member_id)
    await step(town, id_, "assess", {"upheld": True})
    await step(town, id_, "approve", {"amount_fen": amount_fen, "document_no": "示例〔2026〕3号"})
    return id_


async def consents(town: ContactTown, member_id: str) -> str:
    """The member wishes that the family is looked after; gives the consent's id."""
    consent_id = town.world.id("consent", member_id)
    given = ConsentGiven(person_id=member_id, purpose=ConsentPurpose.FAMILY_CONTACT, text_version="2026-01")
    await town.world.happen(consent_id, given)
    return consent_id


async def shown(town: ContactTown, id_: str, headers: Any = None, **query: Any) -> dict[str, Any]:
    """A case as it is shown after everything has been applied."""
    await town.town.settle()
    found = await town.get(f"{AID}/{id_}", headers, **query)
    assert found.status_code == 200, found.text
    return dict(found.json())


async def types(town: ContactTown, id_: str) -> list[str]:
    """What happened to a case."""
    await town.town.settle()
    found = await town.get(f"{AID}/{id_}/history")
    return [event["type"] for event in found.json()["events"]]


async def test_from_the_asking_to_the_end(town: ContactTown) -> None:
    """Each step one event; the list tells amount, visits, document and outcome, the name masked (S-05, S-47)."""
    member_id = await town.member()
    id_ = await granted(town, member_id, 150_000)
    await step(town, id_, "visit")
    await step(town, id_, "close", {"outcome": "HELPED"})
    case = await shown(town, id_)
    told = ("name", "branch", "kind", "state", "amount_fen", "decided_by", "visits", "outcome", "open", "raised_by")
    assert [case[name] for name in told] == [
        *("李*", HOME, "RELIEF", "CLOSED", 150_000, TOWN, 1, "HELPED", False, "BRANCH")
    ]
    assert await types(town, id_) == ["AidRaised", "AidAssessed", "AidApproved", "AidVisited", "AidClosed"]
    wrong = await town.post(f"{AID}/{id_}/visit", {}, town.officer)
    check_problem(wrong, 409, "wrong_step")


async def test_the_list_is_a_sheet(town: ContactTown) -> None:
    """As CSV and XLSX, words for codes, in Chinese as an office prints it."""
    await granted(town, await town.member())
    await town.town.settle()
    sheet = await town.get(AID, {**town.city, "Accept": "text/csv", "Accept-Language": "zh-CN"})
    assert "困难救助" in sheet.text
    assert "已批准" in sheet.text
    assert (await town.get(AID, {**town.city, "Accept": BOOK})).content[:2] == b"PK"


async def test_hardship_is_seen_by_who_decides_and_by_the_member(town: ContactTown) -> None:
    """Contact persons, stations and auditors may ask, or not, but see no case; another township sees none."""
    member_id = await town.member()
    await town.member("other")
    station = town.town.bearer(Role.STATION_STAFF, org=TOWN, sub="station")
    own = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    cases = [
        await raised(town, member_id, headers=town.keeper),
        await raised(town, member_id, headers=station),
        await raised(town, member_id, headers=own),
    ]
    await town.town.settle()
    rows = (await town.get(AID)).json()["items"]
    assert sorted(row["raised_by"] for row in rows) == ["CONTACT_PERSON", "MEMBER", "STATION"]
    auditor = town.town.bearer(Role.AUDITOR, org=TOWN, sub="auditor")
    for who in (town.keeper, station, auditor):
        check_problem(await town.get(AID, who), 403, "forbidden")
        check_problem(await town.get(f"{AID}/{cases[0]}", who), 403, "forbidden")
    assert len((await town.get(AID, own)).json()["items"]) == 3
    both = town.town.bearer(Role.MEMBER, Role.BRANCH_CONTACT, org=HOME, sub=town.world.id("member", "other"))
    assert (await town.get(AID, both)).json()["items"] == []
    check_problem(await town.get(f"{AID}/{cases[0]}", both), 404, "not_found")
    stranger = town.town.bearer(Role.MEMBER, org=HOME, sub=town.world.id("member", "other"))
    assert (await town.get(AID, stranger)).json()["items"] == []
    elsewhere = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="elsewhere")
    assert (await town.get(AID, elsewhere)).json()["items"] == []
    check_problem(await town.get(f"{AID}/{cases[0]}", elsewhere), 404, "not_found")
    check_problem(await town.get(f"{AID}/{cases[0]}/history", elsewhere), 404, "not_found")
    check_problem(await town.post(f"{AID}/{cases[0]}/assess", {"upheld": True}, elsewhere), 404, "not_found")
    for who in (stranger, elsewhere):
        asked = await town.post(AID, {"member_id": member_id, "kind": "VISIT"}, who)
        assert check_problem(asked, 422, "invalid")["errors"][0]["pointer"] == "/member_id"


async def test_the_branch_proposes_and_the_level_above_grants(town: ContactTown) -> None:
    """The secretary assesses and visits; granting is the township's or the city's."""
    secretary = town.town.bearer(Role.BRANCH_SECRETARY, org=HOME, sub="secretary")
    id_ = await raised(town, await town.member(), headers=secretary)
    await step(town, id_, "assess", {"upheld": True}, secretary)
    check_problem(await town.post(f"{AID}/{id_}/approve", {}, secretary), 403, "forbidden")
    await step(town, id_, "approve")
    await step(town, id_, "visit", headers=secretary)
    assert (await shown(town, id_, secretary))["state"] == "VISITED"


async def test_a_family_is_visited_while_the_member_wishes_it(town: ContactTown) -> None:
    """S-50: refused without the consent and after its withdrawal; the asking names the consent it rests on."""
    member_id = await town.member()
    body = {"member_id": member_id, "kind": "FAMILY_VISIT"}
    refused = await town.post(AID, body, town.officer)
    assert check_problem(refused, 422, "family_contact_not_wished")["errors"][0]["pointer"] == "/kind"
    consent_id = await consents(town, member_id)
    id_ = await raised(town, member_id, "FAMILY_VISIT")
    await step(town, id_, "assess", {"upheld": True})
    await step(town, id_, "approve")
    await step(town, id_, "visit", {"family": True})
    history = (await town.get(f"{AID}/{id_}/history")).json()["events"]
    assert history[0]["data"]["consent_id"] == consent_id
    withdrawn = ConsentWithdrawn(person_id=member_id, purpose=ConsentPurpose.FAMILY_CONTACT)
    await town.world.happen(consent_id, withdrawn)
    again = await town.post(f"{AID}/{id_}/visit", {"family": True}, town.officer)
    check_problem(again, 422, "family_contact_not_wished")
    await step(town, id_, "visit")
    case = await shown(town, id_)
    assert (case["visits"], case["family_visits"]) == (2, 1)


async def test_a_wish_in_a_contact_is_an_aid_case(town: ContactTown) -> None:
    """§2.6: raised in the member's name; told again after a restart it is still one, other wishes are none here."""
    member_id = await town.away()
    path = f"/v1/duties/{town.duty(member_id)}/complete"
    await town.post(path, {"channel": "PHONE", "wishes": ["AID", "INQUIRY", "AID"]})
    await town.town.settle()
    (row,) = (await town.get(AID)).json()["items"]
    assert (row["member_id"], row["raised_by"], row["state"], row["org_code"]) == (member_id, "MEMBER", "RAISED", HOME)


async def test_visits_are_due_before_the_festival_and_the_first_of_july(town: ContactTown) -> None:
    """Thirty days before, each year, once an occasion, as long as the case is open; a visit in time needs none."""
    id_ = await granted(town, await town.member())
    await town.until(date(2026, 2, 12))
    case = await shown(town, id_)
    assert (case["occasion"], case["visit_due_on"]) == ("SPRING_FESTIVAL", "2026-02-16")
    await step(town, id_, "visit")
    assert (await shown(town, id_))["visit_due_on"] is None
    await town.until(date(2026, 5, 30))
    assert (await types(town, id_)).count("AidVisitDue") == 1
    await town.until(date(2026, 5, 31))
    assert (await shown(town, id_))["visit_due_on"] == "2026-06-30"
    due = (await town.get(AID, visit_due_on_to="2026-06-30")).json()["items"]
    assert [one["id"] for one in due] == [id_]
    await town.until(date(2027, 1, 5))
    await step(town, id_, "visit")
    await town.until(date(2027, 2, 20))
    assert (await types(town, id_)).count("AidVisitDue") == 3
    await town.until(date(2027, 6, 2))
    assert (await types(town, id_)).count("AidVisitDue") == 4
    await step(town, id_, "visit")
    await step(town, id_, "close", {"outcome": "HELPED"})
    await town.until(date(2029, 1, 1))
    assert (await types(town, id_)).count("AidVisitDue") == 4


async def test_a_visit_in_time_is_not_reminded_of(town: ContactTown) -> None:
    """Visited in the thirty days, before the clock came to the reminder of the same day."""
    id_ = await granted(town, await town.member())
    await town.until(date(2027, 1, 6))
    before = (await types(town, id_)).count("AidVisitDue")
    await step(town, id_, "visit")
    await town.until(date(2027, 2, 20))
    assert (await types(town, id_)).count("AidVisitDue") == before


async def test_the_past_of_a_case(town: ContactTown) -> None:
    """As it was on a business date, and as far as was known at a moment; not yet there is 404."""
    member_id = await town.member()
    id_ = await raised(town, member_id)
    before = town.world.clock.now().isoformat()
    await town.until(date(2026, 3, 1))
    await step(town, id_, "assess", {"upheld": True})
    assert (await shown(town, id_))["state"] == "ASSESSED"
    assert (await shown(town, id_, as_of="2026-02-28"))["state"] == "RAISED"
    assert (await shown(town, id_, known_at=before))["state"] == "RAISED"
    check_problem(await town.get(f"{AID}/{id_}", as_of="2026-01-01"), 404, "not_found")
    history = (await town.get(f"{AID}/{id_}/history", as_of="2026-02-28")).json()["events"]
    assert [one["type"] for one in history] == ["AidRaised"]


async def test_a_case_goes_with_its_member(town: ContactTown) -> None:
    """The branch of now sees it, the former branch no more; its acts likewise."""
    member_id = await town.member()
    id_ = await raised(town, member_id)
    await town.world.happen(member_id, BranchAssigned(member_id=member_id, branch="654002001002"))
    await town.town.settle()
    former = town.town.bearer(Role.BRANCH_SECRETARY, org=HOME, sub="former")
    now = town.town.bearer(Role.BRANCH_SECRETARY, org="654002001002", sub="now")
    check_problem(await town.get(f"{AID}/{id_}", former), 404, "not_found")
    check_problem(await town.post(f"{AID}/{id_}/assess", {"upheld": True}, former), 404, "not_found")
    await step(town, id_, "assess", {"upheld": True}, now)


async def test_an_erased_member_leaves_nothing(town: ContactTown) -> None:
    """The key is destroyed: no case, no line, no reminder is left, and nothing comes back (domain.md §5.3)."""
    member_id = await town.member()
    id_ = await granted(town, member_id)
    await town.town.settle()
    assert len((await town.get("/v1/care")).json()["items"]) == 1
    await town.world.happen(member_id, DekDestroyed(person_id=member_id, key_ids=("dk-1",)))
    await town.town.settle()
    for path in (AID, "/v1/care"):
        assert (await town.get(path)).json()["items"] == []
    check_problem(await town.get(f"{AID}/{id_}"), 404, "not_found")
    check_problem(await town.post(f"{AID}/{id_}/visit", {}, town.officer), 404, "not_found")
    await town.until(date(2027, 1, 1))
    assert (await town.get(AID)).json()["items"] == []


async def test_the_doors_of_aid_keep_the_contract(town: ContactTown) -> None:
    """A key is one request, a version guards."""
    member_id = await town.member()
    doors = Doors(town.town.app, town.town.http, town.officer)
    body = {"member_id": member_id, "kind": "RELIEF"}
    other = (AID, body | {"kind": "LEGAL"})
    await check_a_key_is_one_request(doors, AID, body, other, ledger=cast("MemoryLedger", town.world.ledger))
    id_ = await raised(town, member_id)
    await check_a_version_guards(doors, f"{AID}/{id_}/assess", {"upheld": True}, 1)
