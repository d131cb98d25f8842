"""What requests about departures say, and the columns and filters of the outflow ledger."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field

from guiyan.events.codes import (
    DepartureSource,
    DestCertainty,
    DestUnitKind,
    FlowRange,
    FlowReason,
    FlowState,
    HostRefusal,
    LinkStatus,
    MobileMemberKind,
    PersonCategory,
    RelationHolding,
    Sex,
)
from guiyan.events.exact import Exact
from guiyan.events.registry.departure import DestinationFacts, DestinationText, LeavingFacts
from guiyan.events.values import Code, Id, OrgCode
from guiyan.registry.commands import departures as handlers
from guiyan.registry.doors.parts import COUNTED, RULE_PARAMETERS, given
from guiyan.registry.projections.departures import DEPARTURES
from guiyan.service.asks import DatedAsk
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.subtree import TREE_PARAMETERS
from guiyan.service.tables import Column, labels

LIST: Final = Listing(
    name="departures",
    collection=DEPARTURES,
    title_zh="流出党员台账",
    ledger=True,
    title_en="Outflow ledger",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 8, mask=mask_name),
        Column("sex", "性别", "Sex", 5, labels=labels(Sex)),
        Column("id_no", "身份证号", "ID number", 20),
        Column("person_category", "人员类别", "Category", 9, labels=labels(PersonCategory)),
        Column("joined_on", "入党日期", "Joined", 11),
        Column("branch", "所在支部", "Branch", 16, book="organisation"),
        Column("away_since", "外出日期", "Away since", 11),
        Column("reason", "外出原因", "Reason", 11, labels=labels(FlowReason)),
        Column("dest_area", "流向(省/市/县)", "Destination", 18),
        Column("dest_certainty", "去向确定度", "Certainty", 8, labels=labels(DestCertainty)),
        Column("occupation", "现从业", "Occupation", 12),
        Column("dest_unit_kind", "流入单位", "Unit", 11, labels=labels(DestUnitKind)),
        Column("host_branch", "流入党组织", "Host branch", 16, book="organisation"),
        Column("certificate_no", "活动证号", "Certificate", 18),
        Column("contact_person", "支部联系人", "Contact person", 9),
        Column("contact_phone", "联系人电话", "Its phone", 14),
        Column("mobile", "本人手机", "Mobile", 14),
        Column("contacted_on", "最近联系", "Last contact", 11),
        Column("dues_paid_to", "党费交至", "Dues paid to", 9),
        Column("relation_holding", "组织关系状态", "Relation", 11, labels=labels(RelationHolding)),
        Column("state", "状态", "State", 10, labels=labels(FlowState)),
        *(
            replace(one, printed=False)
            for one in (
                Column("responsible", "责任党组织", "Responsible", 16, book="organisation"),
                Column("announced_on", "报告日期", "Announced", 12),
                Column("planned_on", "拟外出日期", "Planned", 12),
                Column("expected_return", "预计返回", "Expected return", 12),
                Column("dest_area_code", "流向代码", "Destination code", 14),
                Column("range", "流动范围", "Range", 12, labels=labels(FlowRange)),
                Column("occupation_code", "现从业代码", "Occupation code", 10),
                Column("member_kind", "人员类型", "Kind", 14, labels=labels(MobileMemberKind)),
                Column("reported_in_on", "报到日期", "Reported in", 12),
                Column("host_overdue_on", "流入地逾期未答", "Host answer overdue", 14),
                Column("hosted_since", "纳入日期", "Hosted since", 12),
                Column("recognised_on", "认定日期", "Recognised", 12),
                Column("confirmed_on", "支部确认日期", "Confirmed", 12),
                Column("link_status", "联系情况", "Contact", 10, labels=labels(LinkStatus)),
                Column("lost_since", "失联起算", "Contact lost since", 12),
                Column("ended_on", "结束日期", "Ended", 12),
                Column("contacted_in", "联系上的月份", "Months of contact", 18),
                Column("attended_in", "参加活动的月份", "Months of activities", 18),
                Column("reported_in", "汇报的月份", "Months of reports", 18),
                Column("source", "登记来源", "Source", 10, labels=labels(DepartureSource)),
                Column("open", "在外", "Open", 6),
                Column("counted", "计入统计", "Counted", 8),
                Column("version", "版本", "Version", 8),
            )
        ),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "host_branch": Filter(),
        "responsible": Filter(),
        "state": Filter(choices=tuple(FlowState)),
        "open": Filter(Kind.BOOLEAN),
        "counted": COUNTED,
        "reason": Filter(choices=tuple(FlowReason)),
        "dest_area_code": Filter(),
        "dest_certainty": Filter(choices=tuple(DestCertainty)),
        "away_since": Filter(Kind.DATE),
        "contacted_on": Filter(Kind.DATE),
        "link_status": Filter(choices=tuple(LinkStatus)),
        "contacted_in": Filter(description="A month (2026-07) in which the member was reached"),
        "attended_in": Filter(description="A month in which the member took part in an activity"),
        "reported_in": Filter(description="A month in which the member gave a report"),
        "hosted": Filter(
            Kind.BOOLEAN, field="hosted_since", present=True, description="A host has taken the member in"
        ),
        "recognised": Filter(Kind.BOOLEAN, field="recognised_on", present=True, description="A mobile member by R2"),
        "dest_province": Filter(description="The destination's province, as its own area code"),
        "reason_known": Filter(Kind.BOOLEAN, field="reason", present=True),
        "dest_certainty_known": Filter(Kind.BOOLEAN, field="dest_certainty", present=True),
        "dest_known": Filter(Kind.BOOLEAN, field="dest_area_code", present=True, description="The destination is told"),
        "certificate_no": Filter(),
        "recognised_on": Filter(Kind.DATE),
        "ended_on": Filter(Kind.DATE),
        "source": Filter(choices=tuple(DepartureSource)),
    },
    sorts=("_id", "away_since", "branch", "name", "state", "contacted_on"),
    own_parameters=(*TREE_PARAMETERS, *RULE_PARAMETERS),
)


class NewDeparture(LeavingFacts, DestinationText, Exact):
    """A trip: with `planned_on` it is announced, without it the member has left on the business date."""

    model_config = DatedAsk.model_config

    member_id: Id
    planned_on: Annotated[date | None, Field(description="The day the member means to leave: announces the trip")] = (
        None
    )
    source: Annotated[DepartureSource, Field(description="How the leaving became known")] = DepartureSource.ANNOUNCED
    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai)")] = None


class Leave(LeavingFacts, DestinationText, Exact):
    """The announced member has left on the business date."""

    model_config = DatedAsk.model_config

    source: DepartureSource = DepartureSource.ANNOUNCED
    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai)")] = None


class Destination(DestinationFacts, DestinationText, Exact):
    """A new destination; what is absent stays as it was."""

    model_config = DatedAsk.model_config

    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai)")] = None


class Employer(DestinationText, Exact):
    """Another employer or occupation at the same place."""

    model_config = DatedAsk.model_config

    dest_unit_kind: DestUnitKind | None = None
    occupation_code: Annotated[Code | None, Field(description="工作岗位, the organisation's own list")] = None
    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai)")] = None


class ReportIn(DatedAsk):
    """Which branch at the destination the member has reported to."""

    host_branch: OrgCode


class Decline(DatedAsk):
    """Why the host did not take the member in."""

    reason: HostRefusal


class Return(DatedAsk):
    """The member is home."""

    certificate_handed_in: bool | None = None


def told(body: Any, fields: Any) -> handlers.Told:
    """Codes, words and date of a body as the handlers take them."""
    words = given(body, DestinationText.model_fields)
    text = DestinationText.model_validate(words) if words else None
    return handlers.Told(given(body, fields), text, body.occurred_on)
