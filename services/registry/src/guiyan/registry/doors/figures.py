"""The figures of the two-level summary as data: each names its list and the filter that shows just its records.

domain.md §6 no. 20, S-33, S-34; a figure is counted by the query that its list answers with, never in another way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from guiyan.events.codes import FlowState, MembershipStatus, PersonCategory
from guiyan.service.reports import Figure, Ratio

AWAY: Final = tuple(
    ("state", str(state))
    for state in (FlowState.AWAY, FlowState.MOBILE, FlowState.HOSTED, FlowState.HOST_DECLINED, FlowState.LOST_CONTACT)
)
_COUNTED: Final = ("counted", "true")
_NOW: Final = (*AWAY, ("open", "true"), _COUNTED)


_LOST: Final = ("state", str(FlowState.LOST_CONTACT))
_RETURNED: Final = ("state", str(FlowState.RETURNED))
FIGURES: Final = (
    Figure("out", "流出", "Away", "departures", _NOW),
    Figure("in", "流入", "Come in", "inflows", (("open", "true"),)),
    Figure("mobile", "流动党员", "Mobile members", "departures", (*_NOW, ("recognised", "true"))),
    Figure("hosted", "已纳入", "Taken in", "departures", (*_NOW, ("hosted", "true"))),
    Figure("unhosted", "未纳入", "Not taken in", "departures", (*_NOW, ("hosted", "false"))),
    Figure("contacted", "已联系", "Contacted", "departures", _NOW, month="contacted_in"),
    Figure("in_transfer", "转接在办", "In transfer", "members", (("in_transfer", "true"), _COUNTED)),
    Figure("transfer_overdue", "转接超期", "Transfer overdue", "members", (("transfer_overdue", "true"), _COUNTED)),
    Figure(
        "lost", "失联", "Contact lost", "departures", (_LOST, ("open", "true"), _COUNTED)
    ),
    Figure(
        "probationary", "预备", "Probationary", "members",
        (
            ("person_category", str(PersonCategory.PROBATIONARY)),
            ("membership_status", str(MembershipStatus.NORMAL)),
            _COUNTED,
        ),
    ),
    Figure(
        "arrears", "欠费", "In arrears", "dues",
        (
            ("months_unpaid_from", "1"),
            ("membership_status", str(MembershipStatus.NORMAL)),
            _COUNTED,
        ),
    ),
    Figure("left", "本期流出", "Left", "departures", (_COUNTED,), day="away_since"),
    Figure("returned", "本期返回", "Returned", "departures", (_RETURNED, _COUNTED), day="ended_on"),
    Figure(
        "transferred", "本期转出", "Transferred", "departures",
        (("state", str(FlowState.TRANSFERRED)), _COUNTED), day="ended_on",
    ),
    Figure("came_in", "本期流入", "Came in", "inflows", (), day="registered_on"),
)  # fmt: skip
SUMMARY_RATIOS: Final = (Ratio("contact_rate", "联系率", "Contact rate", "contacted", "out"),)

ACTIVITY: Final = (
    Figure("out", "流出", "Away", "departures", _NOW),
    Figure("contacted", "已联系", "Contacted", "departures", _NOW, month="contacted_in"),
    Figure("attended", "参加组织生活", "Took part", "departures", _NOW, month="attended_in"),
    Figure("reported", "汇报", "Reported", "departures", _NOW, month="reported_in"),
)
ACTIVITY_RATIOS: Final = (
    Ratio("contact_rate", "联系率", "Contact rate", "contacted", "out"),
    Ratio("attendance_rate", "参加率", "Attendance rate", "attended", "out"),
    Ratio("report_rate", "汇报率", "Report rate", "reported", "out"),
)


@dataclass(frozen=True, slots=True)
class Division:
    """What a distribution counts by: the field, the parameter that asks for one value, and how none is asked for."""

    name: str
    zh: str
    field: str
    none: tuple[str, str]
    parameter: str = ""

    def figure(self, value: str | None) -> Figure:
        """How many of those away have one value, or none."""
        asked = self.none if value is None else (self.parameter or self.name, value)
        return replace(AWAY_NOW, asked=(*AWAY_NOW.asked, asked))


DIVISIONS: Final = {
    one.name: one
    for one in (
        Division("province", "省份", "dest_province", ("dest_known", "false"), "dest_province"),
        Division("county", "县(市、区)", "dest_area_code", ("dest_known", "false"), "dest_area_code"),
        Division("reason", "外出原因", "reason", ("reason_known", "false")),
        Division("certainty", "去向确定度", "dest_certainty", ("dest_certainty_known", "false"), "dest_certainty"),
    )
}
AWAY_NOW: Final = FIGURES[0]
