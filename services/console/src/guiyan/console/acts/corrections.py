"""Fields of a record set right: asked for, agreed to or not one level above (domain.md §3.6; registry)."""

from typing import Final

from guiyan.console.act import Act, Field, leads_to
from guiyan.console.forms import DAY, MEMBER, of_member
from guiyan.console.i18n import mark
from guiyan.service.auth import OFFICE_ROLES, Role

ABOUT: Final = "/v1/corrections/{id}"
FACTS: Final = ("name", "branch", "fields", "reason", "proof", "requested_by", "requested_on", "state")
TO_IT: Final = leads_to("/ledgers/corrections/{id}")
CHANGES: Final = (
    Field("name", mark("姓名")),
    Field("former_name", mark("曾用名")),
    Field("id_no", mark("身份证号")),
    Field("birth_date", mark("出生日期"), "date"),
    Field("sex", mark("性别"), "choice", codes="Sex"),
    Field("mobile", mark("手机号")),
    Field("landline", mark("固定电话")),
    Field("home_area_code", mark("家庭所在地(到县)"), "area"),
    Field("home_address", mark("家庭住址")),
    Field("file_place", mark("档案所在地")),
    Field("joined_on", mark("入党日期"), "date"),
    Field("full_on", mark("转正日期"), "date"),
    Field("member_kind", mark("流动党员类别"), "choice", codes="MobileMemberKind"),
)


ACT = (
    Act(
        name="correction",
        title=mark("申请更正"),
        service="registry",
        post="/v1/corrections",
        fields=(
            MEMBER,
            Field("why", mark("更正原因"), "taps", codes="CorrectionReason", required=True),
            Field("proof", mark("依据文号"), hint=mark("证明材料的文号,可不填")),
            *CHANGES,
        ),
        submit=mark("申请"),
        prepare=of_member,
        roles=OFFICE_ROLES | {Role.MEMBER},
        onward=TO_IT,
        extra="acts/_changes.html",
    ),
    Act(
        name="correction-approve",
        title=mark("同意更正申请"),
        service="registry",
        about=ABOUT,
        post=f"{ABOUT}/approve",
        list_path="/v1/corrections",
        facts=FACTS,
        fields=(DAY,),
        submit=mark("同意申请"),
        onward=TO_IT,
    ),
    Act(
        name="correction-reject",
        title=mark("不同意更正"),
        service="registry",
        about=ABOUT,
        post=f"{ABOUT}/reject",
        list_path="/v1/corrections",
        facts=FACTS,
        fields=(Field("reason", mark("原因"), "taps", codes="CorrectionRefusal", required=True), DAY),
        submit=mark("退回"),
        onward=TO_IT,
    ),
)
