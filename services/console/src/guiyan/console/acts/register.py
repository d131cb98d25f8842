"""A member entered by hand, and a branch's contact person named (domain.md §3.4, S-11; registry)."""

from typing import Any, Final

from guiyan.console.act import Act, Field
from guiyan.console.forms import BRANCHES, DAY, TO_THE_RECORD
from guiyan.console.i18n import mark
from guiyan.console.screens import SECRETARIES

PERSON: Final = ("name", "phone", "email")


def _person(told: dict[str, Any]) -> dict[str, Any]:
    """The service takes who is named as a part of its own."""
    person = {name: told[name] for name in PERSON if name in told}
    return {"person": person, **{name: value for name, value in told.items() if name not in PERSON}}


ACT = (
    Act(
        name="register",
        title=mark("登记党员"),
        service="registry",
        post="/v1/members",
        fields=(
            Field("branch", mark("所在党支部"), "organisation", only=BRANCHES, required=True),
            Field("name", mark("姓名"), required=True),
            Field("former_name", mark("曾用名")),
            Field("id_no", mark("身份证号"), required=True, hint=mark("出生日期与性别由号码核对")),
            Field("sex", mark("性别"), "taps", codes="Sex"),
            Field("person_category", mark("人员类别"), "taps", codes="PersonCategory", required=True),
            Field("joined_on", mark("入党日期"), "date"),
            Field("full_on", mark("转正日期"), "date"),
            Field("probation_ends_on", mark("预备期满日期"), "date", hint=mark("预备党员填写")),
            Field("mobile", mark("手机号")),
            Field("home_area_code", mark("家庭所在地(到县)"), "area"),
            Field("home_address", mark("家庭住址"), hint=mark("加密保存")),
            Field("member_kind", mark("流动党员类别"), "choice", codes="MobileMemberKind"),
            Field("source", mark("登记来源"), "choice", codes="MemberSource", value="DEVELOPED"),
        ),
        submit=mark("登记"),
        onward=TO_THE_RECORD,
        roles=SECRETARIES,
    ),
    Act(
        name="contact-person",
        title=mark("确定支部联系人"),
        service="registry",
        about="/v1/organisations/{id}",
        post="/v1/organisations/{id}/appoint-contact-person",
        list_path="/v1/organisations",
        facts=("name", "short_name", "kind", "contact_person", "contact_person_name"),
        fields=(
            Field("name", mark("姓名"), required=True),
            Field("phone", mark("电话")),
            Field("email", mark("电子邮箱")),
            Field("document_no", mark("文号")),
            Field("handed_over", mark("已交接"), "flag"),
            DAY,
        ),
        tasks=("CONTACT_PERSON_MISSING",),
        task_id="{org_code}",
        body=_person,
        submit=mark("确定"),
        roles=SECRETARIES,
    ),
)
