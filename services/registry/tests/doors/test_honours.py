"""Consents, commendations and the reserve list over HTTP (S-45 to S-48)."""

from __future__ import annotations

from services.registry.tests.city import FAR, HOME, NEXT, OTHER_TOWN, TOWN
from services.registry.tests.office import Office

from guiyan.service.conformance import Doors, check_a_version_guards, check_answer, check_problem

TOWNSHIP = {"role": "TOWNSHIP_OFFICER", "org": TOWN, "sub": "township"}
ELSEWHERE = {"role": "TOWNSHIP_OFFICER", "org": OTHER_TOWN, "sub": "other"}


async def consented(office: Office, member: str, purpose: str) -> str:
    """The member's own consent; gives its id."""
    body = {"member_id": member, "purpose": purpose, "text_version": "2026-01"}
    made = await office.post("/v1/consents", body, role="MEMBER", org=HOME, sub=member)
    return str(check_answer(made, "ConsentGiven", made=True)["id"])


async def test_a_commendation_from_proposal_to_publication(office: Office) -> None:
    """Proposed by the branch, checked and awarded above, published with consent; the list tells paper and place."""
    member = await office.member(HOME)
    await office.city.settle()
    body = {"member_id": member, "kind": "OUTSTANDING_MOBILE_MEMBER", "year": 2026}
    made = await office.post("/v1/commendations", body, role="BRANCH_SECRETARY", org=HOME)
    path = f"/v1/commendations/{check_answer(made, 'CommendationProposed', made=True)['id']}"
    checked = check_answer(await office.post(f"{path}/check", {"upheld": True}, **TOWNSHIP), "CommendationChecked")
    doors = Doors(office.app, office.http, office.headers())
    await check_a_version_guards(doors, f"{path}/notice", {}, checked["version"])
    paper = {"decision_no": "示组发〔2026〕7号", "decided_on": "2026-07-01", "decided_by": TOWN}
    check_problem(await office.post(f"{path}/award", {**paper, "decided_by": HOME}), 422, "for_an_organisation_above")
    check_answer(await office.post(f"{path}/award", paper, **TOWNSHIP), "CommendationAwarded")
    wrong = {"consent_id": await consented(office, member, "RESERVE_LIST"), "where": "notice_board"}
    check_problem(await office.post(f"{path}/publish", wrong), 422, "consent_of_another_kind")
    right = {**wrong, "consent_id": await consented(office, member, "PUBLISH_COMMENDATION")}
    check_answer(await office.post(f"{path}/publish", right), "CommendationPublished")
    await office.city.settle()
    (row,) = (await office.get("/v1/commendations?state=PUBLISHED&year=2026")).json()["items"]
    assert (row["name"], row["decision_no"], row["where"]) == ("李*", paper["decision_no"], "notice_board")
    assert (await office.get("/v1/commendations", **ELSEWHERE)).json()["items"] == []
    check_problem(await office.get(path, **ELSEWHERE), 404, "not_found")
    types = [one["type"] for one in (await office.get(f"/v1/members/{member}/history")).json()["events"]]
    assert types[-1] == "CommendationPublished"


async def test_the_reserve_list_is_left_when_the_consent_is_withdrawn(office: Office) -> None:
    """Named by a person with the member's consent; a withdrawal takes the member off by itself (PIPL Art. 15)."""
    member = await office.member(HOME)
    await office.city.settle()
    consent = await consented(office, member, "RESERVE_LIST")
    body = {"member_id": member, "consent_id": consent, "for_org": NEXT}
    check_problem(await office.post("/v1/reserves", {**body, "for_org": FAR}, **TOWNSHIP), 422, "outside_scope")
    check_answer(await office.post("/v1/reserves", body, **TOWNSHIP), "ReserveListed", made=True)
    await office.city.settle()
    (row,) = (await office.get("/v1/reserves?listed=true", **TOWNSHIP)).json()["items"]
    assert (row["named_by"], row["for_org"], row["id"]) == ("township", NEXT, member)
    me = {"role": "MEMBER", "org": HOME, "sub": member}
    check_answer(await office.post(f"/v1/consents/{consent}/withdraw", **me), "ConsentWithdrawn")
    await office.city.settle()
    await office.city.settle()
    shown = (await office.get(f"/v1/reserves/{member}", **me)).json()
    assert (shown["listed"], shown["consent_withdrawn"]) == (False, True)
    check_problem(await office.post("/v1/reserves", body, **TOWNSHIP), 422, "consent_withdrawn")


async def test_nobody_consents_for_somebody_else(office: Office) -> None:
    """A member for the own record only, not for a colleague's of the branch; an office for those of its scope."""
    member, other = await office.member(HOME, 1), await office.member(HOME, 2)
    await office.city.settle()
    body = {"member_id": other, "purpose": "RESERVE_LIST", "text_version": "2026-01"}
    check_problem(await office.post("/v1/consents", body, **ELSEWHERE), 404, "not_found")
    me = {"role": "MEMBER", "org": HOME, "sub": member}
    check_problem(await office.post("/v1/consents", body, **me), 404, "not_found")
    consent = await consented(office, other, "RESERVE_LIST")
    check_problem(await office.post(f"/v1/consents/{consent}/withdraw", **me), 404, "not_found")
    await office.city.settle()
    assert (await office.get("/v1/consents", **me)).json()["items"] == []
