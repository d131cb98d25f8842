"""Receipts: each reported event gets exactly one, on `receipt.<org_code>.<ingest id>`, whatever crashes in between.

A message of INGEST is named by its stream sequence; the receipt carries that number. Before a receipt is written the
last one on its subject is looked at, and the write is guarded by its sequence: the same message handled again finds
its own receipt, another message with the same event id finds the first one's and is told `duplicate`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import nats.errors
import nats.js.errors
from nats.aio.msg import Msg
from pydantic import Field

from guiyan.events.ingest import Problem as ReportProblem
from guiyan.events.ingest import Receipt, ReceiptOutcome, ReceivedEvent
from guiyan.service.bus import Bus
from guiyan.service.direct import get_many
from guiyan.service.ingest_event import AnyProblem, IngestResult
from guiyan.service.messages import Catalogue
from guiyan.service.resources import event_refs

STREAM: Final = "RECEIPTS"
SEQUENCE_HEADER: Final = "Guiyan-Ingest-Sequence"
WRONG_SEQUENCE: Final = (10071, 10164)
ATTEMPTS: Final = 5
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


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest receipt of an event, and its sequence in RECEIPTS (0: there is none)."""

    sequence: int = 0
    receipt: StoredReceipt | None = None

    def answers(self, ingest_sequence: int) -> bool:
        """Whether it is the receipt of this very message."""
        return self.receipt is not None and self.receipt.ingest_sequence == ingest_sequence

    @property
    def had_its_effect(self) -> bool:
        """Whether the event was accepted: it never has another effect then, whatever is sent under its id."""
        return self.receipt is not None and self.receipt.outcome is not ReceiptOutcome.REJECTED

    def repeat(self, ingest_sequence: int) -> StoredReceipt:
        """The receipt of another message of an event that had its effect."""
        assert self.receipt is not None  # noqa: S101 - programmer error
        again = {"outcome": ReceiptOutcome.DUPLICATE, "ingest_sequence": ingest_sequence}
        return self.receipt.model_copy(update=again)


class Receipts:
    """Writes and finds receipts."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def subject(self, org: str, ingest_id: str) -> str:
        """Where an event's receipts stand."""
        return self._bus.subject(f"receipt.{org}.{ingest_id}")

    async def last(self, org: str, ingest_id: str) -> Standing:
        """What has been told of an event so far. Raises what NATS raises."""
        try:
            found = await self._bus.jetstream.get_last_msg(self._bus.stream(STREAM), self.subject(org, ingest_id))
        except nats.js.errors.NotFoundError:
            return Standing()
        return Standing(found.seq or 0, StoredReceipt.model_validate_json(found.data or b"{}"))

    async def give(
        self, org: str, receipt: StoredReceipt, *, repeated: bool, standing: Standing | None = None
    ) -> StoredReceipt:
        """Write the receipt unless this message has one; gives the one that stands. Raises what NATS raises.

        `standing` is what was told before the event was handled, if that was looked up.
        """
        subject = self.subject(org, receipt.ingest_id)
        for _ in range(ATTEMPTS):
            known = standing or await self.last(org, receipt.ingest_id)
            standing = None
            if known.receipt is not None and known.answers(receipt.ingest_sequence):
                return known.receipt
            told = _in_view_of(known, receipt, repeated=repeated)
            try:
                await self._publish(subject, told, known.sequence)
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
        return (await get_many(self._bus, STREAM, question)).messages


def _in_view_of(known: Standing, receipt: StoredReceipt, *, repeated: bool) -> StoredReceipt:
    """The receipt as it is, unless the event had had its effect by another message: then a repeat of that one's.

    What was accepted and wrote something is told as it is.
    """
    if known.had_its_effect and (repeated or receipt.outcome is ReceiptOutcome.REJECTED):
        return known.repeat(receipt.ingest_sequence)
    return receipt


def as_json(receipt: StoredReceipt) -> dict[str, Any]:
    """A receipt as it stands on the wire."""
    return receipt.model_dump(mode="json")
