"""Receipts: the one answer each reported event gets (contract.md §4)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from guiyan.events.codes.base import Code
from guiyan.events.ingest.problems import Problem


class ReceiptOutcome(Code):
    """What became of a report."""

    ACCEPTED = "accepted", "已受理", "Accepted"
    DUPLICATE = "duplicate", "重复", "Duplicate"
    REJECTED = "rejected", "已退回", "Rejected"


class ReceivedEvent(BaseModel):
    """One event of the ledger that a report led to."""

    model_config = ConfigDict(frozen=True)

    id: Annotated[str, Field(description="The event's id.")]
    type: Annotated[str, Field(description="The event's type.")]
    sequence: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+$", description="Its position: <sequence>.<index>.")]


class Receipt(BaseModel):
    """The answer to one report: exactly one is kept per id, for 90 days."""

    model_config = ConfigDict(frozen=True)

    ingest_id: Annotated[str, Field(description="The id of the reported event.")]
    outcome: Annotated[ReceiptOutcome, Field(description="What became of it.")]
    events: Annotated[tuple[ReceivedEvent, ...], Field(description="What it led to in the ledger.")] = ()
    problems: Annotated[tuple[Problem, ...], Field(description="Why it was rejected.")] = ()
