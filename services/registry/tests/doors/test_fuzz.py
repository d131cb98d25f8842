"""Whatever is sent to any door: no 500, no traceback, no value told back, nothing half written (schemathesis)."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.registry.tests.city import CITY, FAR, HOME
from services.registry.tests.office import Office

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.sampled_from(
    [
        "x",
        "",
        "\x00",
        "\ud800",
        "0",
        "654002001001",
        "019b76da-a800-7000-8000-000000000001",
        "../..",
        "a" * 300,
        "*",
        ">",
    ]
)
KNOWN = {
    "org_code": "654002001077", "name": "示例", "short_name": "示", "kind": "BRANCH", "parent": "654002001000",
    "area_code": "654002", "branch": HOME, "person_category": "FULL", "id_no": "690101198005010010", "member_id": "x",
    "reason": "MIGRANT_WORK", "host_branch": FAR, "months": ["2026-06"], "occurred_on": "2026-06-01",
    "fields": ["name"],
    "person": {"name": "张示例"}, "planned_on": "2026-06-03", "mobile": "13912345678", "joined_on": "2010-06-01",
}  # fmt: skip
BODIES = st.dictionaries(st.sampled_from(sorted(KNOWN)), st.none(), max_size=12).flatmap(
    lambda names: st.fixed_dictionaries({name: st.just(KNOWN[name]) | JSON for name in names})
)


def paths(office: Office) -> list[tuple[str, str]]:
    """Every address of the registry, with its method."""
    found = office.app.openapi()["paths"]
    return [
        (method, path)
        for path, methods in sorted(found.items())
        for method in methods
        if path.startswith(("/v1/organisations", "/v1/members", "/v1/departures", "/v1/imports"))
    ]


async def test_no_door_breaks(office: Office) -> None:
    """Bodies of every kind at every address, as every role that may write there, with odd ids in the path."""
    member = await office.member(HOME)
    trip = (await office.away(member))["id"]
    await office.city.settle()
    doors = paths(office)
    assert len(doors) > 25
    sent: list[tuple[str, str, Any]] = []

    @settings(max_examples=400, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(doors), WORDS | st.sampled_from([member, trip, HOME, CITY]), BODIES | JSON)
    def collect(door: tuple[str, str], id_: str, body: Any) -> None:
        method, path = door
        address = path
        for name in ("org_code", "member_id", "departure_id", "import_id"):
            address = address.replace("{" + name + "}", id_ or "-")
        sent.append((method, address, body))

    collect()
    for method, address, body in sent:
        await send(office, method, address, body)


async def send(office: Office, method: str, address: str, body: Any) -> None:
    """Send one request and look at the answer."""
    headers = {**office.headers(), "Content-Type": "application/json"}
    content = json.dumps(body).encode() if method == "post" else b""
    url = office.http.build_request("GET", "/").url.copy_with(raw_path=_quoted(address))
    answer = await office.http.request(method.upper(), url, content=content, headers=headers)
    assert answer.status_code < 500 or answer.status_code == 503, (method, address, body, answer.text)
    assert "Traceback" not in answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


def _quoted(address: str) -> bytes:
    from urllib.parse import quote  # noqa: PLC0415 - only this test needs it

    return quote(address.encode("utf-8", "surrogatepass"), safe="/").encode()
