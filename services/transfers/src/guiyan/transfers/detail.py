"""One transfer in full (domain.md §6 no. 5): what it waits for, by whom and until when; and its time line."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from guiyan.events.codes import TransferChannel, TransferState
from guiyan.ledger import Document, History
from guiyan.service.listing import SUFFIXES, Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import TimeAxes, jsonable, position
from guiyan.service.rows import Rows
from guiyan.service.tables import Column
from guiyan.transfers.domain import steps
from guiyan.transfers.domain.parameters import ParametersOn
from guiyan.transfers.domain.rules import needs_letter
from guiyan.transfers.domain.state import WITH_LETTER
from guiyan.transfers.projections.rows import IN
from guiyan.transfers.words import Words, told

TitleOf = Callable[[str], str | None]
HANDING_OVER: Final[Words] = ("转递介绍信", "Handing over")
ACCEPTANCE: Final[Words] = ("转入党委受理", "Acceptance")
RECEIPT: Final[Words] = ("寄回回执", "Receipt")

LINE: Final = "timeline"
SHEET: Final = Listing(
    "transfer", LINE, "组织关系转接明细", "One transfer",
    (
        Column("_id", "标识", "Id", 38),
        Column("occurred_on", "业务日期", "Occurred on", 12),
        Column("what", "事项", "What", 40),
        Column("organisation", "党组织", "Organisation", 24, book="organisation"),
        Column("by", "经办人", "By", 14),
        Column("recorded_at", "记录时间", "Recorded at", 20),
    ),
    own_parameters=("as_of", "known_at"),
)  # fmt: skip
"""The time line of one transfer as a file; what it is and what it waits for stand under the title."""
FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in SUFFIXES}}
}
"""What else one transfer is answered as, for the OpenAPI document."""


def sheet(
    row: Document, waits: dict[str, Any] | None, line: Sequence[dict[str, Any]], *, english: bool, sequence: int
) -> tuple[Listing, Rows]:
    """One transfer as a list of its time line, in a person's language; the member's name masked."""
    told = [
        {
            **one,
            "_id": f"{place:06}",
            "what": one["en" if english else "zh"],
            "recorded_at": datetime.fromisoformat(one["recorded_at"]),
        }
        for place, one in enumerate(line, start=1)
    ]
    return replace(SHEET, note=(_head(row, waits, 0), _head(row, waits, 1))), Rows({LINE: told}, sequence)


def _head(row: Document, waits: dict[str, Any] | None, english: int) -> str:
    """Which transfer it is, and what it waits for: (Chinese, English) words by the index."""
    state, step = TransferState(row["state"]), ""
    if waits is not None:
        step = f"{waits['en' if english else 'zh']} ({waits['by_title']}, {waits['due_on']})"
    facts = (
        (("编号", "Number"), row["number"]),
        (("姓名", "Name"), mask_name(row["name"]) if row["name"] else None),
        (("转入抬头", "To"), row["to_title"]),
        (("状态", "State"), (state.zh, state.en)[english]),
        (("待办", "Waits for"), step),
    )
    return "  ".join(f"{words[english]}{(': ' if english else '：')}{value}" for words, value in facts if value)


def waits_for(row: Document, today: date, parameters_on: ParametersOn, title_of: TitleOf) -> dict[str, Any] | None:
    """What a transfer waits for, in words, from whom, and how many days are left; None when it waits for nothing.

    `by` is a code; a receiver outside has none, only its title.
    """
    if row["channel"] is None:
        return None  # only suggested: people ask, or say why not, whenever they will
    state, channel = TransferState(row["state"]), TransferChannel(row["channel"])
    step = steps.waited_for(state, channel, incoming=row["direction"] == IN)
    if step is not None:
        since = date.fromisoformat(row["since"])
        due_on = steps.due_on(step, since, parameters_on(since)).isoformat()
        return _wait(row, step.name, (step.zh, steps.WORDS[step.name][1]), step.by, due_on, today, title_of)
    if state in {TransferState.ISSUED, TransferState.REISSUED}:
        return _wait(row, "HANDING_OVER", HANDING_OVER, "from_committee", row["expires_on"], today, title_of)
    if state in WITH_LETTER:
        return _wait(row, "ACCEPTANCE", ACCEPTANCE, "to_committee", row["expires_on"], today, title_of)
    if state is TransferState.COMPLETED and needs_letter(channel):
        return _wait(row, "RECEIPT", RECEIPT, "to_committee", row["receipt_due_on"], today, title_of)
    return None


def _wait(  # noqa: PLR0913, PLR0917 - one argument a fact
    row: Document, step: str, words: Words, by: str, due_on: str, today: date, title_of: TitleOf
) -> dict[str, Any]:
    code = row[by]
    title = row["to_title"] if code is None else title_of(code) or code
    left = (date.fromisoformat(due_on) - today).days
    return {
        "step": step,
        "zh": words[0],
        "en": words[1],
        "by": code,
        "by_title": title,
        "side": by,
        "since": row["since"],
        "due_on": due_on,
        "days_left": left,
        "late": left < 0,
    }


def timeline(history: History, at: TimeAxes, version: int, title_of: TitleOf) -> list[dict[str, Any]]:
    """Every event of a transfer, oldest first: both days, what in both languages, who, for which organisation.

    No further than the version that is shown: what the ledger has and the row has not yet would contradict it.
    """
    line = []
    for commit in history.commits:
        for index, event in enumerate(commit.events):
            if at.keep(event) and event.streamversion <= version:
                zh, en = told(event.payload)
                line.append(
                    {
                        "id": event.id,
                        "type": event.type,
                        "occurred_on": event.occurredon.isoformat(),
                        "recorded_at": jsonable(event.time),
                        "zh": zh,
                        "en": en,
                        "by": event.actor,
                        "organisation": event.actororg,
                        "organisation_title": title_of(event.actororg) or event.actororg,
                        "sequence": position(commit.sequence, index),
                    }
                )
    return line
