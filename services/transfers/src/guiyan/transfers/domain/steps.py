"""What a transfer waits for in each state, from whom, and for how many working days (domain.md §2.3, all [D])."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from guiyan.events.codes import TransferChannel, TransferState
from guiyan.ledger.working_days import add_working_days
from guiyan.transfers.domain.parameters import Parameters

S = TransferState


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, the side that has to do it (a field of the transfer), and its limit in working days."""

    name: str
    by: str
    limit: Callable[[Parameters], int]
    zh: str


def _any_step(parameters: Parameters) -> int:
    return parameters.step_working_days


_ISSUE: Final = Step("ISSUE", "from_committee", _any_step, "开具介绍信")
_RECEIVE: Final = Step("RECEIVE", "to_committee", _any_step, "接收")
_STEPS: Final[dict[TransferState, Step]] = {
    S.SUBMITTED: Step("BRANCH_APPROVAL", "from_branch", lambda one: one.branch_answer_working_days, "支部审核"),
    S.BRANCH_APPROVED: _ISSUE,
    S.RETURNED: Step("CORRECTION", "from_branch", _any_step, "退回修改"),
    S.LETTER_LOST: Step("REISSUE", "from_committee", _any_step, "补开介绍信"),
    S.EXPIRED: Step("DECISION", "from_committee", _any_step, "逾期处理"),
    S.RECEIVED_BY_COMMITTEE: Step("ASSIGNMENT", "to_committee", _any_step, "编入支部"),
    S.RECEIPT_RETURNED: Step("ARCHIVING", "from_committee", _any_step, "回执归档"),
}


WORDS: Final = {
    one.name: (one.zh, one.name.replace("_", " ").capitalize()) for one in (_ISSUE, _RECEIVE, *_STEPS.values())
}


def waited_for(state: TransferState | None, channel: TransferChannel, *, incoming: bool = False) -> Step | None:
    """The step a transfer waits for; none where the letter's own days run, the receipt's month, or it has ended.

    Of one that comes from outside every step is the receiver's: it has the letter, and tells the issuer on paper.
    """
    if incoming:
        step = _RECEIVE if state is S.IN_TRANSIT else None if state is None else _STEPS.get(state)
        return None if step is None else replace(step, by="to_committee")
    if state is S.BRANCH_APPROVED and channel is TransferChannel.INTERNAL:
        return _RECEIVE  # no letter inside one committee
    return None if state is None else _STEPS.get(state)


def due_on(step: Step, since: date, parameters: Parameters) -> date:
    """The last day for a step that is waited for since a day."""
    return add_working_days(since, step.limit(parameters)).result
