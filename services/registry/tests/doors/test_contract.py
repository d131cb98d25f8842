"""The doors of the registry keep what every service's doors keep (contract.md §5)."""

from __future__ import annotations

from services.registry.tests.office import Office

from guiyan.service.conformance import Doors, check_every_read_waits
from guiyan.service.testing import client, make_app, make_shell


async def test_every_read_takes_after_sequence(office: Office) -> None:
    """Lists, one, history, the past: a caller reads its own writes, or is told to come again."""
    city = office.city
    shell = make_shell(office.issuer, scopes=city.parts.directory, clock=city.clock, list_wait_seconds=0.05)
    app = make_app(shell, *city.composed.routers, gates=city.composed.gates)
    async with client(app) as http:
        await check_every_read_waits(Doors(app, http, office.headers()))
