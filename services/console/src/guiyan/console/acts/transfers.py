"""A transfer from request to stub, each act offered only where the service says that it is next (domain.md §2.3)."""

from collections.abc import Mapping
from typing import Any, Final

from guiyan.console import places
from guiyan.console.act import Act, Field, Prepared, leads_to
from guiyan.console.forms import BRANCHES, COMMITTEES, DAY, MEMBER, day
from guiyan.console.i18n import mark
from guiyan.console.web.acts import told_facts
from guiyan.console.web.visitor import Visitor

SERVICE: Final = "transfers"
ABOUT: Final = "/v1/transfers/{id}"
FACTS: Final = (
    "number", "name", "state", "channel", "from_branch", "from_committee", "to_title", "to_branch", "dues_paid_to",
    "expires_on", "return_reason",
)  # fmt: skip
TO_IT: Final = leads_to("/ledgers/transfers/{id}")
PAID_TO: Final = Field("dues_paid_to", mark("党费交至"), "month", source="dues_paid_to")
CHANNEL: Final = Field("channel", mark("转接渠道"), "taps", codes="TransferChannel", source="channel")
HOW: Final = Field("how", mark("转递方式"), "taps", codes="HandedOverHow")
INTO: Final = Field("to_branch", mark("编入支部"), "organisation", only=BRANCHES, source="to_branch")
SIDE: Final = Field("side", mark("哪一方"), "taps", codes="TransferSide", hint=mark("只在两方都由您管理时填写"))
RECEIVER: Final = (
    Field("to_committee", mark("转入党委"), "organisation", only=COMMITTEES, source="to_committee"),
    Field("to_branch", mark("拟转入支部"), "organisation", only=BRANCHES, source="to_branch"),
    Field("to_title", mark("转入抬头"), hint=mark("系统外的接收党组织写全称;其余可不填"), source="to_title"),
)


async def _asked_for(here: Visitor, id_: str, given: Mapping[str, str]) -> Prepared:
    """Whose relation it is, to which month dues are paid, and who is nearest where the member is (S-15)."""
    del id_
    member = await here.api.get("registry", f"/v1/members/{given['member_id']}") if given.get("member_id") else {}
    info = await here.lists.get(here.api, "registry", "/v1/members")
    shown = ("name", "person_category", "branch", "departure_state", "away_since", "dues_paid_to")
    facts = await told_facts(info, shown, member, here)
    area = places.code_of(given.get("to_area_code", "")) or await _where(here, member)
    near = (await here.api.get(SERVICE, "/v1/transfers/receivers", (("area", area),)))["items"] if area else []
    values = {"dues_paid_to": member.get("dues_paid_to") or "", "to_area_code": area}
    if len(near) == 1:
        values["to_committee"] = near[0]["org_code"]
    return Prepared(values, facts=facts, told={"near": near, "area": places.said(area)})


async def _where(here: Visitor, member: Mapping[str, Any]) -> str:
    """The county that the open trip leads to; empty where there is none."""
    if not member.get("departure_id"):
        return ""
    trip = await here.api.get("registry", f"/v1/departures/{member['departure_id']}")
    return str(trip.get("dest_area_code") or "")


def _act(name: str, title: str, verb: str, *fields: Field, tasks: tuple[str, ...] = ()) -> Act:
    return Act(
        name=f"transfer-{name}",
        title=title,
        service=SERVICE,
        about=ABOUT,
        post=f"{ABOUT}/{verb}",
        list_path="/v1/transfers",
        facts=FACTS,
        fields=fields,
        tasks=tasks,
        onward=TO_IT,
    )


ACT = (
    Act(
        name="transfer-request",
        title=mark("申请转接"),
        service=SERVICE,
        post="/v1/transfers",
        fields=(
            MEMBER,
            *RECEIVER,
            Field("to_area_code", mark("转往何地(到县)"), "area", hint=mark("系统外接收时填写,用于判断省内省外")),
            Field("channel", mark("转接渠道"), "taps", codes="TransferChannel", value="PAPER"),
            Field("dues_paid_to", mark("党费交至"), "month"),
            DAY,
        ),
        tasks=("TRANSFER_SUGGESTED", "PARKED_RELATION"),
        task_id="new?member_id={member_id}",
        submit=mark("申请"),
        prepare=_asked_for,
        onward=TO_IT,
        extra="acts/_receivers.html",
    ),
    _act("approve", mark("支部同意"), "approve", DAY),
    _act(
        "issue",
        mark("出具介绍信"),
        "issue",
        Field("valid_days", mark("有效期(天)"), "number", hint=mark("不填按本单位规定")),
        PAID_TO,
        DAY,
    ),
    _act(
        "hand-over", mark("转递介绍信"), "hand-over",
        Field("how", mark("转递方式"), "taps", codes="HandedOverHow", required=True), DAY,
    ),
    _act("receive", mark("接收"), "receive", INTO, HOW, DAY),
    _act(
        "assign", mark("编入支部"), "assign",
        Field("to_branch", mark("编入支部"), "organisation", only=BRANCHES, required=True, source="to_branch"), DAY,
    ),
    _act(
        "receipt", mark("寄回回执"), "receipt",
        day(mark("回执上的日期"), "receipt_on"), DAY,
    ),
    _act(
        "record-receipt",
        mark("登记纸质回执"),
        "record-receipt",
        Field("received_on", mark("对方接收日期"), "date", required=True),
        Field("receipt_on", mark("回执上的日期"), "date", required=True),
        HOW,
        DAY,
    ),
    _act("archive", mark("回执归档"), "archive", DAY),
    _act("resubmit", mark("修改后重新提交"), "resubmit", *RECEIVER, CHANNEL, PAID_TO, DAY),
    _act(
        "reissue",
        mark("补开介绍信"),
        "reissue",
        Field("certified_by", mark("出具证明的支部"), "organisation", only=BRANCHES, required=True,
              source="from_branch"),
        Field("proof", mark("证明文号")),
        Field("valid_days", mark("有效期(天)"), "number", hint=mark("不填按本单位规定")),
        PAID_TO,
        DAY,
    ),
    _act(
        "return",
        mark("退回对方修改"),
        "return",
        Field("reason", mark("退回原因"), "choice", codes="ReturnReason", required=True),
        Field("text", mark("说明"), "long", hint=mark("只在原因为“其他(附说明)”时填写")),
        SIDE,
        DAY,
    ),
    _act("lost", mark("报告介绍信遗失"), "report-lost", DAY),
    _act(
        "channel", mark("改用其他渠道"), "change-channel",
        Field("channel", mark("转接渠道"), "taps", codes="TransferChannel", required=True, value="PAPER"), DAY,
    ),
    _act(
        "converter",
        mark("约定转正办理方"),
        "agree-converter",
        Field("converter", mark("由哪一方办理转正"), "taps", codes="TransferSide", required=True),
        SIDE,
        DAY,
    ),
    _act("withdraw", mark("撤回申请"), "withdraw", DAY),
    _act(
        "cancel", mark("撤销转接"), "cancel",
        Field("reason", mark("撤销原因"), "taps", codes="CancelReason", required=True), DAY,
    ),
    _act(
        "dismiss", mark("说明暂不转接"), "dismiss",
        Field("obstacle", mark("原因"), "taps", codes="TransferObstacle", required=True), DAY,
    ),
)  # fmt: skip
