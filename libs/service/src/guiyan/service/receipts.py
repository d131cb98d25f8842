"""Receipts: each reported event gets exactly one, on `receipt.<org_code>.<ingest id>`, whatever crashes in between.

A message of INGEST is named by its stream sequence; the receipt carries that number. Before a receipt is written the
last one on its subject is looked at, and the write is guarded by its sequence: the same message handled again finds
its own receipt, another message with the same event id finds the first one's and is told `duplicate`.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import nats.errors
import nats.js.errors
from nats.aio.msg import Msg
from pydantic import Field

from guiyan.events.ingest import Problem as ReportProblem
from guiyan.events.ingest import Receipt, ReceiptOutcome, ReceivedEvent
from guiyan.service.bus import Bus
from guiyan.service.ingest_event import AnyProblem, IngestResult
from guiyan.service.messages import Catalogue
from guiyan.service.resources import event_refs

STREAM: Final = "RECEIPTS"
SEQUENCE_HEADER: Final = "Guiyan-Ingest-Sequence"
WRONG_SEQUENCE: Final = (10071, 10164)
ATTEMPTS: Final = 5
FIND_SECONDS: Final = 2.0
MAX_RECEIPTS_OF_ONE: Final = 100


class StoredReceipt(Receipt):
    """A receipt as it stands in the stream: with the number of the message it answers."""

    ingest_sequence: int = Field(default=0, description="Sequence of the message in INGEST, as its publisher was told")


def receipt_problems(problems: Sequence[AnyProblem], catalogue: Catalogue) -> tuple[ReportProblem, ...]:
    """Problems in both languages."""
    return tuple(
        one
        if isinstance(one, ReportProblem)
        else ReportProblem(
            pointer=one.pointer,
            code=one.code,
            message_en=catalogue.text(one.code, "en", one.params),
            message_zh=catalogue.text(one.code, "zh-CN", one.params),
        )
        for one in problems
    )


def make_receipt(ingest_id: str, ingest_sequence: int, result: IngestResult, catalogue: Catalogue) -> StoredReceipt:
    """The receipt of a result."""
    return StoredReceipt(
        ingest_id=ingest_id,
        outcome=ReceiptOutcome.ACCEPTED if result.kind == "accepted" else ReceiptOutcome.REJECTED,
        events=tuple(ReceivedEvent(**ref) for outcome in result.outcomes for ref in event_refs(outcome)),
        problems=receipt_problems(result.problems, catalogue),
        ingest_sequence=ingest_sequence,
    )


class Receipts:
    """Writes and finds receipts."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def subject(self, org: str, ingest_id: str) -> str:
        """Where an event's receipts stand."""
        return self._bus.subject(f"receipt.{org}.{ingest_id}")

    async def give(self, org: str, receipt: StoredReceipt, *, repeated: bool) -> StoredReceipt:
        """Write the receipt unless this message has one; gives the one that stands. Raises what NATS raises."""
        subject = self.subject(org, receipt.ingest_id)
        for _ in range(ATTEMPTS):
            last_sequence, last = await self._last(subject)
            if last is not None and last.ingest_sequence == receipt.ingest_sequence:
                return last
            told = _in_view_of(last, receipt, repeated=repeated)
            try:
                await self._publish(subject, told, last_sequence)
            except nats.js.errors.APIError as error:
                if error.err_code not in WRONG_SEQUENCE:
                    raise
            else:
                return told
        raise nats.errors.TimeoutError

    async def _publish(self, subject: str, receipt: StoredReceipt, expected: int) -> None:
        headers = {
            "Nats-Msg-Id": f"{subject}.{receipt.ingest_sequence}",
            "Nats-Expected-Last-Subject-Sequence": str(expected),
            SEQUENCE_HEADER: str(receipt.ingest_sequence),
            "content-type": "application/json",
        }
        await self._bus.jetstream.publish(subject, receipt.model_dump_json().encode(), headers=headers)

    async def _last(self, subject: str) -> tuple[int, StoredReceipt | None]:
        try:
            found = await self._bus.jetstream.get_last_msg(self._bus.stream(STREAM), subject)
        except nats.js.errors.NotFoundError:
            return 0, None
        return found.seq or 0, StoredReceipt.model_validate_json(found.data or b"{}")

    async def find(self, org: str, ingest_ids: Iterable[str]) -> dict[str, StoredReceipt]:
        """The newest receipt of each of these events, as far as they are there."""
        subjects = [self.subject(org, ingest_id) for ingest_id in dict.fromkeys(ingest_ids)]
        if not subjects:
            return {}
        found = [StoredReceipt.model_validate_json(one.data) for one in await self._newest(subjects)]
        return {one.ingest_id: one for one in found}

    async def find_of(self, org: str, ingest_id: str, ingest_sequence: int) -> StoredReceipt | None:
        """The receipt of one message of INGEST, also when the same event was sent again since."""
        question = {"seq": 1, "next_by_subj": self.subject(org, ingest_id), "batch": MAX_RECEIPTS_OF_ONE}
        found = [StoredReceipt.model_validate_json(one.data) for one in await self._get(question)]
        return next((one for one in found if one.ingest_sequence == ingest_sequence), None)

    async def _newest(self, subjects: list[str]) -> list[Msg]:
        """The last message of each subject."""
        return await self._get({"multi_last": subjects, "batch": len(subjects)})

    async def _get(self, question: Mapping[str, Any]) -> list[Msg]:
        """A batched direct get: many messages in one round trip."""
        client = self._bus.client
        inbox = client.new_inbox()
        subscription = await client.subscribe(inbox)
        request = json.dumps(question).encode()
        found: list[Msg] = []
        try:
            await client.publish(f"$JS.API.DIRECT.GET.{self._bus.stream(STREAM)}", request, reply=inbox)
            async with asyncio.timeout(FIND_SECONDS):
                async for message in subscription.messages:
                    if _is_status(message):
                        break
                    found.append(message)
        finally:
            await subscription.unsubscribe()
        return found


def _is_status(message: Msg) -> bool:
    """The end of a batch (204), or nothing found (404): a message with a status and no body."""
    return not message.data and bool((message.headers or {}).get("Status"))


def _in_view_of(last: StoredReceipt | None, receipt: StoredReceipt, *, repeated: bool) -> StoredReceipt:
    """`duplicate` when another message of the same event had been accepted before, else the receipt as it is."""
    first = last is None or last.outcome is ReceiptOutcome.REJECTED
    if receipt.outcome is ReceiptOutcome.ACCEPTED and repeated and not first:
        return receipt.model_copy(update={"outcome": ReceiptOutcome.DUPLICATE})
    return receipt


def as_json(receipt: StoredReceipt) -> dict[str, Any]:
    """A receipt as it stands on the wire."""
    return receipt.model_dump(mode="json")
