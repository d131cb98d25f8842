"""The ingest door over HTTP: up to 1,000 events in one request go the same way as over NATS, and come back as receipts.

Nothing is judged here: every item, readable or not, becomes a message of INGEST and gets its receipt from the service
that owns its type. The answer waits for the receipts for a few seconds; what is still pending can be asked for later.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import nats.errors
import pydantic_core
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from guiyan.events import is_id
from guiyan.service.auth import Role
from guiyan.service.bus import Bus
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.ingest import STREAM, subject_of
from guiyan.service.ingest_event import MAX_EVENT_BYTES, id_of_unnamed
from guiyan.service.ingest_waiting import Waiting
from guiyan.service.problems import (
    RETRY_AFTER_SECONDS,
    FieldProblem,
    Invalid,
    NotFound,
    Problem,
    Unavailable,
)
from guiyan.service.receipts import Receipts, as_json

MAX_EVENTS: Final = 1_000
PUBLISH_AT_ONCE: Final = 64
WAIT_SECONDS: Final = 5.0
FIRST_LOOK_SECONDS: Final = 0.02
LONGEST_LOOK_SECONDS: Final = 0.5
_NDJSON_TYPES: Final = frozenset({"application/x-ndjson", "application/ndjson"})
PENDING: Final = "pending"
ROLES: Final = (Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a request: its bytes as they go into INGEST, and what could be read of type and id."""

    body: bytes
    type: object = None
    event_id: str | None = None


def split(body: bytes, media_type: str) -> list[Item]:
    """The items of a body: a JSON array, one JSON object, or NDJSON; raises Problem 400, 413 or Invalid."""
    items = list(_lines(body)) if media_type in _NDJSON_TYPES else list(_elements(body))
    if not items:
        raise Invalid([FieldProblem("", "too_short", {"min_length": 1})])
    return items


def _lines(body: bytes) -> Iterator[Item]:
    """Each line that is not blank; a line that is no JSON goes its way as it is, and is rejected with a receipt."""
    count = 0
    for line in body.split(b"\n"):
        if line.strip():
            count += 1
            _check_count(count)
            try:
                yield _item(pydantic_core.from_json(line, allow_inf_nan=False), line.strip())
            except ValueError:
                yield Item(line.strip()[: MAX_EVENT_BYTES + 1])


def _elements(body: bytes) -> Iterator[Item]:
    try:
        found = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError:
        raise Problem(400, "malformed") from None
    elements = found if isinstance(found, list) else [found]
    _check_count(len(elements))
    for element in elements:
        yield _item(element, json.dumps(element, ensure_ascii=False, separators=(",", ":")).encode())


def _check_count(count: int) -> None:
    if count > MAX_EVENTS:
        raise Problem(413, "too_many_events", params={"limit": MAX_EVENTS})


def _item(found: Any, body: bytes) -> Item:
    # one byte too many is enough for it to be rejected as too large; the server takes no megabytes
    body = body[: MAX_EVENT_BYTES + 1]
    if not isinstance(found, Mapping):
        return Item(body)
    event_id = found.get("id")
    return Item(body, found.get("type"), event_id if isinstance(event_id, str) and is_id(event_id) else None)


class Courier:
    """Publishes items to INGEST and looks for their receipts."""

    def __init__(self, bus: Bus, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self._bus = bus
        self._receipts = Receipts(bus)
        self._waiting = Waiting(bus, STREAM)
        self._wait_seconds = wait_seconds

    async def send(self, org: str, items: Sequence[Item], request_id: str) -> list[tuple[str, int]]:
        """Publish in order; gives (ingest id, ingest sequence) of each. Raises Unavailable when NATS is away.

        The message id is made of the request's id, so that a repeat under the same Idempotency-Key is one message, and
        of its digest, so that nothing else sent under that key is taken for a repeat.
        """
        stream = self._bus.stream(STREAM)
        sent: list[tuple[str, int]] = []
        jetstream = self._bus.jetstream
        try:
            for start in range(0, len(items), PUBLISH_AT_ONCE):
                chunk = items[start : start + PUBLISH_AT_ONCE]
                acks = await asyncio.gather(
                    *(
                        jetstream.publish(
                            self._bus.subject(subject_of(org, item.type)),
                            item.body,
                            stream=stream,
                            headers={"Nats-Msg-Id": f"{request_id}.{place}", "content-type": "application/json"},
                        )
                        for place, item in enumerate(chunk, start)
                    )
                )
                sent.extend(
                    (item.event_id or id_of_unnamed(org, ack.seq), ack.seq)
                    for item, ack in zip(chunk, acks, strict=True)
                )
        except (nats.errors.Error, TimeoutError):
            raise Unavailable("outcome_unknown") from None
        return sent

    async def collect(self, org: str, sent: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
        """A receipt for each message, or `{"ingest_id", "outcome": "pending"}` for those that took too long."""
        found: dict[int, dict[str, Any]] = {}
        deadline = time.monotonic() + self._wait_seconds
        pause = FIRST_LOOK_SECONDS
        missing = list(sent)
        while missing:
            found |= await self._look(org, missing)
            missing = [one for one in missing if one[1] not in found]
            if time.monotonic() > deadline:
                break
            if missing:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_LOOK_SECONDS)
        return [found.get(sequence, pending(ingest_id, sequence)) for ingest_id, sequence in sent]

    async def _look(self, org: str, missing: Sequence[tuple[str, int]]) -> dict[int, dict[str, Any]]:
        """Receipts by ingest sequence, as far as they are there; an id may stand several times in one request."""
        found: dict[int, dict[str, Any]] = {}
        newest = await self._receipts.find(org, (ingest_id for ingest_id, _ in missing))
        for ingest_id, sequence in missing:
            last = newest.get(ingest_id)
            if last is None or last.ingest_sequence < sequence:
                continue
            own = last if last.ingest_sequence == sequence else await self._receipts.find_of(org, ingest_id, sequence)
            if own is not None:
                found[sequence] = as_json(own)
        return found

    async def find(self, org: str, ingest_id: str) -> dict[str, Any] | None:
        """The newest receipt of one event, or that it is pending; None for what nobody reported.

        Raises Unavailable when so much waits that it cannot be told.
        """
        receipt = await self._find_receipt(org, ingest_id)
        if receipt is None:
            sequence = await self._waiting.find(org, ingest_id)
            if sequence is not None:
                return pending(ingest_id, sequence)
            receipt = await self._find_receipt(org, ingest_id)  # handled while it was looked for
        return receipt

    async def _find_receipt(self, org: str, ingest_id: str) -> dict[str, Any] | None:
        found = await self._receipts.find(org, [ingest_id])
        return as_json(found[ingest_id]) if ingest_id in found else None


def pending(ingest_id: str, ingest_sequence: int) -> dict[str, Any]:
    """What stands in for a receipt until there is one: the event was accepted into INGEST and is not handled yet."""
    return {"ingest_id": ingest_id, "outcome": PENDING, "ingest_sequence": ingest_sequence}


def ingest_router(courier: Courier) -> APIRouter:
    """`POST /v1/ingest/{org_code}` and `GET /v1/ingest/{org_code}/{ingest_id}`."""
    router = APIRouter(tags=["ingest"])
    array = {"type": "array", "items": {"type": "object"}, "maxItems": MAX_EVENTS}
    body = {
        "required": True,
        "content": {"application/json": {"schema": array}, "application/x-ndjson": {"schema": {}}},
    }

    @router.post("/v1/ingest/{org_code}", summary="Report events", openapi_extra={"requestBody": body})
    async def report_events(
        request: Request, org_code: str, commander: Annotated[Commander, commands(*ROLES)]
    ) -> JSONResponse:
        """Up to 1,000 CloudEvents as a JSON array or NDJSON; a receipt for each, in the order they were sent.

        200 when every receipt is there, 202 when some are still pending: ask for those one by one.
        """
        commander.scope.check(org_code)
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        request_id = f"{commander.context.command_id}{commander.context.request_digest or ''}"
        sent = await courier.send(org_code, split(await request.body(), media_type), request_id)
        receipts = await courier.collect(org_code, sent)
        waiting = sum(receipt["outcome"] == PENDING for receipt in receipts)
        return JSONResponse({"receipts": receipts, "pending": waiting}, 202 if waiting else 200)

    @router.get("/v1/ingest/{org_code}/{ingest_id}", summary="Receipt of one event")
    async def receipt(org_code: str, ingest_id: str, caller: Annotated[Caller, requires(*ROLES)]) -> JSONResponse:
        """The newest receipt of one reported event, kept for 90 days.

        202 with `outcome: pending` and Retry-After while the event is not handled yet; 404 for what nobody reported.
        """
        caller.scope.check(org_code)
        found = await courier.find(org_code, ingest_id) if is_id(ingest_id) else None
        if found is None:
            raise NotFound
        if found["outcome"] == PENDING:
            return JSONResponse(found, 202, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
        return JSONResponse(found)

    return router
