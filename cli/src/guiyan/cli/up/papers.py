"""Six activity certificates by post in the sample city, as the seed article counts them (S-16)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import httpx

from guiyan.cli.sample.processes import Command
from guiyan.cli.up.processes import Doors

CERTIFICATES: Final = 6
REASONS: Final = frozenset({"MIGRANT_WORK", "BUSINESS"})
STEPS: Final = ("number", "seal", "issue")


def holders(departures: Iterable[dict[str, Any]]) -> list[str]:
    """Whose place changes, away for work or business: the six whose trips' ids come first."""
    able = [one for one in departures if one["dest_certainty"] == "CHANGING" and one["reason"] in REASONS]
    return [str(one["member_id"]) for one in sorted(able, key=lambda one: str(one["id"]))[:CERTIFICATES]]


async def tell_certificates(client: httpx.AsyncClient, members: Iterable[str]) -> int:
    """Asked for, numbered, sealed, issued and posted, at transfers' doors; gives how many. A repeat changes nothing."""
    doors, count = Doors(client), 0
    for place, member_id in enumerate(members, 1):  # one after the other: the numbers follow the order
        asked = await doors.post(Command("/v1/certificates", {"member_id": member_id}, f"sample-paper-{member_id}"))
        path = f"/v1/certificates/{asked['id']}"
        posted = {"how": "POST", "tracking_no": f"XA{place:011d}"}
        for verb, body in (*((verb, dict[str, Any]()) for verb in STEPS), ("dispatch", posted)):
            await doors.post(Command(f"{path}/{verb}", body, f"sample-paper-{verb}-{member_id}"))
        count += 1
    return count
