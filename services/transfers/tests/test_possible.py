"""What can be done next with a transfer is told with it: what the decider would take, from the side that may (§2.3)."""

from __future__ import annotations

from typing import Any

from services.transfers.tests import test_certificates as certificates
from services.transfers.tests.test_paper import known_member
from services.transfers.tests.town import FAR, TransferTown


async def acts(town: TransferTown, id_: str, headers: Any = None) -> list[str]:
    """The verbs told, after everything is applied."""
    await town.town.settle()
    found: list[str] = (await town.get(f"/v1/transfers/{id_}", headers)).json()["acts"]
    return found


async def test_each_side_is_told_its_own_next_acts(town: TransferTown) -> None:
    """From the request to the archive: the first verb is the one that brings it on, and it is taken."""
    id_ = await town.requested(await known_member(town))
    path = [
        ("approve", town.secretary, None),
        ("issue", town.origin, None),
        ("print", town.origin, {"reason": "HANDING_OVER"}),
        ("hand-over", town.origin, None),
        ("receive", town.receiver, None),
        ("assign", town.receiver, {"to_branch": FAR}),
        ("receipt", town.receiver, None),
        ("archive", town.origin, None),
    ]
    for verb, who, body in path:
        told = await acts(town, id_, who)
        assert verb in told, (verb, told)
        done = await town.post(f"/v1/transfers/{id_}/{verb}", body, who)
        if verb != "print":
            assert done.status_code == 200, (verb, done.text)
    assert await acts(town, id_, town.origin) == []


async def test_what_is_the_other_sides_is_not_told(town: TransferTown) -> None:
    """The receiver cannot approve; the origin cannot receive; what would be refused as a whole is not offered."""
    id_ = await town.requested(await known_member(town))
    assert "approve" not in await acts(town, id_, town.receiver)
    assert "issue" not in await acts(town, id_, town.origin)
    assert (await town.post(f"/v1/transfers/{id_}/issue")).status_code == 409
    told = await acts(town, id_, town.secretary)
    assert told[0] == "approve"
    assert {"receive", "cancel", "resubmit", "report-lost"}.isdisjoint(told)
    assert "withdraw" in told


async def test_of_the_past_no_act_is_told(town: TransferTown) -> None:
    """What was can be done no more."""
    id_ = await town.requested(await known_member(town))
    await town.town.settle()
    assert "acts" not in (await town.get(f"/v1/transfers/{id_}", as_of="2026-03-10")).json()


async def test_a_certificate_tells_what_is_next_to_whom(town: TransferTown) -> None:
    """From the number to its end each office its own; what is told first is taken, and what has ended has none."""
    member_id = await known_member(town)
    await certificates.left(town, member_id)
    id_ = await certificates.asked(town, member_id)
    path = [
        ("number", town.city, None),
        ("seal", town.origin, None),
        ("issue", town.secretary, None),
        ("dispatch", town.secretary, {"how": "IN_PERSON"}),
        ("check", town.secretary, None),
    ]
    for verb, who, body in path:
        told = (await certificates.shown(town, id_, who))["acts"]
        assert told[0] == verb, (verb, told)
        await certificates.act(town, id_, verb, body, who)
    assert "seal" not in (await certificates.shown(town, id_, town.secretary))["acts"]
    told = (await certificates.shown(town, id_, town.secretary))["acts"]
    assert {"return", "report-lost"} <= set(told)
    await certificates.act(town, id_, "report-lost")
    assert (await certificates.shown(town, id_, town.secretary))["acts"] == ["replace"]
    assert (await certificates.shown(town, id_, town.origin))["acts"] == ["replace", "void"]
    await certificates.act(town, id_, "replace")
    assert (await certificates.shown(town, id_, town.origin))["acts"] == []
