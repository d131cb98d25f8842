"""The registry on real servers: its doors, what townships report, a roster, a transfer from elsewhere, a restart."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
from nats.aio.client import Client
from services.registry.tests.city import CITY, FAR, HOME, PARENTS, TOWN, id_number
from services.registry.tests.imports.test_imports import a_row, roster

from guiyan.cli.keys import KeyFolder
from guiyan.events import Event, encode_data, new_id
from guiyan.events.transfers.transfer import RelationTransferred
from guiyan.ledger import Commit, Subject, business_date
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsLedger
from guiyan.registry.app import BLUEPRINT
from guiyan.registry.settings import RegistrySettings
from guiyan.service.auth import Role
from guiyan.service.service import Service, running
from guiyan.service.testing import Issuer, client, until

ISSUER = Issuer()
Environment = dict[str, str]
Opened = tuple[Service[Any], httpx.AsyncClient]


@pytest.fixture
def environment(service_environment: Callable[[str], Environment], tmp_path: Path) -> Environment:
    """The registry's variables, with tokens of this test's issuer."""
    return service_environment("registry") | {"GUIYAN_JWKS": str(ISSUER.write_jwks(tmp_path / "jwks.json"))}


@contextlib.asynccontextmanager
async def opened(environment: Environment) -> AsyncIterator[Opened]:
    """The service at work, and a city officer's client."""
    settings = RegistrySettings.load(environment)
    async with running(BLUEPRINT, settings) as service, client(service.app) as http:
        http.headers.update(ISSUER.bearer(Role.CITY_OFFICER, Role.TOWNSHIP_OFFICER, org=CITY))
        http.timeout = httpx.Timeout(60)
        yield service, http


async def organise(http: httpx.AsyncClient) -> int:
    """Enter the organisations; gives the last sequence."""
    sequence = 0
    for code, parent in PARENTS.items():
        kind = "BRANCH" if code[-3:] != "000" else "COMMITTEE"
        body = {"org_code": code, "name": f"示例{code}", "short_name": code, "kind": kind, "area_code": "654002"}
        made = await http.post("/v1/organisations", json=body | ({"parent": parent} if parent else {}))
        assert made.status_code == 201, made.text
        sequence = made.json()["sequence"]
    await http.get(f"/v1/organisations?after_sequence={sequence}")
    return sequence


def report(type_: str, occurred_on: str, **data: Any) -> dict[str, Any]:
    """What a township's system sends."""
    return {
        "specversion": "1.0", "id": new_id(datetime.now(UTC)), "type": type_, "source": f"township/{TOWN}",
        "time": "2026-07-01T04:00:00Z", "occurredon": occurred_on, "data": data,
    }  # fmt: skip


async def send(http: httpx.AsyncClient, *events: dict[str, Any], org: str = TOWN) -> list[dict[str, Any]]:
    """Report events; gives the receipts, asking again for those that take long."""
    answer = await http.post(f"/v1/ingest/{org}", json=list(events))
    assert answer.status_code in {200, 202}, answer.text
    receipts: list[dict[str, Any]] = answer.json()["receipts"]

    async def complete() -> bool:
        for place, one in enumerate(receipts):
            if one["outcome"] == "pending":
                found = await http.get(f"/v1/ingest/{org}/{one['ingest_id']}")
                if found.status_code == 200:
                    receipts[place] = found.json()
        return all(one["outcome"] != "pending" for one in receipts)

    await until(complete, seconds=60)
    return receipts


async def import_(http: httpx.AsyncClient, file: bytes) -> dict[str, Any]:
    """Import a roster, to its end."""
    started = await http.post("/v1/imports", content=file, headers={"Content-Type": "application/octet-stream"})
    assert started.status_code == 202, started.text
    shown: dict[str, Any] = {}

    async def ended() -> bool:
        nonlocal shown
        shown = (await http.get(started.headers["Location"])).json()
        return bool(shown["state"] != "running")

    await until(ended, seconds=100)
    return shown


async def only(http: httpx.AsyncClient, path: str, sequence: object) -> dict[str, Any]:
    """The one row of a list."""
    (row,) = (await http.get(f"{path}{'&' if '?' in path else '?'}after_sequence={sequence}")).json()["items"]
    return dict(row)


async def test_a_members_year_by_township_reports(environment: Environment) -> None:
    """Registered, announced, left, moved on, reported in, dues paid, home again: each report one receipt and effect."""
    async with opened(environment) as (_, http):
        await organise(http)
        number = id_number(21)
        year = [
            report("MemberRegistered", "2026-01-05", branch=HOME, person_category="FULL", name="李示例", id_no=number),
            report("DepartureAnnounced", "2026-01-06", id_no=number, reason="MIGRANT_WORK", planned_on="2026-01-10"),
            report("MemberLeft", "2026-01-10", id_no=number, reason="MIGRANT_WORK", dest_area_code="440306"),
            report("DestinationChanged", "2026-02-01", id_no=number, dest_area_code="310115", dest_certainty="FIXED"),
            report("HostReportedIn", "2026-02-03", id_no=number, host_branch=FAR),
            report("DuesPaid", "2026-02-05", id_no=number, months=["2026-01", "2026-02"]),
            report("MemberReturned", "2026-03-01", id_no=number, certificate_handed_in=False),
        ]
        receipts = await send(http, *year)
        assert [one["outcome"] for one in receipts] == ["accepted"] * 7, receipts
        types = [one["events"][0]["type"] for one in receipts]
        assert types == [one["type"] for one in year]
        again = await send(http, *year)
        assert [one["outcome"] for one in again] == ["duplicate"] * 7
        sequence = receipts[-1]["events"][0]["sequence"].partition(".")[0]
        trip = await only(http, "/v1/departures", sequence)
        assert (trip["state"], trip["dest_area_code"], trip["dues_paid_to"]) == ("RETURNED", "310115", "2026-02")


BY_THE_CLOCK = {"SweepPlanned", "SweepOpened"}
"""What the calendar writes by itself as soon as there is a city."""


async def since(ledger: NatsLedger, sequence: int) -> list[Event]:
    """The events that stand in the ledger after a sequence."""
    head, found = await ledger.head(), list[Event]()
    if head > sequence:
        async for commits in ledger.follow(sequence):
            found += [event for commit in commits for event in commit.events]
            if commits[-1].sequence >= head:
                break
    return found


async def test_a_bad_report_is_rejected_with_its_reason(environment: Environment) -> None:
    """Unknown type, unknown member, another township's member, wrong state: rejected, nothing in the ledger."""
    async with opened(environment) as (service, http):
        head = await organise(http)
        made = await http.post(
            "/v1/members", json={"branch": FAR, "person_category": "FULL", "name": "李示例", "id_no": id_number(22)}
        )
        head = made.json()["sequence"]
        receipts = await send(
            http,
            report("MemberPromoted", "2026-01-05", id_no=id_number(22)),
            report("MemberLeft", "2026-01-05", member_id=made.json()["id"], reason="BUSINESS"),
            report(
                "MemberRegistered", "2026-01-05", branch=FAR, person_category="FULL", name="李", id_no=id_number(23)
            ),
            report(
                "MemberRegistered", "2026-01-05", branch=HOME, person_category="FULL", name="李", id_no=id_number(22)
            ),
        )
        assert [(one["outcome"], one["problems"][0]["code"]) for one in receipts] == [
            ("rejected", "unknown_type"),
            ("rejected", "member_not_found"),
            ("rejected", "outside_scope"),
            ("rejected", "id_no_taken"),
        ]
        assert receipts[2]["problems"][0]["pointer"] == "/data/branch"
        metrics = (await http.get("/metrics")).text
        assert 'status="500"' not in metrics
        ledger = NatsLedger(
            service.bus.client, KeyRing.load(service.settings.mac_keys_file), prefix=service.settings.stream_prefix
        )
        written = [event.type for event in await since(ledger, head)]
        assert set(written) <= BY_THE_CLOCK, written


async def test_a_transfer_written_elsewhere_moves_the_member(
    environment: Environment, keys: KeyFolder, servers: Any
) -> None:
    """RelationTransferred by the transfers service: the branch follows, the trip ends, each exactly once."""
    async with opened(environment) as (_, http):
        await organise(http)
        number = id_number(24)
        body = {"branch": HOME, "person_category": "FULL", "name": "李示例", "id_no": number}
        member = (await http.post("/v1/members", json=body)).json()["id"]
        left = {"member_id": member, "reason": "BUSINESS", "occurred_on": "2026-06-01"}
        await http.post("/v1/departures", json=left)
        transfers: Client = await nats.connect(
            servers.nats_url, nkeys_seed=str(keys.nkey_seed_file("transfers")), inbox_prefix=b"_INBOX_transfers"
        )
        ring = KeyRing.load(keys.mac_keys_file("transfers"))
        ledger = NatsLedger(transfers, ring, prefix=environment["GUIYAN_STREAM_PREFIX"])
        transfer_id = new_id(datetime.now(UTC))
        await ledger.append(
            Commit(Subject("transfers", "transfer", transfer_id), "cmd-1", 0, (_moved(member, transfer_id),))
        )
        await transfers.close()

        async def moved() -> bool:
            shown = (await http.get(f"/v1/members/{member}")).json()
            return bool(shown.get("branch") == FAR and shown["departure_id"] is None)

        await until(moved, seconds=60)
        trip = await only(http, f"/v1/departures?member_id={member}", 0)
        assert (trip["state"], trip["open"]) == ("TRANSFERRED", False)
        types = [one["type"] for one in (await http.get(f"/v1/members/{member}/history")).json()["events"]]
        assert types[:3] == ["MemberRegistered", "MemberLeft", "RelationTransferred"]
        assert sorted(types[3:]) == ["BranchAssigned", "DepartureClosed"]


def _moved(member: str, transfer_id: str) -> Event:
    payload = RelationTransferred(member_id=member, from_branch=HOME, to_branch=FAR, transferred_on=date(2026, 6, 20))
    return Event(
        id=new_id(datetime.now(UTC)), source="guiyan/transfers", type="RelationTransferred",
        subject=f"transfer/{transfer_id}", time=datetime.now(UTC), dataschema=payload.dataschema(),
        data=encode_data(payload), occurredon=date(2026, 6, 20), actor="officer", actororg=CITY, causationid="c",
        correlationid="c", streamversion=1,
    )  # fmt: skip


async def test_a_roster_on_real_servers_and_after_a_restart(environment: Environment) -> None:
    """2,500 rows in atomic batches; after a restart the same file writes nothing, and nobody is entered twice."""
    file = roster(
        *(a_row(number, id_no=id_number(number % 1000, date(1960 + number // 1000, 1, 1))) for number in range(2500))
    )
    async with opened(environment) as (_, http):
        await organise(http)
        first = await import_(http, file)
        assert (first["state"], first["accepted"], first["faulty"]) == ("done", 2500, 0), first["problems"][:3]
        page = (await http.get(f"/v1/members?limit=500&after_sequence={first['sequence']}")).json()
        assert len(page["items"]) == 500
    async with opened(environment) as (_, http):
        again = await import_(http, file)
        assert (again["accepted"], again["repeated"]) == (0, 2500)
        taken = {"branch": HOME, "person_category": "FULL", "name": "李示例", "id_no": id_number(5, date(1960, 1, 1))}
        assert (await http.post("/v1/members", json=taken)).status_code == 409


async def test_the_asyncapi_and_openapi_documents_are_whole(environment: Environment) -> None:
    """Both documents are served, name every door and every event type that the registry writes."""
    async with opened(environment) as (_, http):
        openapi = (await http.get("/openapi.json")).json()
        assert {"/v1/members", "/v1/departures", "/v1/organisations", "/v1/imports", "/v1/ingest/{org_code}"} <= set(
            openapi["paths"]
        )
        asyncapi = (await http.get("/asyncapi")).json()
        assert "MemberLeft" in asyncapi["channels"]["ledger_departure"]["messages"]


async def test_a_sweep_on_real_servers(environment: Environment) -> None:
    """The calendar begins by itself, a sheet opens by the clock, a finding and its trip are one batch of the ledger."""
    async with opened(environment) as (_, http):
        await organise(http)
        member = await enter(http)
        today = business_date(datetime.now(UTC)).isoformat()
        planned = await http.post("/v1/sweeps", json={"root_org": TOWN, "opens_on": today, "closes_on": today})
        assert planned.status_code == 201, planned.text
        sheet = f"/v1/sweeps/{planned.json()['id']}/sheets/{HOME}"

        async def is_open() -> bool:
            return (await http.get(sheet)).status_code == 200

        await until(is_open)
        body = {"finding": "FOUND_OUT", "member_id": member, "leaving": {"reason": "MIGRANT_WORK"}}
        done = await http.post(f"{sheet}/check", json=body, headers={"Idempotency-Key": "once"})
        assert done.status_code == 200, done.text
        again = await http.post(f"{sheet}/check", json=body, headers={"Idempotency-Key": "once"})
        assert again.json() == done.json()
        after = done.json()["sequence"]
        shown = (await http.get(f"{sheet}?after_sequence={after}")).json()
        trips = (await http.get(f"/v1/departures?member_id={member}&after_sequence={after}")).json()["items"]
        assert (shown["expected"], shown["checked"], shown["found_out"]) == (1, 1, 1)
        assert [one["source"] for one in trips] == ["SWEEP"]

        async def calendar() -> bool:
            found = (await http.get("/v1/sweeps")).json()["items"]
            return any(one["kind"] != "AD_HOC" and one["root_org"] == CITY for one in found)

        await until(calendar)


async def enter(http: httpx.AsyncClient) -> str:
    """A member of the branch HOME; gives the id, when the register shows it."""
    body = {"branch": HOME, "person_category": "FULL", "name": "李示例", "id_no": id_number(1)}
    made = await http.post("/v1/members", json=body)
    assert made.status_code == 201, made.text
    await http.get(f"/v1/members?after_sequence={made.json()['sequence']}")
    return str(made.json()["id"])
