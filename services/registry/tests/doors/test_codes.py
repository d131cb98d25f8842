"""Code tables over HTTP, and what an unknown county code comes to: a warning, never a refusal (domain.md §4.1)."""

from __future__ import annotations

from services.registry.tests.city import HOME, TOWN
from services.registry.tests.office import Office

from guiyan.service.conformance import Doors, check_a_key_is_one_request, check_a_version_guards, check_answer

COUNTY = {"table": "area", "code": "659012", "label_zh": "白杨市", "from_on": "2023-01-01"}
BRANCH = {
    "org_code": "654002001009", "name": "示例第九支部", "short_name": "第九", "kind": "BRANCH", "parent": TOWN,
    "area_code": "659012",
}  # fmt: skip


async def test_an_unknown_county_is_a_warning(office: Office) -> None:
    """Taken as told, and told; known to the published table, or to the city's own from its day on: no warning."""
    made = await office.post("/v1/organisations", BRANCH)
    assert made.status_code == 201
    assert [(one["pointer"], one["code"]) for one in made.json()["warnings"]] == [("/area_code", "area_unknown")]
    member = await office.member(HOME)
    trip = {"member_id": member, "reason": "BUSINESS", "occurred_on": "2026-06-01", "dest_area_code": "654002"}
    assert "warnings" not in (await office.post("/v1/departures", trip)).json()
    done = check_answer(await office.post("/v1/codes", COUNTY), "CodeListed", made=True)
    areas = office.city.tools.areas
    await areas.refresh(after_sequence=done["sequence"], wait_seconds=5)
    right = {"area_code": "659012", "address": "示例路1号"}
    assert "warnings" not in (await office.post(f"/v1/organisations/{HOME}/correct", right)).json()
    early = right | {"address": "示例路2号", "occurred_on": "2026-02-01"}
    check_answer(await office.post(f"/v1/codes/{done['id']}/retire", {"until": "2026-01-31"}), "CodeRetired")
    await areas.refresh(after_sequence=await office.city.ledger.head(), wait_seconds=5)
    told = (await office.post(f"/v1/organisations/{HOME}/correct", early)).json()["warnings"]
    assert [one["code"] for one in told] == ["area_not_valid"]


async def test_codes_are_listed_by_their_validity(office: Office) -> None:
    """Those of a day; the past as it was known; every event in order."""
    made = check_answer(await office.post("/v1/codes", COUNTY), "CodeListed", made=True)
    path = f"/v1/codes/{made['id']}"
    done = check_answer(await office.post(f"{path}/retire", {"until": "2025-12-31"}), "CodeRetired")
    after = f"after_sequence={done['sequence']}"
    for day, count in (("2022-12-31", 0), ("2023-01-01", 1), ("2025-12-31", 1), ("2026-01-01", 0)):
        found = (await office.get(f"/v1/codes?table=area&valid_on={day}&{after}")).json()["items"]
        assert len(found) == count, day
    assert (await office.get(path)).json()["until"] == "2025-12-31"
    assert (await office.get(f"{path}?known_at=2026-06-01T00:00:00Z")).status_code == 404
    history = (await office.get(f"{path}/history")).json()["events"]
    assert [one["type"] for one in history] == ["CodeListed", "CodeRetired"]


async def test_the_doors_of_codes_keep_the_contract(office: Office) -> None:
    """A key is one request, a version guards, only the city officer lists."""
    doors = Doors(office.app, office.http, office.headers())
    other = ("/v1/codes", COUNTY | {"label_zh": "另一"})
    await check_a_key_is_one_request(doors, "/v1/codes", COUNTY, other, ledger=office.city.ledger)
    made = (await office.post("/v1/codes", COUNTY | {"code": "659013"})).json()
    await check_a_version_guards(doors, f"/v1/codes/{made['id']}/retire", {"until": "2026-01-01"}, 1)
    assert (await office.post("/v1/codes", COUNTY, role="TOWNSHIP_OFFICER")).status_code == 403
