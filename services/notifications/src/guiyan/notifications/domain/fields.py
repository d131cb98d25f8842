"""What a template may use: its fields, what kind of value each is, and samples to try it out with (made up, all)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self

from guiyan.events.codes import LostStep, ReturnReason, VoidReason
from guiyan.events.codes.base import Code


class Kind(StrEnum):
    """What a value is: how it is put in, and where it may stand."""

    COUNT = "COUNT"
    DATE = "DATE"
    QUARTER = "QUARTER"
    PHONE = "PHONE"
    """An office's number; empty where none is listed."""
    CODE = "CODE"
    NUMBER = "NUMBER"
    """The number of a paper or record."""
    ORGANISATION = "ORGANISATION"
    PERSON = "PERSON"
    ENTRIES = "ENTRIES"
    """What a digest tells of, in the words of each message: in a text alone, and nowhere else."""


IN_SMS: Final = frozenset({Kind.COUNT, Kind.DATE, Kind.QUARTER, Kind.PHONE})
"""What cannot tell who somebody is or where they belong (domain.md §1.4)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field with its samples: each template is tried with every one of them."""

    kind: Kind
    zh: str
    en: str
    samples: tuple[str, ...]
    labels: tuple[type[Code], ...] = ()
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def value(self, text: str) -> Any:
        """The value as a template takes it: counts can be compared, codes know their words. ValueError for no such."""
        match self.kind:
            case Kind.COUNT:
                return int(text)
            case Kind.DATE:
                return date.fromisoformat(text)
            case Kind.CODE:
                return Told(text, *self._labels(text))
            case _:
                return text

    def _labels(self, text: str) -> tuple[str, str]:
        if text in self.words:
            return self.words[text]
        known = next((one for codes in self.labels for one in codes if one.value == text), None)
        return (text, text) if known is None else (known.zh, known.en)


class Told(str):
    """A code as text, with what it is called in Chinese and English."""

    __slots__ = ("en", "zh")

    zh: str
    en: str

    def __new__(cls, text: str, zh: str, en: str) -> Self:
        """Keep the words beside the code."""
        told = super().__new__(cls, text)
        told.zh, told.en = zh, en
        return told


STEPS: Final[Mapping[str, tuple[str, str]]] = {
    "BRANCH_APPROVAL": ("支部审核", "branch approval"),
    "ISSUE": ("开具介绍信", "issue of the letter"),
    "RECEIVE": ("接收", "receipt"),
    "CORRECTION": ("退回修改", "correction"),
    "REISSUE": ("补开介绍信", "a new letter"),
    "DECISION": ("逾期处理", "decision on the expired letter"),
    "ASSIGNMENT": ("编入支部", "assignment to a branch"),
    "ARCHIVING": ("回执归档", "filing of the receipt"),
    "NUMBERING": ("编号", "numbering"),
    "SEALING": ("盖章", "sealing"),
    "ISSUING": ("发放", "issue"),
    "REPLACEMENT": ("补发或作废", "replacement"),
}
"""The steps that transfers tell by their codes; one that is not here stands as its code."""

DISCREET: Final[Mapping[str, tuple[str, str]]] = {
    "DUES_NOT_CLEAR": ("费用未交清", "fees not clear"),
    "MEMBERSHIP_CHANGED": ("情况变化", "circumstances changed"),
}
"""Codes whose own words would say of what kind a matter is: a mail may be read by others, too."""

LOST_STEPS: Final[Mapping[str, tuple[str, str]]] = {
    LostStep.START_SEARCH: ("开始查找", "begin to search"),
    LostStep.MAY_CONFIRM: ("确认联系中断", "confirm that contact is lost"),
    LostStep.CORRECTION_OVER: ("约定期限已到", "the period agreed on is over"),
    LostStep.MAY_PROPOSE_REMOVAL: ("满两年,研究后续", "two years have passed: consider what follows"),
}
POSTS: Final[Mapping[str, tuple[str, str]]] = {
    "SECRETARY": ("负责人", "head of an office"),
    "CONTACT_PERSON": ("联系人", "contact person"),
}
"""Codes of register and contact, said so that a mail tells nobody of what kind an office it is."""

PHONE: Final = Field(Kind.PHONE, "本单位联系电话", "The office's phone", ("0999-0000001", ""))
"""Every template may name the phone of the branch (or of the committee above it) on whose behalf it is sent."""
_QUARTER: Final = Field(Kind.QUARTER, "季度", "The quarter", ("2026-Q1", "2026-Q4"))
_DUE: Final = Field(Kind.DATE, "截止日期", "The last day", ("2026-03-10", "2026-12-31"))
_MISSED: Final = Field(Kind.COUNT, "连续未联系的季度数", "Quarters missed in a row", ("1", "3"))
_STEP: Final = Field(Kind.CODE, "办理步骤", "The step", ("BRANCH_APPROVAL", "SEALING"), words=STEPS)


def _number(zh: str, en: str, *samples: str) -> Field:
    return Field(Kind.NUMBER, zh, en, samples or ("019b76da-a800-7000-8000-000000000001",))


_TRANSFER: Final = _number("转接编号", "The transfer's number")
_CERTIFICATE: Final = _number("活动证登记编号", "The certificate's register number")
_ACTIVITY: Final = _number("活动编号", "The activity's number")
_STARTS: Final = Field(Kind.DATE, "活动日期", "The day of the activity", ("2026-04-10", "2026-12-31"))
_DUTY: Final = _number("任务编号", "The duty's number")
_RECORD: Final = _number("登记编号", "The record's number")
_WAITS: Final[Mapping[str, Field]] = {"record": _RECORD}
_BY: Final[Mapping[str, Field]] = {"record": _RECORD, "due_on": _DUE}
_DAYS: Final = Field(Kind.COUNT, "已过天数", "Days since", ("30", "1"))
_LEFT: Final = Field(Kind.COUNT, "剩余天数", "Days left", ("7", "60", "1"))
_MONTHS: Final = Field(Kind.COUNT, "月数", "Months", ("1", "3"))

_ENTRIES: Final = ("【咨询交办 / An inquiry is given to somebody】1项\n\n1. 咨询交办\n   一项咨询交由您办理。",)
"""As an office sees it when it tries its words out; what leaves is in one language."""

FIELDS: Final[Mapping[str, Mapping[str, Field]]] = {
    "duty_due": {
        "quarter": _QUARTER,
        "duty": _DUTY,
        "days_left": Field(Kind.COUNT, "剩余天数", "Days left", ("0", "1", "45")),
    },
    "contact_missed": {"quarter": _QUARTER, "duty": _DUTY, "missed": _MISSED},
    "contact_escalated": {"quarter": _QUARTER, "duty": _DUTY, "missed": _MISSED},
    "letter_due": {"transfer": _TRANSFER, "expires_on": _DUE},
    "letter_expired": {"transfer": _TRANSFER, "expires_on": _DUE},
    "letter_lost_check": {"transfer": _TRANSFER},
    "letter_lost": {"transfer": _TRANSFER},
    "letter_void": {
        "transfer": _TRANSFER,
        "letter": _number("介绍信编号", "The letter's number", "2026-001"),
        "reason": Field(Kind.CODE, "作废原因", "Why", ("LOST", "SPOILT"), (VoidReason,), DISCREET),
    },
    "step_overdue": {"transfer": _TRANSFER, "step": _STEP, "due_on": _DUE},
    "transfer_returned": {
        "transfer": _TRANSFER,
        "reason": Field(Kind.CODE, "退回原因", "Why", ("WRONG_RECEIVER", "NOT_ARRIVED"), (ReturnReason,), DISCREET),
    },
    "transfer_received": {"transfer": _TRANSFER},
    "transfer_done": {"transfer": _TRANSFER, "on": Field(Kind.DATE, "完成日期", "The day", ("2026-03-10",))},
    "receipt_overdue": {"transfer": _TRANSFER, "due_on": _DUE},
    "transfer_suggested": {"transfer": _TRANSFER},
    "certificate_check": {"certificate": _CERTIFICATE, "due_on": _DUE},
    "certificate_step": {"certificate": _CERTIFICATE, "step": _STEP, "due_on": _DUE},
    "certificate_return": {"certificate": _CERTIFICATE, "due_on": _DUE},
    "quarterly_greeting": {"quarter": _QUARTER},
    "letter_came_back": {"material": _number("寄送登记编号", "The dispatch's number")},
    "study_announced": {"activity": _ACTIVITY, "starts_on": _STARTS},
    "study_changed": {"activity": _ACTIVITY, "starts_on": _STARTS},
    "study_cancelled": {"activity": _ACTIVITY, "starts_on": _STARTS},
    "study_reminder": {
        "activity": _ACTIVITY,
        "starts_on": _STARTS,
        "days_left": Field(Kind.COUNT, "剩余天数", "Days left", ("0", "1", "3")),
    },
    "study_announce_due": {"activity": _ACTIVITY, "due_on": _DUE},
    "study_record_overdue": {"activity": _ACTIVITY, "due_on": _DUE},
    "aid_visit_due": _BY,
    "inquiry_assigned": _WAITS,
    "inquiry_transferred": _BY,
    "inquiry_overdue": _BY,
    "lost_watch": _WAITS,
    "lost_step_due": {
        **_BY,
        "step": Field(Kind.CODE, "办理步骤", "The step", ("START_SEARCH", "MAY_CONFIRM"), words=LOST_STEPS),
    },
    "report_overdue": _BY,
    "member_report": _BY,
    "keeper_missing": _WAITS,
    "point_unstaffed": _WAITS,
    "post_empty": {
        **_WAITS,
        "post": Field(Kind.CODE, "岗位", "The post", ("SECRETARY", "CONTACT_PERSON"), words=POSTS),
    },
    "change_impeded": _WAITS,
    "host_declined": _WAITS,
    "host_silent": {**_WAITS, "days": _DAYS},
    "host_overdue": {**_WAITS, "days": _DAYS},
    "member_dues": {**_WAITS, "months": _MONTHS},
    "dues_reminder": {**_WAITS, "months": _MONTHS},
    "dues_reported": _WAITS,
    "dues_case": _WAITS,
    "probation_near": {**_BY, "days_left": _LEFT},
    "member_application": {**_BY, "days_left": _LEFT},
    "application_overdue": _BY,
    "application_escalated": _WAITS,
    "decision_overdue": _BY,
    "retention_near": _BY,
    "member_retention": _BY,
    "retention_overdue": _BY,
    "sheet_opened": _WAITS,
    "sheet_returned": _WAITS,
    "sheet_overdue": _BY,
    "sweep_check_overdue": _BY,
    "sweep_close_overdue": _BY,
    "correction_asked": _WAITS,
    "digest": {
        "count": Field(Kind.COUNT, "事项数", "How many matters", ("3", "1")),
        "entries": Field(Kind.ENTRIES, "各项内容", "The matters, by kind", _ENTRIES),
    },
}
"""Every template by its name; what happens decides over its fields, an office over its words."""

TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "quarterly_greeting": ("季度问候", "The quarter's greeting"),
    "duty_due": ("联系任务临近截止", "A contact duty is near its end"),
    "contact_missed": ("联系任务到期未完成", "A contact duty ended without a contact"),
    "contact_escalated": ("连续未联系上报", "A missed contact is passed up"),
    "letter_due": ("介绍信临近到期", "A letter is near its end"),
    "letter_expired": ("介绍信逾期", "A letter has expired"),
    "letter_lost_check": ("介绍信遗失,请开具方核查", "A letter is lost: its issuer checks"),
    "letter_lost": ("介绍信遗失,告知接收方", "A letter is lost: its receiver is told"),
    "letter_void": ("介绍信作废", "A letter is void"),
    "step_overdue": ("转接环节超期", "A step of a transfer is late"),
    "transfer_returned": ("转接退回修改", "A transfer was returned"),
    "transfer_received": ("转接已受理", "A transfer was received"),
    "transfer_done": ("转接完成", "A transfer is done"),
    "receipt_overdue": ("回执超期", "A receipt is late"),
    "transfer_suggested": ("建议办理转接", "A transfer is suggested"),
    "certificate_check": ("活动证年审", "A certificate is due for its check"),
    "certificate_step": ("活动证环节超期", "A step of a certificate is late"),
    "certificate_return": ("活动证应交回查验", "A certificate is to be handed in"),
    "letter_came_back": ("信件退回", "A letter came back"),
    "study_announced": ("学习活动预告", "A study activity is announced"),
    "study_changed": ("学习活动变更", "A study activity has changed"),
    "study_cancelled": ("学习活动取消", "A study activity is called off"),
    "study_reminder": ("学习活动临近", "A study activity is near"),
    "study_announce_due": ("学习活动应当预告", "A study activity has to be announced"),
    "study_record_overdue": ("学习活动记录未完成", "The record of a study activity is open"),
    "aid_visit_due": ("应走访", "A visit is due"),
    "inquiry_assigned": ("咨询交办", "An inquiry is given to somebody"),
    "inquiry_transferred": ("咨询转交", "An inquiry is passed on"),
    "inquiry_overdue": ("咨询超期", "An inquiry is late"),
    "lost_watch": ("联系中断关注", "Contact is broken off"),
    "lost_step_due": ("失联事项到办理时间", "A step of a lost-contact case may be taken"),
    "report_overdue": ("年度汇报逾期,告知支部", "A yearly report is late: the branch is told"),
    "member_report": ("年度汇报逾期,告知本人", "A yearly report is late: the member is told"),
    "keeper_missing": ("在外人员无联系人", "Nobody keeps contact with a member away"),
    "point_unstaffed": ("服务点无人在岗", "A service point has no staff"),
    "post_empty": ("岗位空缺", "A post is empty"),
    "change_impeded": ("计划变更未生效", "A planned change did not take effect"),
    "host_declined": ("流入地未接纳", "A host did not take a member in"),
    "host_silent": ("流入地未答复,告知原支部", "A host has not answered: the branch is told"),
    "host_overdue": ("流入地未答复,提醒流入地", "A host has not answered: the host is reminded"),
    "member_dues": ("费用提醒,告知本人", "Dues: the member is reminded"),
    "dues_reminder": ("费用提醒,请联系人转告", "Dues: somebody passes the reminder on"),
    "dues_reported": ("欠费上报", "Arrears are reported upward"),
    "dues_case": ("欠费满六个月", "Six months of arrears: a case"),
    "probation_near": ("预备期将满,告知支部", "Probation ends soon: the branch is told"),
    "member_application": ("预备期将满,告知本人", "Probation ends soon: the member is told"),
    "application_overdue": ("未申请转正", "No application after probation"),
    "application_escalated": ("未申请转正上报", "No application: passed up"),
    "decision_overdue": ("转正审批逾期", "A decision on conversion is late"),
    "retention_near": ("保留期将满,告知支部", "A retention ends soon: the branch is told"),
    "member_retention": ("保留期将满,告知本人", "A retention ends soon: the member is told"),
    "retention_overdue": ("保留期已满", "A retention is over"),
    "sheet_opened": ("摸底表待填", "A sheet of a sweep is open"),
    "sheet_returned": ("摸底表退回", "A sheet of a sweep was returned"),
    "sheet_overdue": ("摸底表逾期", "A sheet of a sweep is late"),
    "sweep_check_overdue": ("摸底审核逾期", "A township's check is late"),
    "sweep_close_overdue": ("摸底办结逾期", "A sweep is not closed"),
    "correction_asked": ("更正申请待审核", "A correction is asked for"),
    "digest": ("每日汇总", "The day's digest"),
}
"""What each template is used for."""


def fields_of(template: str) -> Mapping[str, Field]:
    """The fields of a template, the office's phone among them; raises KeyError for a name that is none."""
    return {**FIELDS[template], "phone": PHONE}


def samples_of(template: str) -> tuple[dict[str, str], ...]:
    """Made-up values, as many sets as the longest row of samples: each sample of each field is tried."""
    fields = fields_of(template)
    return tuple(
        {name: one.samples[turn % len(one.samples)] for name, one in fields.items()}
        for turn in range(max(len(one.samples) for one in fields.values()))
    )
