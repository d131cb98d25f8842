"""What can be done next with a trip, a correction or a pair is told with it: what its decider takes, by who may."""

from __future__ import annotations

from services.registry.tests.city import BORN, FAR, HOME, id_number
from services.registry.tests.doors import test_probations as probations
from services.registry.tests.doors.test_corrections import BRANCH, TOWNSHIP, asked, member_of
from services.registry.tests.office import Office

from guiyan.service.conformance import check_answer


async def acts(office: Office, address: str, **who: str) -> list[str]:
    """The verbs told, after everything is applied."""
    await office.city.settle()
    await office.city.settle()
    found: list[str] = (await office.get(address, **who)).json()["acts"]
    return found


async def test_a_trip_tells_its_next_acts(office: Office) -> None:
    """To the origin and to the host each their own; the end of a trip is the end of its acts."""
    trip = (await office.away(await office.member(HOME)))["id"]
    at, host = f"/v1/departures/{trip}", {"role": "BRANCH_SECRETARY", "org": FAR}
    assert await acts(office, at) == ["change-destination", "return", "change-employer", "report-in", "close"]
    await office.post(f"{at}/report-in", {"host_branch": FAR})
    told = await acts(office, at, **host)
    assert told[:2] == ["accept", "decline"]
    assert {"return", "close"}.isdisjoint(told)
    check_answer(await office.post(f"{at}/accept", {}, **host), "HostAccepted")
    assert {"accept", "decline"}.isdisjoint(await acts(office, at, **host))
    await office.post(f"{at}/return", {})
    assert await acts(office, at) == []
    assert await acts(office, at, role="AUDITOR") == []


async def test_a_correction_is_answered_above_and_not_by_whoever_asked(office: Office) -> None:
    """Approve and reject for the level above; nothing for the branch, nothing once it is answered."""
    request = await asked(office, await member_of(office), education_code="21")
    at = f"/v1/corrections/{request}"
    assert await acts(office, at, **TOWNSHIP) == ["approve", "reject"]
    assert await acts(office, at, **BRANCH) == []
    await office.post(f"{at}/reject", {"reason": "NOT_PROVED"}, **TOWNSHIP)
    assert await acts(office, at, **TOWNSHIP) == []


async def test_a_pair_is_decided_then_linked_then_parted(office: Office) -> None:
    """Each state its own acts; who only looks has none."""
    for number in (1, 2):
        await office.member(HOME, number, id_no=id_number(number, BORN))
    await office.city.settle()
    await office.city.settle()
    (pair,) = (await office.get("/v1/duplicates")).json()["items"]
    at = f"/v1/duplicates/{pair['id']}"
    assert await acts(office, at) == ["confirm", "dismiss"]
    assert await acts(office, at, role="BRANCH_SECRETARY", org=HOME) == []
    await office.post(f"{at}/confirm", {})
    assert "link" in await acts(office, at)
    await office.post(f"{at}/link", {"leading_member_id": pair["member_id"]})
    assert await acts(office, at) == ["unlink"]


async def test_a_probation_is_led_on_step_by_step(office: Office) -> None:
    """Each step of the branch in its order, then the decision of who stands above; what is too early is not told."""
    _, at = await probations.a_probation(office)
    assert "apply" in await acts(office, at, **probations.SECRETARY)
    assert "vote" not in await acts(office, at, **probations.SECRETARY)
    await probations.steps(office, at)
    told = await acts(office, at, **probations.TOWNSHIP)
    assert told[0] == "convert"
    assert {"extend", "cancel"}.isdisjoint(told)
    assert {"convert", "apply", "review"}.isdisjoint(await acts(office, at, **probations.SECRETARY))
    check_answer(await office.post(f"{at}/convert", probations.PAPER, **probations.TOWNSHIP), "ProbationConverted")
    assert await acts(office, at, **probations.TOWNSHIP) == []
    _, late = await probations.a_probation(office, 2, joined_on="2026-05-01")
    assert "apply" not in await acts(office, late, **probations.SECRETARY)
