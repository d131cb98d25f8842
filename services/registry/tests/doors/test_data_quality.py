"""Data quality: rule by branch, and every figure opens the rows it counts (domain.md §6 no. 21, S-10, §3.6)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from services.registry.tests.city import FAR, HOME, NEXT, OTHER_TOWN, TOWN
from services.registry.tests.office import Office

from guiyan.registry.domain.quality import RULES
from guiyan.service.conformance import check_answer, check_problem

TOWNSHIP = {"role": "TOWNSHIP_OFFICER", "org": TOWN, "sub": "township"}


async def people(office: Office, number: int, seed: int) -> None:
    """Members with gaps here and there, some of them away."""
    chance = random.Random(seed)
    for one in range(1, number + 1):
        more: dict[str, Any] = {}
        if chance.random() < 0.5:
            more["mobile"] = f"1380000{one:04d}"
        if chance.random() < 0.6:
            more |= {"joined_on": "2010-07-01"}
        if chance.random() < 0.6:
            more["education_code"] = "21"
        if chance.random() < 0.3:
            more["person_category"] = "PROBATIONARY"
        member = await office.member(chance.choice([HOME, NEXT, FAR]), one, **more)
        if chance.random() < 0.5:
            await office.city.settle()
            certainty = chance.choice(["UNKNOWN", "FIXED"])
            area = {"dest_area_code": "650102"} if chance.random() < 0.5 else {}
            await office.away(member, dest_certainty=certainty, **area)
    await office.city.settle()


async def test_every_figure_opens_the_rows_it_counts(office: Office) -> None:
    """On random data: count = number of rows behind the link, for who may see them; the city sees every branch."""
    await people(office, 25, 7)
    rows = (await office.get("/v1/data-quality?limit=500")).json()["items"]
    assert {row["rule"] for row in rows} >= {"incomplete", "no_mobile", "no_joined_on", "away_uncertain"}
    assert {row["branch"] for row in rows} == {HOME, NEXT, FAR}
    for row in rows:
        found = (await office.get(f"{row['link']}&limit=500")).json()["items"]
        assert (row["rule"], len(found)) == (row["rule"], row["count"])
        assert row["count"] > 0
    mine = (await office.get("/v1/data-quality?limit=500", **TOWNSHIP)).json()["items"]
    assert mine == [row for row in rows if row["branch"] != FAR]
    under = (await office.get(f"/v1/data-quality?under={OTHER_TOWN}&limit=500")).json()["items"]
    assert under == [row for row in rows if row["branch"] == FAR]
    assert (await office.get(f"/v1/data-quality?under={OTHER_TOWN}", **TOWNSHIP)).json()["items"] == []


async def test_areas_that_no_table_has_hosts_and_contact_persons(office: Office) -> None:
    """§4.1, P-04, S-11: an unknown area was let in with a warning, and here is what the warnings were about."""
    area = {"dest_certainty": "FIXED", "dest_area_code": "650102"}
    await office.away(await office.member(HOME, 1), **area)
    await office.away(await office.member(HOME, 2), **area | {"dest_area_code": "999999"})
    await office.city.settle()
    rows = {
        (row["rule"], row["branch"]): row for row in (await office.get("/v1/data-quality?limit=500")).json()["items"]
    }
    assert rows["away_in_unknown_area", HOME]["count"] == 1
    (trip,) = (await office.get(rows["away_in_unknown_area", HOME]["link"])).json()["items"]
    assert trip["dest_area_code"] == "999999"
    assert rows["away_without_host", HOME]["count"] == 2
    assert {branch for rule, branch in rows if rule == "no_contact_person"} == {HOME, NEXT, FAR}
    (branch,) = (await office.get(rows["no_contact_person", NEXT]["link"])).json()["items"]
    assert branch["org_code"] == NEXT
    county = {
        "table": "area",
        "code": "999999",
        "label_zh": "新设区",
        "label_en": "New county",
        "from_on": "2026-01-01",
    }
    listed = check_answer(await office.post("/v1/codes", county), "CodeListed", made=True)
    await office.city.tools.areas.refresh(after_sequence=listed["sequence"], wait_seconds=5)
    left = (await office.get("/v1/data-quality?rule=away_in_unknown_area")).json()["items"]
    assert left == [], "the city's own table has it now"


async def test_a_rule_is_of_its_list(office: Office) -> None:
    """A list answers its own rules alone, and says which they are (contract §5)."""
    check_problem(await office.get("/v1/members?rule=away_uncertain"), 422, "invalid")
    check_problem(await office.get("/v1/departures?rule=no_mobile"), 422, "invalid")
    for rule in RULES.values():
        if not rule.asked:
            assert (await office.get(f"/v1/{rule.list}?rule={rule.id}")).status_code == 200


async def test_how_complete_and_fresh_a_branch_is(office: Office) -> None:
    """S-10: complete with every core field; fresh when changed within a year, counted on the day of reading."""
    full = {"mobile": "13800000001", "joined_on": "2010-07-01", "education_code": "21"}
    for number in range(1, 4):
        await office.member(HOME, number, **({} if number == 1 else full | {"mobile": f"1380000000{number}"}))
    await office.city.settle()
    (row,) = (await office.get("/v1/data-quality/branches")).json()["items"]
    told = {name: row[name] for name in ("branch", "of", "complete", "complete_percent", "fresh_percent")}
    assert told == {"branch": HOME, "of": 3, "complete": 2, "complete_percent": 66, "fresh_percent": 100}
    assert len((await office.get(row["link"])).json()["items"]) == 1
    office.city.clock.set(datetime(2026, 7, 1, 2, tzinfo=UTC) + timedelta(days=367))
    (row,) = (await office.get("/v1/data-quality/branches")).json()["items"]
    assert (row["fresh"], row["fresh_percent"]) == (0, 0)


async def test_a_rules_figure_opens_the_rows_of_the_whole_scope(office: Office) -> None:
    """Rule by rule, those that find nothing too: each figure is the sum over the branches, and opens just its rows."""
    await people(office, 20, 11)
    for who in ({}, TOWNSHIP):
        rules = (await office.get("/v1/data-quality/rules?limit=500", **who)).json()["items"]
        assert {row["rule"] for row in rules} == set(RULES)
        assert [row["count"] for row in rules] == sorted((row["count"] for row in rules), reverse=True)
        by_branch = (await office.get("/v1/data-quality?limit=500", **who)).json()["items"]
        for row in rules:
            parts = [one["count"] for one in by_branch if one["rule"] == row["rule"]]
            found = (await office.get(f"{row['link']}&limit=500", **who)).json()["items"]
            assert (row["rule"], len(found), len(parts)) == (row["rule"], row["count"], row["branches"])
            assert row["count"] == sum(parts)


async def test_the_lists_tell_their_rules_in_words(office: Office) -> None:
    """So that a page which asks by rule can say what for; figures tell which field holds the address they open."""
    document = (await office.get("/openapi.json")).json()
    for path, rule in (("/v1/members", "no_mobile"), ("/v1/departures", "away_uncertain")):
        asked = {one["name"]: one["schema"] for one in document["paths"][path]["get"]["parameters"]}
        assert asked["rule"]["x-labels"][rule] == [RULES[rule].zh, RULES[rule].en]
    listed = document["paths"]["/v1/data-quality/rules"]["get"]["responses"]["200"]["content"]["application/json"]
    columns = listed["schema"]["properties"]["items"]["items"]["properties"]
    assert (columns["count"]["x-link"], "x-link" in columns["rule"]) == ("link", False)
