"""What happened to a transfer, in words of both languages: the time line of its detail (domain.md §6 no. 5)."""

from typing import Final

from guiyan.events import Payload, transfers
from guiyan.events.codes import Code
from guiyan.transfers.domain.rules import letter_number
from guiyan.transfers.domain.steps import WORDS

Words = tuple[str, str]
HAPPENED: Final[dict[str, Words]] = {
    "TransferSuggested": ("应转提醒", "Suggested: the relation has to follow"),
    "TransferSuggestionDismissed": ("暂不转接", "Not for now"),
    "TransferSuggestionCleared": ("应转提醒消除", "No longer suggested"),
    "TransferRequested": ("申请转接", "Requested"),
    "IncomingTransferRecorded": ("登记系统外转入", "Entered from a letter from outside"),
    "TransferResubmitted": ("修改后重新提交", "Set right and sent again"),
    "TransferOriginChanged": ("组织调整,转出支部变更", "The origin branch is another one since a reorganisation"),
    "TransferApprovedByBranch": ("支部同意", "Agreed to by the branch"),
    "TransferChannelChanged": ("改用其他渠道", "Goes by another channel"),
    "ConverterAgreed": ("商定由哪方办理转正", "Who converts was agreed"),
    "IntroductionLetterIssued": ("开具介绍信", "Letter issued"),
    "LetterPrinted": ("打印介绍信", "Letter printed"),
    "LetterHandedOver": ("转递介绍信", "Letter on its way"),
    "LetterReminderSent": ("有效期提醒", "Reminded of the last day"),
    "LetterExpired": ("介绍信逾期", "Letter expired"),
    "LetterLostReported": ("报告介绍信遗失", "Letter reported lost"),
    "LetterVoided": ("介绍信作废", "Letter void"),
    "LetterReissued": ("重新开具介绍信", "New letter issued"),
    "TransferReceived": ("转入党委受理", "Taken in by the receiver"),
    "AssignedToBranch": ("编入支部", "Assigned to a branch"),
    "RelationTransferred": ("组织关系转入", "The relation moved"),
    "ReceiptReturned": ("回执返回", "Receipt returned"),
    "ReceiptOverdue": ("回执逾期", "Receipt late"),
    "ReceiptPastedOnStub": ("回执归档", "Receipt on the stub"),
    "TransferStepOverdue": ("环节逾期", "Step late"),
    "TransferReturned": ("退回修改", "Returned for correction"),
    "TransferWithdrawn": ("本人撤回", "Withdrawn by the member"),
    "TransferCancelled": ("撤销", "Cancelled"),
}
"""Each type of event that a transfer's stream may hold."""


def told(payload: Payload) -> Words:
    """An event in words, with what matters of it: the letter's number, the reason, the step."""
    zh, en = HAPPENED.get(payload.type_name(), (payload.type_name(),) * 2)
    more = _more(payload)
    return (zh, en) if more is None else (f"{zh}：{more[0]}", f"{en}: {more[1]}")


def _more(payload: Payload) -> Words | None:
    match payload:
        case transfers.LetterVoided():
            number = letter_number(payload.letter_year, payload.letter_sn)
            return f"{number}，{payload.reason.zh}", f"{number}, {payload.reason.en}"
        case transfers.IntroductionLetterIssued() | transfers.LetterReissued():
            number = letter_number(payload.letter_year, payload.letter_sn)
            return number, number
        case transfers.LetterPrinted():
            return f"第 {payload.print_count} 次", f"no. {payload.print_count}"
        case transfers.TransferStepOverdue():
            return WORDS.get(payload.step, (payload.step, payload.step))
        case transfers.ReceiptReturned():
            return f"落款 {payload.receipt_on}", f"dated {payload.receipt_on}"
        case _:
            return _code_of(payload)


def _code_of(payload: Payload) -> Words | None:
    """The first coded answer that an event carries: a reason, a way, a channel, a side."""
    for name in ("reason", "obstacle", "how", "to_channel", "converter"):
        code = getattr(payload, name, None)
        if isinstance(code, Code):
            return code.zh, code.en
    return None
