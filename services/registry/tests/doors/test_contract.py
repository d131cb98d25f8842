"""The doors of the registry keep what every service's doors keep (contract.md §5)."""

from __future__ import annotations

from typing import Any

from services.registry.tests.city import HOME, NEXT, OTHER_TOWN, id_number
from services.registry.tests.office import Office

from guiyan.service.conformance import (
    Doors,
    check_a_key_is_one_request,
    check_a_version_guards,
    check_answer,
    check_every_door_is_guarded,
    check_every_read_waits,
    check_no_nonsense_breaks,
    check_no_parameter_is_ignored,
    check_problem,
)
from guiyan.service.testing import client, make_app, make_shell

OWN = ("/v1/accounts/me", "/v1/sessions")
"""The doors of whoever signs in: they ask for a session, not for a role (`test_accounts`)."""

AUDITORS = ("/v1/accesses", "/v1/members/{member_id}/evidence")


def doors_of(office: Office, app: Any = None, http: Any = None) -> tuple[Doors, ...]:
    """The doors of the offices, those of the administrators of accounts, and the auditor's."""
    app, http = app or office.app, http or office.http
    admin, auditor = office.headers("SYS_ADMIN"), office.headers("AUDITOR")
    return (
        Doors(app, http, office.headers(), without=("/v1/accounts", *AUDITORS, *OWN)),
        Doors(app, http, admin, only=("/v1/accounts",), without=OWN),
        Doors(app, http, auditor, only=AUDITORS),
    )


async def test_every_read_takes_after_sequence(office: Office) -> None:
    """Lists, one, history, the past: a caller reads its own writes, or is told to come again."""
    city = office.city
    shell = make_shell(office.issuer, scopes=city.parts.directory, clock=city.clock, list_wait_seconds=0.05)
    app = make_app(shell, *city.composed.routers, gates=city.composed.gates, state=city.composed.state)
    async with client(app) as http:
        for doors in doors_of(office, app, http):
            await check_every_read_waits(doors)


async def test_no_parameter_is_ignored(office: Office) -> None:
    """What a door does not know is refused by name, in lists, reports, one record and its history alike."""
    for doors in doors_of(office):
        await check_no_parameter_is_ignored(doors)


async def test_a_key_is_one_request(office: Office) -> None:
    """Another person entered under a used key is told, not silently left out; nothing is left half written."""
    doors, ledger = Doors(office.app, office.http, office.headers()), office.city.ledger
    member = {"branch": HOME, "person_category": "FULL", "name": "李示例", "id_no": id_number(1)}
    others = [("/v1/members", member | change) for change in ({"id_no": id_number(2)}, {"branch": NEXT})]
    await check_a_key_is_one_request(doors, "/v1/members", member, *others, ledger=ledger)
    made = await office.post("/v1/members", member | {"id_no": id_number(2)})
    assert made.status_code == 201, "the number that was refused under the used key is free"


async def test_a_key_of_a_trip_is_one_request(office: Office) -> None:
    """Likewise for a trip and for each act of it."""
    doors, ledger = Doors(office.app, office.http, office.headers()), office.city.ledger
    trip = {"member_id": await office.member(HOME), "reason": "BUSINESS", "occurred_on": "2026-06-01"}
    await check_a_key_is_one_request(
        doors, "/v1/departures", trip, ("/v1/departures", trip | {"occurred_on": "2026-06-02"}), ledger=ledger
    )


async def test_the_doors_are_guarded_and_nothing_breaks_them(office: Office) -> None:
    """401, 404, 413, 415 at every address; nonsense of every kind is answered by a problem and writes nothing."""
    for doors in doors_of(office):
        await check_every_door_is_guarded(doors)
        await check_no_nonsense_breaks(doors, office.city.ledger)


async def test_commands_answer_in_one_shape_and_versions_guard(office: Office) -> None:
    """201 with Location for what was made, 200 for an act; If-Match holds against the version."""
    doors = Doors(office.app, office.http, office.headers())
    body = {"branch": HOME, "person_category": "FULL", "name": "李示例", "id_no": id_number(1)}
    made = check_answer(await office.post("/v1/members", body), "MemberRegistered", made=True)
    path = f"/v1/members/{made['id']}"
    done = check_answer(await office.post(f"{path}/correct", {"education_code": "21"}), "MemberDetailsCorrected")
    await check_a_version_guards(doors, f"{path}/correct", {"education_code": "31"}, done["version"])
    await office.city.settle()
    check_problem(await office.get(path, role="TOWNSHIP_OFFICER", org=OTHER_TOWN), 404, "not_found")
    other = await office.post(f"{path}/correct", {"education_code": "21"}, role="TOWNSHIP_OFFICER", org=OTHER_TOWN)
    check_problem(other, 404, "not_found")
