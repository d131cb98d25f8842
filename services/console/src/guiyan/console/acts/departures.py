"""A trip told: announced, left, another destination, home again, and the host's answer (domain.md §2.2; registry)."""

from typing import Final

from guiyan.console.act import Act, Document, Field, leads_to
from guiyan.console.forms import DAY, MEMBER, day, of_member
from guiyan.console.i18n import mark

SERVICE: Final = "registry"
LIST: Final = "/v1/departures"
ABOUT: Final = "/v1/departures/{id}"
FACTS: Final = ("name", "branch", "state", "planned_on", "away_since", "reason", "dest_area", "dest_certainty",
                "occupation", "host_branch")  # fmt: skip
PLACE: Final = (
    Field("dest_area_code", mark("流向(到县)"), "area", source="dest_area_code"),
    Field("dest_certainty", mark("去向是否固定"), "taps", codes="DestCertainty", source="dest_certainty"),
    Field("dest_unit_kind", mark("流入单位类别"), "choice", codes="DestUnitKind", source="dest_unit_kind"),
    Field("dest_unit_name", mark("流入单位名称"), hint=mark("加密保存")),
    Field("dest_address", mark("详细地址"), hint=mark("可不填;加密保存")),
    Field("dest_phone", mark("当地电话"), hint=mark("加密保存")),
    Field("occupation", mark("现从业"), hint=mark("加密保存")),
)
REASON: Final = (
    Field("reason", mark("外出原因"), "choice", codes="FlowReason", required=True, source="reason"),
    *PLACE,
    Field("expected_return", mark("预计返回"), "date", source="expected_return"),
    Field("member_kind", mark("人员类型"), "choice", codes="MobileMemberKind", source="member_kind"),
    Field("credential", mark("所持凭证"), "choice", codes="Credential"),
)
SOURCES: Final = Field("source", mark("如何得知"), "taps", codes="DepartureSource", value="ANNOUNCED")


def _to_the_record(body: Document, about: Document) -> str:
    del about
    return f"/members/{body['member_id']}/work"


def _about(name: str, title: str, verb: str, fields: tuple[Field, ...], tasks: tuple[str, ...] = ()) -> Act:
    return Act(
        name=name,
        title=title,
        service=SERVICE,
        about=ABOUT,
        post=f"{ABOUT}/{verb}",
        list_path=LIST,
        facts=FACTS,
        fields=fields,
        tasks=tasks,
        submit=mark("登记"),
        onward=leads_to("/ledgers/outflow/{id}"),
    )


ACT = (
    Act(
        name="announce",
        title=mark("登记外出报告"),
        service=SERVICE,
        post=LIST,
        fields=(
            MEMBER,
            Field("planned_on", mark("拟外出日期"), "date", required=True, hint=mark("已经离开的,请用“登记已外出”")),
            *REASON,
        ),
        submit=mark("登记"),
        prepare=of_member,
        onward=_to_the_record,
    ),
    Act(
        name="left",
        title=mark("登记已外出"),
        service=SERVICE,
        post=LIST,
        fields=(
            MEMBER,
            day(mark("外出日期")),
            SOURCES,
            *REASON,
        ),
        tasks=("LEFT_WITHOUT_TELLING",),
        task_id="new?member_id={member_id}",
        submit=mark("登记"),
        prepare=of_member,
        onward=_to_the_record,
    ),
    _about(
        "departure-leave",
        mark("确认已外出"),
        "leave",
        (day(mark("外出日期")), SOURCES, *REASON),
    ),
    _about("destination", mark("变更流向"), "change-destination", (*PLACE, DAY), ("DESTINATION_UNKNOWN",)),
    _about(
        "employer",
        mark("变更从业单位"),
        "change-employer",
        (*PLACE[2:4], *PLACE[5:], DAY),
    ),
    _about(
        "return-home",
        mark("登记返回"),
        "return",
        (
            day(mark("返回日期")),
            Field("certificate_handed_in", mark("活动证已交回查验"), "flag"),
        ),
    ),
    _about("recognition", mark("确认为流动党员"), "confirm", (DAY,), ("RECOGNITION_UNCONFIRMED",)),
    _about(
        "report-in",
        mark("到流入地党组织报到"),
        "report-in",
        (Field("host_branch", mark("流入党组织"), "organisation", required=True, hint=mark("12位党组织代码")), DAY),
        ("NO_HOST", "HOST_DECLINED"),
    ),
    _about("host-accept", mark("纳入本支部管理"), "accept", (DAY,)),
    _about(
        "host-decline",
        mark("不予纳入"),
        "decline",
        (Field("reason", mark("原因"), "taps", codes="HostRefusal", required=True), DAY),
    ),
    _about("host-end", mark("不再参加流入地组织生活"), "end-hosting", (DAY,)),
    _about("departure-close", mark("登记有误,撤销外出"), "close", (DAY,)),
)
