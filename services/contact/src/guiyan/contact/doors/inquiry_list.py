"""The ledger of inquiries (domain.md §6 no. 17): its columns, whose rows are shown, names added when it is read."""

from datetime import date
from typing import Final

from guiyan.contact.commands.inquiries import InquiryDesk
from guiyan.contact.commands.names import names_of
from guiyan.contact.projections.inquiries import INQUIRIES
from guiyan.contact.projections.people import PEOPLE
from guiyan.contact.projections.service_points import SERVICE_POINTS
from guiyan.events.codes import InquiryChannel, InquiryEffort, InquiryState, InquiryTopic
from guiyan.service.caller import Caller
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.reads import Document, Query
from guiyan.service.tables import Column, labels

LIST: Final = Listing(
    name="inquiries",
    collection=INQUIRIES,
    title_zh="咨询受理台账",
    title_en="Inquiries",
    ledger=True,
    columns=(
        Column("_id", "标识", "Id", 38, name="inquiry_id", printed=False),
        Column("number", "编号", "Number", 12),
        Column("received_on", "日期", "Received", 12),
        Column("service_point", "服务点", "Service point", 24),
        Column("taken_by", "受理党组织", "Taken by", 20, book="organisation"),
        Column("channel", "渠道", "Channel", 10, labels=labels(InquiryChannel)),
        Column("topic", "主题", "Topic", 10, labels=labels(InquiryTopic)),
        Column("name", "咨询人", "Asker", 10, mask=mask_name),
        Column("phone", "回电号码(掩码)", "Call back", 14),
        Column("member_id", "党员编号", "Member", 38, printed=False),
        Column("effort", "事项类别", "Needs", 12, labels=labels(InquiryEffort)),
        Column("org_code", "办理党组织", "Answers", 20, book="organisation"),
        Column("to_title", "转办单位", "Passed on to", 20),
        Column("person_id", "受理人", "Who answers", 38),
        Column("due_on", "时限", "Due", 12),
        Column("days_left", "剩余天数", "Days left", 8),
        Column("state", "状态", "State", 10, labels=labels(InquiryState)),
        Column("answered_on", "答复日期", "Answered", 12),
        Column("at_first_contact", "一次办结", "In one go", 8),
        Column("answered_late", "逾期答复", "Answered late", 8),
        Column("overdue_since", "逾期起", "Late since", 12),
        Column("solved", "满意", "It helped", 8),
        Column("closed_on", "办结日期", "Closed", 12),
        Column("open", "待办", "Open", 6),
        Column("handled_by", "经办人", "Handled by", 16),
        Column("version", "版本", "Version", 8, printed=False),
    ),
    filters={
        "org_code": Filter(),
        "taken_by": Filter(),
        "service_point_id": Filter(),
        "member_id": Filter(),
        "person_id": Filter(),
        "channel": Filter(choices=tuple(InquiryChannel)),
        "topic": Filter(choices=tuple(InquiryTopic)),
        "state": Filter(choices=tuple(InquiryState)),
        "open": Filter(Kind.BOOLEAN),
        "at_first_contact": Filter(Kind.BOOLEAN),
        "answered_late": Filter(Kind.BOOLEAN),
        "solved": Filter(Kind.BOOLEAN),
        "received_on": Filter(Kind.DATE),
        "due_on": Filter(Kind.DATE),
        "answered_on": Filter(Kind.DATE),
        "overdue_since": Filter(Kind.DATE),
        "overdue": Filter(
            Kind.BOOLEAN, field="overdue_since", present=True, description="true: its day passed without an answer"
        ),
    },
    sorts=("_id", "received_on", "due_on", "state", "number"),
    default_sort="-received_on",
    own_parameters=("under",),
)


def visible(caller: Caller) -> Query:
    """What the own organisations took or have to answer; of a member the own ones."""
    if caller.is_office:
        return {"$or": [caller.scope.where("org_code"), caller.scope.where("taken_by")]}
    return {"member_id": caller.principal.sub}


class Shown:
    """Completes rows with what is told on the day they are looked at: names of now, and the days that are left."""

    def __init__(self, desk: InquiryDesk, today: date) -> None:
        self._desk, self._today = desk, today

    async def told(self, rows: list[Document]) -> list[Document]:
        """A member's name is the register's; an asker who is no member has the one that was given."""
        people = await names_of(self._desk.cycle, PEOPLE, [one["member_id"] for one in rows])
        points = await names_of(self._desk.points, SERVICE_POINTS, [one["service_point_id"] for one in rows])
        return [
            {
                **one,
                "name": one["name"] or people.get(one["member_id"]),
                "service_point": points.get(one["service_point_id"]),
                "days_left": (date.fromisoformat(one["due_on"]) - self._today).days if one["open"] else None,
            }
            for one in rows
        ]


async def narrowed(desk: InquiryDesk, caller: Caller, under: str | None) -> Query:
    """What the caller may see, of the part of the tree that is asked for."""
    if under is None:
        return visible(caller)
    below = await desk.directory.standing(under)
    return {"$and": [visible(caller), {"$or": [below.where("org_code"), below.where("taken_by")]}]}
