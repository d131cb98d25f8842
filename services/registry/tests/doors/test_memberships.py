"""Decisions on a membership over HTTP: recorded, listed, taken back, and what they end (domain.md §2.11)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from services.registry.tests.city import CITY, FAR, HOME, NEXT, OTHER_TOWN, TOWN
from services.registry.tests.office import Office

from guiyan.service.conformance import Doors, check_a_version_guards, check_answer, check_problem

PAPER = {"decision_no": "示组发〔2026〕3号", "decided_by": TOWN}


def paper(on: str, **more: Any) -> dict[str, Any]:
    """What every decision tells."""
    return {**PAPER, "decided_on": on, **more}


async def a_member(office: Office, number: int = 1, **more: Any) -> str:
    """Somebody who joined long ago."""
    past = {"joined_on": "2001-06-01", "full_on": "2002-06-01", "occurred_on": "2026-01-01"}
    return await office.member(HOME, number, **past, **more)


async def test_suspended_then_removed_with_the_papers_in_the_ledger_of_memberships(office: Office) -> None:
    """Each decision names its document; the list tells from when removal is possible and until when one may ask."""
    member = await a_member(office)
    path = f"/v1/members/{member}"
    lost = paper("2024-03-01", ground="LOST_CONTACT", since="2023-01-01")
    check_answer(await office.post(f"{path}/suspend", lost), "MembershipSuspended")
    await office.city.settle()
    (row,) = (await office.get("/v1/memberships?membership_status=SUSPENDED&removal_from_to=2026-07-01")).json()[
        "items"
    ]
    assert (row["id"], row["decision_no"], row["ground"]) == (member, PAPER["decision_no"], "LOST_CONTACT")
    assert (row["reinstatement_until"], row["removal_from"], row["name"]) == ("2026-03-01", "2026-03-01", "李*")
    early = await office.post(f"{path}/remove", paper("2026-02-28", ground="ART24_LOST"))
    problem = check_problem(early, 422, "removal_too_early")
    assert problem["errors"][0]["pointer"] == "/decided_on"
    check_answer(await office.post(f"{path}/remove", paper("2026-03-02", ground="ART24_LOST")), "MembershipRemoved")
    await office.city.settle()
    assert (await office.get(f"{path}?as_of=2026-03-01")).json()["membership_status"] == "SUSPENDED"
    (row,) = (await office.get("/v1/memberships?membership_status=REMOVED")).json()["items"]
    assert (row["status_since"], row["removal_from"]) == ("2026-03-02", None)
    back = await office.post(f"{path}/reinstate", paper("2026-06-01", requested_on="2026-02-01"))
    check_problem(back, 409, "membership_ended")
    for accept in ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"):
        assert (await office.get("/v1/memberships", accept=accept)).headers["content-type"].startswith(accept)


async def test_a_death_recorded_on_the_wrong_person_is_taken_back(office: Office) -> None:
    """The history keeps both; today and every day since, the membership stands as if it had never been recorded."""
    member = await a_member(office)
    path = f"/v1/members/{member}"
    trip = (await office.away(member, occurred_on="2026-05-01"))["id"]
    done = check_answer(
        await office.post(f"{path}/end-membership", paper("2026-06-10", how="DECEASED")), "MembershipEnded"
    )
    await office.city.settle()  # the decision, and what the policy does about it
    await office.city.settle()
    assert (await office.get(f"/v1/departures/{trip}")).json()["state"] == "CLOSED"
    event_id = done["events"][0]["id"]
    wrong = await office.post(f"{path}/annul-decision", paper("2026-06-20", annulled_id=member, error="WRONG_PERSON"))
    check_problem(wrong, 422, "not_the_last_decision")
    right = paper("2026-06-20", annulled_id=event_id, error="WRONG_PERSON", decided_by=CITY)
    check_answer(await office.post(f"{path}/annul-decision", right), "MembershipDecisionAnnulled")
    await office.city.settle()
    for query in ("", "?as_of=2026-06-15"):
        shown = (await office.get(path + query)).json()
        assert (shown["membership_status"], shown["id"]) == ("NORMAL", member)
    await office.city.settle()
    going_on = (await office.get(f"/v1/departures/{trip}")).json()
    assert (going_on["state"], going_on["open"], going_on["ended_on"]) == ("AWAY", True, None)
    assert (await office.get(path)).json()["departure_id"] == trip
    types = [one["type"] for one in (await office.get(f"{path}/history")).json()["events"]]
    assert types[2:] == ["MembershipEnded", "DepartureClosed", "MembershipDecisionAnnulled", "DepartureReopened"]
    office.city.clock.set(datetime(2026, 10, 31, 16, 0, tzinfo=UTC))
    await office.city.due_loop.fire_due()
    await office.city.settle()
    recognised = (await office.get(f"/v1/departures/{trip}")).json()["recognised_on"]
    assert recognised == "2026-11-01", "the six months run on as if the trip had never been closed (R2)"


async def ended_in_a_branch_that_ends(office: Office, verb: str, **body: Any) -> tuple[str, str]:
    """Somebody deceased by error, whose branch ends after that; gives the member's path and the decision."""
    member = await a_member(office)
    path = f"/v1/members/{member}"
    done = await office.post(f"{path}/end-membership", paper("2026-06-10", how="DECEASED"))
    await office.city.settle()
    assert (await office.post(f"/v1/organisations/{HOME}/{verb}", body)).status_code == 200
    await office.city.settle()
    return path, check_answer(done, "MembershipEnded")["events"][0]["id"]


async def test_whose_end_is_taken_back_is_with_the_branch_that_took_over(office: Office) -> None:
    """§2.1: nobody is with an organisation that is no more; a merger while the membership had ended counts as well."""
    path, event_id = await ended_in_a_branch_that_ends(office, "merge", into=NEXT)
    right = paper("2026-06-20", annulled_id=event_id, error="WRONG_PERSON", decided_by=CITY)
    check_answer(await office.post(f"{path}/annul-decision", right), "MembershipDecisionAnnulled", "BranchAssigned")
    await office.city.settle()
    shown = (await office.get(path)).json()
    assert (shown["membership_status"], shown["branch"], shown["responsible"]) == ("NORMAL", NEXT, NEXT)


async def test_where_nothing_took_over_a_branch_is_named(office: Office) -> None:
    """§2.1: a dissolved branch without successor takes nobody back; whoever sets it right says which branch does."""
    path, event_id = await ended_in_a_branch_that_ends(office, "dissolve")
    right = paper("2026-06-20", annulled_id=event_id, error="WRONG_PERSON", decided_by=CITY)
    check_problem(await office.post(f"{path}/annul-decision", right), 422, "branch_has_ended")
    named = await office.post(f"{path}/annul-decision", {**right, "branch": FAR})
    check_answer(named, "MembershipDecisionAnnulled", "BranchAssigned")
    await office.city.settle()
    assert (await office.get(path)).json()["responsible"] == FAR


async def test_a_wrong_admission_is_taken_back_with_its_branch(office: Office) -> None:
    """§2.11: joined anew elsewhere, by error: the record stands where it stood, its old end with it."""
    member = await a_member(office)
    path = f"/v1/members/{member}"
    await office.post(f"{path}/end-membership", paper("2026-05-10", how="WITHDREW"))
    anew = paper("2026-06-10", joined_on="2026-06-10", branch=NEXT)
    joined = check_answer(await office.post(f"{path}/join-anew", anew), "MemberJoinedAnew", "BranchAssigned")
    await office.city.settle()
    body = paper("2026-06-20", annulled_id=joined["events"][0]["id"], error="WRONG_PERSON")
    done = await office.post(f"{path}/annul-decision", body)
    check_answer(done, "MembershipDecisionAnnulled", "BranchAssigned")
    await office.city.settle()
    shown = (await office.get(path)).json()
    assert (shown["membership_status"], shown["branch"]) == ("WITHDREW", HOME)


async def test_every_decision_has_its_door(office: Office) -> None:
    """Correction period, withdrawal, joining anew elsewhere: each answers with its event, the version guards."""
    doors = Doors(office.app, office.http, office.headers())
    path = f"/v1/members/{await a_member(office)}"
    period = check_answer(
        await office.post(f"{path}/set-correction-period", paper("2026-01-10", months=3)), "CorrectionPeriodSet"
    )
    await check_a_version_guards(
        doors, f"{path}/end-correction-period", paper("2026-04-10", corrected=True), period["version"]
    )
    check_answer(await office.post(f"{path}/end-membership", paper("2026-05-01", how="WITHDREW")), "MembershipEnded")
    anew = paper("2026-06-10", joined_on="2026-06-01")
    check_answer(await office.post(f"{path}/join-anew", anew), "MemberJoinedAnew")
    await office.city.settle()
    shown = (await office.get(path)).json()
    assert (shown["membership_status"], shown["person_category"]) == ("NORMAL", "PROBATIONARY")
    assert (shown["joined_on"], shown["full_on"]) == ("2026-06-01", None)


@pytest.mark.parametrize("missing", ["decision_no", "decided_on", "decided_by"])
async def test_no_decision_without_its_paper(office: Office, missing: str) -> None:
    """domain.md §8: document number, date and deciding organisation, or 422 and nothing written."""
    path = f"/v1/members/{await a_member(office)}"
    head = await office.city.ledger.head()
    body = {name: value for name, value in paper("2026-06-10", how="DECEASED").items() if name != missing}
    told = check_problem(await office.post(f"{path}/end-membership", body), 422, "invalid")
    assert told["errors"][0]["pointer"] == f"/{missing}"
    assert await office.city.ledger.head() == head


async def test_decisions_are_for_the_level_above(office: Office) -> None:
    """A branch secretary records none (403); another township finds nobody (404); the organisation is above (422)."""
    path = f"/v1/members/{await a_member(office)}/suspend"
    body = paper("2026-06-10", ground="SETTLED_ABROAD")
    await office.city.settle()
    secretary = await office.post(path, body, role="BRANCH_SECRETARY", org=HOME)
    assert secretary.status_code == 403
    check_problem(await office.post(path, body, role="TOWNSHIP_OFFICER", org=OTHER_TOWN), 404, "not_found")
    foreign = await office.post(path, {**body, "decided_by": OTHER_TOWN}, role="TOWNSHIP_OFFICER", org=TOWN)
    check_problem(foreign, 422, "not_the_deciding_organisation")
