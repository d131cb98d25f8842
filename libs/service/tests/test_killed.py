"""Killed at any moment: every report is in the ledger once and has one receipt, whatever SIGKILL interrupted."""

import asyncio
import json
import os
import random
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nats.aio.client import Client

from guiyan.events import decode_batch, new_id
from guiyan.service.testing import Issuer, until

SERVICE = Path(__file__).parent / "sample_service.py"
ORGANISATIONS = ("110000000001", "110000000002")
REPORTS = 150
KILLS = 4
ISSUER = Issuer()


def report(number: int) -> bytes:
    """One of many reports."""
    event_id = new_id(datetime.now(UTC))
    body = {
        "specversion": "1.0",
        "id": event_id,
        "type": "MemberReturned" if number % 10 else "Coronation",
        "source": "township-system",
        "occurredon": "2026-03-01",
        "data": {"member_id": event_id},
    }
    return json.dumps(body).encode()


@pytest.mark.faults
@pytest.mark.timeout(180)
async def test_killed_at_random_moments_nothing_is_lost_or_doubled(
    service_environment: Callable[[str], dict[str, str]], admin: Client, prefix: str, tmp_path: Path
) -> None:
    """A hundred and fifty reports, four SIGKILLs: as many receipts, none doubled, each effect once."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - a failing run is repeated by it
    dice = random.Random(seed)
    environment = service_environment("registry") | {
        "GUIYAN_JWKS": str(ISSUER.write_jwks(tmp_path / "jwks.json")),
        "GUIYAN_PORT": "0",
        "PATH": os.environ["PATH"],
    }
    jetstream = admin.jetstream()
    sent: list[dict[str, object]] = []
    for number in range(REPORTS):
        body = report(number)
        sent.append(json.loads(body))
        type_ = sent[-1]["type"]
        await jetstream.publish(f"{prefix}ingest.{dice.choice(ORGANISATIONS)}.{type_}", body)

    async def run() -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, str(SERVICE), env=environment, stdout=DEVNULL, stderr=DEVNULL
        )

    async def receipts() -> int:
        return (await jetstream.stream_info(f"{prefix}RECEIPTS")).state.messages

    process = await run()
    for _ in range(KILLS):
        before = await receipts()

        async def moved(before: int = before) -> bool:
            return await receipts() > before or before == REPORTS

        await until(moved, seconds=30)
        await asyncio.sleep(dice.random() * 0.1)  # the random moment itself, not a wait for something
        process.kill()
        await process.wait()
        process = await run()
    try:

        async def all_told() -> bool:
            return await receipts() >= REPORTS

        await until(all_told, seconds=60)
    finally:
        process.terminate()
        await process.wait()
    stream = f"{prefix}RECEIPTS"
    found = [json.loads((await jetstream.get_msg(stream, n)).data or b"") for n in range(1, await receipts() + 1)]
    assert Counter(one["ingest_id"] for one in found) == Counter(one["id"] for one in sent)
    expected = {one["id"]: "rejected" if one["type"] == "Coronation" else "accepted" for one in sent}
    assert {one["ingest_id"]: one["outcome"] for one in found} == expected
    last = (await jetstream.stream_info(f"{prefix}LEDGER")).state.last_seq
    commits = [await jetstream.get_msg(f"{prefix}LEDGER", n) for n in range(1, last + 1)]
    causes = Counter(event.causationid for commit in commits for event in decode_batch(commit.data or b""))
    assert causes == Counter(id_ for id_, outcome in expected.items() if outcome == "accepted")
