"""The auditor's part of a record: what was checked and what it means in plain words, who looked, the file (no. 22)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from services.console.tests.http.stage import Services, sign_in
from services.console.tests.http.test_ledgers_fit import told as fit

MEMBER = {"id": "m-1", "member_id": "m-1", "name": "张*", "registered_on": "2026-01-05"}
EVENT = {
    "id": "e1", "type": "MemberRegistered", "subject": "member/m-1", "time": "2026-01-05T02:00:00Z", "data": {},
    "occurredon": "2026-01-05", "actor": "officer-1", "sequence": "7.0", "counted": True, "sha256": "ab" * 32,
}  # fmt: skip


def told(**off: list[str]) -> dict[str, Any]:
    """Evidence as registry tells it; `off` names the checks that fail, with their faults."""
    checks = [
        {"name": name, "ok": name not in off, "faults": off.get(name, [])} for name in ("authentic", "complete", "same")
    ]
    later = {**EVENT, "id": "e2", "type": "MemberLeft", "occurredon": "2026-03-01", "counted": False}
    return {"id": "m-1", "checks": checks, "events": [EVENT, later], "counted": 1, "digest": "cd" * 32, "sequence": 9}


@pytest.fixture
async def auditor(browser: httpx.AsyncClient, services: Services) -> httpx.AsyncClient:
    """A browser in which the auditor is signed in."""
    lists = {path: {"get": fit("registry", path)} for path in ("/v1/members", "/v1/accesses")}
    services.tell("registry", "/openapi.json", {"paths": lists})
    services.tell("registry", "/v1/organisations", {"items": []})
    services.tell("registry", "/v1/members/m-1", MEMBER)
    look = {
        "at": "2026-02-01T02:00:00Z",
        "actor": "officer-7",
        "act": "REVEALED",
        "fields": ["id_no"],
        "reason": "AUDIT",
    }
    services.tell("registry", "/v1/accesses", {"items": [look], "next_cursor": None, "sequence": 9})
    await sign_in(browser, "AUDITOR")
    return browser


async def test_a_record_is_proved_in_plain_words(auditor: httpx.AsyncClient, services: Services) -> None:
    """All right: each check with its meaning, the digest, the file, who looked in words; only what counted then."""
    services.tell("registry", "/v1/members/m-1/evidence", told())
    text = (await auditor.get("/members/m-1/proof?as_of=2026-02-01")).text
    assert services.last("/v1/members/m-1/evidence").url.params["as_of"] == "2026-02-01"
    assert "全部通过" in text
    assert text.count("tone-good") == 4
    assert "cd" * 32 in text
    assert 'href="/members/m-1/evidence.json?as_of=2026-02-01"' in text
    assert "officer-7" in text
    assert "公民身份证号" in text
    assert text.count('<time datetime="2026') == 1


async def test_what_is_wrong_is_told_with_what_to_do(auditor: httpx.AsyncClient, services: Services) -> None:
    """The check that fails says so, names where, and what to do; the others stay right."""
    services.tell("registry", "/v1/members/m-1/evidence", told(same=["education_code"]))
    text = (await auditor.get("/members/m-1/proof")).text
    assert "全部通过" not in text
    assert "请通知运维人员重建" in text
    assert "<code>education_code</code>" in text
    assert text.count(">通过<") == 2


async def test_the_file_is_registrys_own(auditor: httpx.AsyncClient, services: Services) -> None:
    """Byte by byte as the service made it, on the page's time axes, under the record's id."""
    services.tell("registry", "/v1/members/m-1/evidence", told())
    answer = await auditor.get("/members/m-1/evidence.json?known_at=2026-02-01")
    assert answer.json() == told()
    assert answer.headers["content-disposition"] == 'attachment; filename="evidence-m-1.json"'
    assert services.last("/v1/members/m-1/evidence").url.params["known_at"] == "2026-02-01T23:59:59+08:00"


async def test_who_looked_at_a_record_is_not_told_as_the_auditors_own(auditor: httpx.AsyncClient) -> None:
    """It is the member's information that was looked at."""
    text = (await auditor.get("/members/m-1/looks")).text
    assert "officer-7" in text
    assert "谁看过我的信息" not in text


async def test_only_the_auditor_has_the_part(officer: httpx.AsyncClient, services: Services) -> None:
    """An officer has no such part, nor a way to it."""
    services.tell("registry", "/openapi.json", {"paths": {"/v1/members": {"get": fit("registry", "/v1/members")}}})
    services.tell("registry", "/v1/members/m-1", MEMBER)
    assert (await officer.get("/members/m-1/proof")).status_code == 404
