"""One transfer in full (domain.md §6 no. 5): what it waits for, by whom and until when; and its time line."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from guiyan.events.codes import TransferChannel, TransferState
from guiyan.ledger import Document, History
from guiyan.service.resources import TimeAxes, position
from guiyan.transfers.domain import steps
from guiyan.transfers.domain.parameters import ParametersOn
from guiyan.transfers.domain.rules import needs_letter
from guiyan.transfers.domain.state import WITH_LETTER
from guiyan.transfers.projections.rows import IN
from guiyan.transfers.queries import plain
from guiyan.transfers.words import Words, told

TitleOf = Callable[[str], str | None]
HANDING_OVER: Final[Words] = ("转递介绍信", "Handing over")
ACCEPTANCE: Final[Words] = ("转入党委受理", "Acceptance")
RECEIPT: Final[Words] = ("寄回回执", "Receipt")


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
                        "recorded_at": plain(event.time),
                        "zh": zh,
                        "en": en,
                        "by": event.actor,
                        "organisation": event.actororg,
                        "organisation_title": title_of(event.actororg) or event.actororg,
                        "sequence": position(commit.sequence, index),
                    }
                )
    return line
