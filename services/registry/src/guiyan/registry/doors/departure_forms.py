"""What requests about departures say, and the columns and filters of the outflow ledger."""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field

from guiyan.events.codes import (
    DepartureSource,
    DestCertainty,
    DestUnitKind,
    FlowReason,
    FlowState,
    HostRefusal,
    PersonCategory,
    RelationHolding,
    Sex,
)
from guiyan.events.exact import Exact
from guiyan.events.registry.departure import DestinationFacts, DestinationText, LeavingFacts
from guiyan.events.values import Code, Id, OrgCode
from guiyan.registry.commands import departures as handlers
from guiyan.registry.doors.parts import TREE_PARAMETERS, DatedAsk, given, labels
from guiyan.registry.projections.departures import DEPARTURES
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.tables import Column

LIST: Final = Listing(
    name="departures",
    collection=DEPARTURES,
    title_zh="流出党员台账",
    ledger=True,
    title_en="Outflow ledger",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("sex", "性别", "Sex", 6, labels=labels(Sex)),
        Column("id_no", "身份证号", "ID number", 22),
        Column("person_category", "人员类别", "Category", 12, labels=labels(PersonCategory)),
        Column("joined_on", "入党日期", "Joined", 12),
        Column("branch", "所在支部", "Branch", 16, book="organisation"),
        Column("responsible", "责任党组织", "Responsible", 16, book="organisation"),
        Column("announced_on", "报告日期", "Announced", 12),
        Column("planned_on", "拟外出日期", "Planned", 12),
        Column("away_since", "外出日期", "Away since", 12),
        Column("expected_return", "预计返回", "Expected return", 12),
        Column("reason", "外出原因", "Reason", 12, labels=labels(FlowReason)),
        Column("dest_area_code", "流向(省/市/县)", "Destination", 14),
        Column("dest_certainty", "去向确定度", "Certainty", 10, labels=labels(DestCertainty)),
        Column("occupation_code", "现从业", "Occupation", 10),
        Column("dest_unit_kind", "流入单位", "Unit", 12, labels=labels(DestUnitKind)),
        Column("host_branch", "流入党组织", "Host branch", 16, book="organisation"),
        Column("reported_in_on", "报到日期", "Reported in", 12),
        Column("host_overdue_on", "流入地逾期未答", "Host answer overdue", 14),
        Column("hosted_since", "纳入日期", "Hosted since", 12),
        Column("mobile", "本人手机", "Mobile", 16),
        Column("dues_paid_to", "党费交至", "Dues paid to", 10),
        Column("relation_holding", "组织关系状态", "Relation", 12, labels=labels(RelationHolding)),
        Column("recognised_on", "认定日期", "Recognised", 12),
        Column("confirmed_on", "支部确认日期", "Confirmed", 12),
        Column("lost_since", "失联起算", "Contact lost since", 12),
        Column("ended_on", "结束日期", "Ended", 12),
        Column("source", "登记来源", "Source", 10, labels=labels(DepartureSource)),
        Column("state", "状态", "State", 12, labels=labels(FlowState)),
        Column("open", "在外", "Open", 6),
        Column("counted", "计入统计", "Counted", 8),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "host_branch": Filter(),
        "responsible": Filter(),
        "state": Filter(choices=tuple(FlowState)),
        "open": Filter(Kind.BOOLEAN),
        "counted": Filter(Kind.BOOLEAN, description="false: the member is linked to another record of the same person"),
        "reason": Filter(choices=tuple(FlowReason)),
        "dest_area_code": Filter(),
        "dest_certainty": Filter(choices=tuple(DestCertainty)),
        "away_since": Filter(Kind.DATE),
        "recognised_on": Filter(Kind.DATE),
        "ended_on": Filter(Kind.DATE),
        "source": Filter(choices=tuple(DepartureSource)),
    },
    sorts=("_id", "away_since", "branch", "name", "state"),
    own_parameters=TREE_PARAMETERS,
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
