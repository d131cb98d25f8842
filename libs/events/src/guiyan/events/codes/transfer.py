"""Codes about moving the relation and about activity certificates (domain.md §2.3, §2.4, §7)."""

from guiyan.events.codes.base import Code


class TransferState(Code):
    """The states of a transfer (domain.md §2.3)."""

    DRAFT = "DRAFT", "草稿"
    SUBMITTED = "SUBMITTED", "已申请"
    BRANCH_APPROVED = "BRANCH_APPROVED", "支部同意"
    ISSUED = "ISSUED", "转出党委已开具/已发起"
    IN_TRANSIT = "IN_TRANSIT", "在途"
    RECEIVED_BY_COMMITTEE = "RECEIVED_BY_COMMITTEE", "转入党委已受理"
    ASSIGNED = "ASSIGNED", "已编入支部"
    COMPLETED = "COMPLETED", "已接收"
    RECEIPT_RETURNED = "RECEIPT_RETURNED", "回执已返回"
    ARCHIVED = "ARCHIVED", "已归档"
    WITHDRAWN = "WITHDRAWN", "本人撤回"
    RETURNED = "RETURNED", "退回修改"
    EXPIRED = "EXPIRED", "逾期"
    REISSUED = "REISSUED", "重新开具"
    CANCELLED = "CANCELLED", "撤销"
    LETTER_LOST = "LETTER_LOST", "介绍信遗失"


class TransferChannel(Code):
    """Which way the relation travels (domain.md §2.3)."""

    INTERNAL = "INTERNAL", "党委内部"
    ONLINE_PROVINCE = "ONLINE_PROVINCE", "省内线上"
    ONLINE_NATIONAL = "ONLINE_NATIONAL", "跨省线上"
    PAPER = "PAPER", "纸质介绍信"


class ChangeType(Code):
    """变动类别; the office's own numbers stand beside the names (domain.md finding 9)."""

    IN_OTHER_PROVINCE = "IN_OTHER_PROVINCE", "从外省转入"
    IN_SAME_PROVINCE = "IN_SAME_PROVINCE", "从本省转入"
    OUT_OTHER_PROVINCE = "OUT_OTHER_PROVINCE", "转往外省"
    OUT_INSIDE = "OUT_INSIDE", "转往省内"

    @property
    def office_code(self) -> str:
        """The three-digit number of the organisation's statistics."""
        return _OFFICE_CODES[self]


_OFFICE_CODES = {
    ChangeType.IN_OTHER_PROVINCE: "141",
    ChangeType.IN_SAME_PROVINCE: "151",
    ChangeType.OUT_OTHER_PROVINCE: "241",
    ChangeType.OUT_INSIDE: "251",
}


class Credential(Code):
    """What a member carries (domain.md §2.1, R5)."""

    INTRODUCTION_LETTER = "INTRODUCTION_LETTER", "介绍信"
    PROOF_LETTER = "PROOF_LETTER", "证明信"
    ACTIVITY_CERT = "ACTIVITY_CERT", "活动证"
    NONE = "NONE", "无"


class ReturnReason(Code):
    """Why a transfer is returned for correction (domain.md §2.3)."""

    WRONG_RECEIVER = "WRONG_RECEIVER", "抬头错误"
    NO_SUCH_BRANCH = "NO_SUCH_BRANCH", "无此支部"
    LETTER_EXPIRED = "LETTER_EXPIRED", "介绍信过期"
    FORM_FAULTY = "FORM_FAULTY", "填写不规范"
    DUES_NOT_CLEAR = "DUES_NOT_CLEAR", "党费未交至"
    FILE_INCOMPLETE = "FILE_INCOMPLETE", "档案不全/存疑"
    IDENTITY_MISMATCH = "IDENTITY_MISMATCH", "身份信息不符"
    NOT_ARRIVED = "NOT_ARRIVED", "人未报到"
    DUPLICATE = "DUPLICATE", "重复"
    OTHER_WITH_TEXT = "OTHER_WITH_TEXT", "其他(附说明)", "Other, with text"


class CancelReason(Code):
    """Why a transfer was cancelled."""

    ENTERED_IN_ERROR = "ENTERED_IN_ERROR", "登记错误"
    MEMBERSHIP_CHANGED = "MEMBERSHIP_CHANGED", "党籍状态变化"
    RECEIVER_DISSOLVED = "RECEIVER_DISSOLVED", "接收组织撤销"
    NOT_REPORTED_IN_TIME = "NOT_REPORTED_IN_TIME", "逾期未报到"
    ASKED_ANEW = "ASKED_ANEW", "另行申请"


class HandedOverHow(Code):
    """How a letter travels; an ordinary courier is not allowed (domain.md §2.3)."""

    MEMBER_IN_PERSON = "MEMBER_IN_PERSON", "本人携带"
    CONFIDENTIAL_POST = "CONFIDENTIAL_POST", "机要"
    ONLINE = "ONLINE", "线上"


class TransferSide(Code):
    """One of the two sides of a transfer."""

    ORIGIN = "ORIGIN", "转出方"
    RECEIVER = "RECEIVER", "转入方"


class CertState(Code):
    """The states of an activity certificate (domain.md §2.4)."""

    REQUESTED = "REQUESTED", "已申请"
    NUMBERED = "NUMBERED", "已编号"
    SEALED = "SEALED", "已盖章"
    ISSUED = "ISSUED", "已发放"
    IN_USE = "IN_USE", "使用中"
    CHECK_DUE = "CHECK_DUE", "应年审"
    CHECKED = "CHECKED", "已年审"
    RETURNED = "RETURNED", "已交回"
    LOST = "LOST", "遗失"
    REPLACED = "REPLACED", "已补发"
    VOIDED = "VOIDED", "作废"
    RETIRED = "RETIRED", "已停用"


class CertDispatch(Code):
    """How a certificate reached its holder (S-16)."""

    IN_PERSON = "IN_PERSON", "当面"
    POST = "POST", "邮寄"
    BY_RELATIVE = "BY_RELATIVE", "亲属代领"


class CertGround(Code):
    """On which ground a certificate is asked for (domain.md §2.4: R5, and what R13 allows besides)."""

    PLACE_OR_TIME_OPEN = "PLACE_OR_TIME_OPEN", "地点或时间不固定"
    SHORT_ABSENCE = "SHORT_ABSENCE", "短期外出"
    TRANSFER_NOT_POSSIBLE = "TRANSFER_NOT_POSSIBLE", "暂不能转接组织关系"


class TransferObstacle(Code):
    """Why the relation cannot be transferred for now (R13)."""

    NO_ORGANISATION_THERE = "NO_ORGANISATION_THERE", "流入地或单位无党组织"
    NOT_SETTLED = "NOT_SETTLED", "就业或居住未定"
    RECEIVER_NOT_READY = "RECEIVER_NOT_READY", "接收方暂不能接收"
    PAPERS_MISSING = "PAPERS_MISSING", "手续不全"


class SuggestionEnd(Code):
    """Why a suggested transfer is no longer one, without anybody's answer (S-12)."""

    CAME_HOME = "CAME_HOME", "已返回"
    TRIP_CLOSED = "TRIP_CLOSED", "外出记录已关闭"
    NOT_FIXED = "NOT_FIXED", "去向不再固定"
    TRANSFERRED = "TRANSFERRED", "已转接"
    MEMBERSHIP_ENDED = "MEMBERSHIP_ENDED", "党籍终止"


class VoidReason(Code):
    """Why a letter or certificate was voided."""

    LOST = "LOST", "遗失"
    SPOILT = "SPOILT", "填写错误"
    EXPIRED = "EXPIRED", "过期"
    WITHDRAWN = "WITHDRAWN", "撤回"
    RETURNED = "RETURNED", "退回"
    OTHER_CHANNEL = "OTHER_CHANNEL", "改用其他渠道"
    TRANSFERRED = "TRANSFERRED", "关系已转接"
    MEMBERSHIP_CHANGED = "MEMBERSHIP_CHANGED", "党籍状态变化"
