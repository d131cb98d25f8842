"""Evidence on a record: read from the ledger anew, whole, and the same as the pages show (§5.2 no. 8.1.4.3, no. 22)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from services.registry.tests.city import HOME, OTHER_TOWN, id_number
from services.registry.tests.elsewhere import Elsewhere
from services.registry.tests.office import Office

from guiyan.events.contact import ContactCompleted
from guiyan.ledger import Subject
from guiyan.registry.evidence import authentic, complete
from guiyan.registry.projections.members import MEMBERS
from guiyan.service.conformance import check_problem


async def a_life(office: Office) -> str:
    """A member who left, paid, was contacted and came back."""
    member = await office.member(HOME, mobile="13912345678", occurred_on="2026-05-01")
    left = await office.away(member, dest_area_code="440306")
    await office.post(f"/v1/members/{member}/pay-dues", {"months": ["2026-05"], "occurred_on": "2026-06-10"})
    await Elsewhere(office.city).tell(
        ContactCompleted, "2026-06-20", member_id=member, quarter="2026-Q2", channel="PHONE", branch=HOME
    )
    await office.post(f"/v1/departures/{left['id']}/return", {"occurred_on": "2026-06-25"})
    await office.city.settle()
    return member


async def evidence(office: Office, member: str, query: str = "") -> dict[str, Any]:
    """As the auditor asks for it."""
    answer = await office.get(f"/v1/members/{member}/evidence{query}", role="AUDITOR")
    assert answer.status_code == 200, answer.text
    assert id_number(1) not in answer.text
    assert "李示例" not in answer.text
    return dict(answer.json())


async def test_a_record_is_proved_from_the_ledger(office: Office) -> None:
    """Every event of every stream, all checks right, and digests that anybody can make again from the file."""
    member = await a_life(office)
    told = await evidence(office, member)
    assert [(one["name"], one["ok"], one["faults"]) for one in told["checks"]] == [
        ("authentic", True, []),
        ("complete", True, []),
        ("same", True, []),
    ]
    history = (await office.get(f"/v1/members/{member}/history", role="AUDITOR")).json()["events"]
    assert [one["id"] for one in told["events"]] == [one["id"] for one in history]
    assert told["counted"] == len(history) > 4
    digests = []
    for one in told["events"]:
        event = {name: value for name, value in one.items() if name not in {"sequence", "counted", "sha256"}}
        text = json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digests.append(hashlib.sha256(text.encode()).hexdigest())
        assert one["sha256"] == digests[-1]
    assert told["digest"] == hashlib.sha256("".join(digests).encode()).hexdigest()


async def test_a_past_counts_what_was_then(office: Office) -> None:
    """By the business date; all events stay in the file, and the digest is the same."""
    member = await a_life(office)
    now, then = await evidence(office, member), await evidence(office, member, "?as_of=2026-06-05")
    assert then["digest"] == now["digest"]
    counted = [one["type"] for one in then["events"] if one["counted"]]
    assert "MemberLeft" in counted
    assert "DuesPaid" not in counted
    assert then["counted"] == len(counted) < now["counted"]


async def test_a_page_that_says_otherwise_is_found(office: Office) -> None:
    """A document that somebody changed in the database, past the ledger: the field is named, its value is not."""
    member = await a_life(office)
    database = office.city.database
    name = next(
        one for one in await database.collection_names() if one.startswith("register") and one.endswith(f"__{MEMBERS}")
    )
    await database.collection(name).update_one({"_id": member}, {"$set": {"education_code": "99"}})
    (same,) = [one for one in (await evidence(office, member))["checks"] if one["name"] == "same"]
    assert (same["ok"], same["faults"]) == (False, ["education_code"])


async def test_what_is_missing_or_was_set_aside_is_found(office: Office) -> None:
    """A stream that lost a commit has a hole; one that ends with a message without a right MAC says so."""
    member = await a_life(office)
    whole = await office.city.ledger.read(Subject("registry", "member", member))
    rows = (await office.get(f"/v1/departures?member_id={member}")).json()["items"]
    trip = await office.city.ledger.read(Subject("registry", "departure", rows[0]["id"]))
    assert complete([whole])["ok"]
    assert authentic([whole])["ok"]
    holed = replace(trip, commits=trip.commits[1:])
    assert complete([whole, holed]) == {"name": "complete", "ok": False, "faults": [str(trip.subject)]}
    followed = replace(whole, last_sequence=whole.last_sequence + 1)
    assert authentic([followed]) == {"name": "authentic", "ok": False, "faults": [str(whole.subject)]}


async def test_who_may_prove(office: Office) -> None:
    """The auditor of the scope; nobody else, and nothing outside."""
    member = await a_life(office)
    for role in ("CITY_OFFICER", "MEMBER", "SYS_ADMIN", "AUDIT_ADMIN"):
        answer = await office.get(f"/v1/members/{member}/evidence", role=role, sub=member)
        check_problem(answer, 403, "forbidden")
    check_problem(await office.get(f"/v1/members/{member}/evidence", role="AUDITOR", org=OTHER_TOWN), 404, "not_found")
