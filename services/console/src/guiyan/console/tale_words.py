"""The words of the tales: a sentence for each type of event, and what its fields are called."""

from collections.abc import Mapping
from typing import Final

from guiyan.console.i18n import mark

TALES: Final[Mapping[str, str]] = {
    "MemberRegistered": mark("登记入册"),
    "MemberImported": mark("随花名册导入"),
    "MemberDetailsCorrected": mark("更正信息"),
    "BranchAssigned": mark("组织关系编入支部"),
    "DepartureAnnounced": mark("报告将要外出"),
    "MemberLeft": mark("外出"),
    "MobileMemberRecognised": mark("外出满六个月,认定为流动党员"),
    "MobileMemberConfirmed": mark("支部确认为流动党员"),
    "DestinationChanged": mark("流向变更"),
    "EmployerChanged": mark("从业单位变更"),
    "HostReportedIn": mark("到流入地党组织报到"),
    "HostAccepted": mark("流入地党组织纳入管理"),
    "HostDeclined": mark("流入地党组织未予纳入"),
    "HostAnswerOverdue": mark("流入地党组织逾期未答复"),
    "HostEnded": mark("不再参加流入地党组织生活"),
    "MemberReturned": mark("返回"),
    "DepartureClosed": mark("外出记录结束"),
    "ContactPointAdded": mark("新增联系方式"),
    "DuesPaid": mark("交纳党费"),
    "FieldsRevealed": mark("有人查看了隐藏信息"),
    "CardPrinted": mark("打印登记卡"),
}

FIELDS: Final[Mapping[str, str]] = {
    "reason": mark("原因"),
    "dest_area_code": mark("流向"),
    "dest_certainty": mark("去向"),
    "host_branch": mark("流入党组织"),
    "branch": mark("支部"),
    "from_branch": mark("原支部"),
    "to_branch": mark("转入支部"),
    "kind": mark("类别"),
    "source": mark("来源"),
    "months": mark("月份"),
    "fields": mark("字段"),
    "decision_no": mark("文号"),
}
