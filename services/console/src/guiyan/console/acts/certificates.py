"""An activity certificate from the request to the day it is handed in (domain.md §2.4; transfers)."""

from typing import Final

from guiyan.console.act import Act, Field, leads_to
from guiyan.console.forms import DAY, MEMBER, of_member
from guiyan.console.i18n import mark

ABOUT: Final = "/v1/certificates/{id}"
FACTS: Final = (
    "number",
    "name",
    "branch",
    "state",
    "reason",
    "place",
    "time",
    "issued_on",
    "checked_on",
    "check_due_on",
)
TO_IT: Final = leads_to("/ledgers/certificates/{id}")
GROUND: Final = (
    Field("ground", mark("办证依据"), "taps", codes="CertGround", hint=mark("地点或时间不固定的可不填")),
    Field("obstacle", mark("暂不能转接的原因"), "choice", codes="TransferObstacle"),
)
HOST: Final = Field(
    "host_branch",
    mark("流入地党支部"),
    "organisation",
    hint=mark("原支部按纸质活动证补登时填写"),
)


def _act(name: str, title: str, verb: str, *fields: Field) -> Act:
    return Act(
        name=f"certificate-{name}",
        title=title,
        service="transfers",
        about=ABOUT,
        post=f"{ABOUT}/{verb}",
        list_path="/v1/certificates",
        facts=FACTS,
        fields=(*fields, DAY),
        submit=mark("登记"),
        onward=TO_IT,
    )


ACT = (
    Act(
        name="certificate-request",
        title=mark("申领活动证"),
        service="transfers",
        post="/v1/certificates",
        fields=(MEMBER, *GROUND, DAY),
        submit=mark("申领"),
        prepare=of_member,
        onward=TO_IT,
    ),
    _act("number", mark("编号"), "number"),
    _act("seal", mark("党委盖章"), "seal"),
    _act("issue", mark("登记发证"), "issue"),
    _act(
        "dispatch",
        mark("交给本人"),
        "dispatch",
        Field("how", mark("发放方式"), "taps", codes="CertDispatch", required=True),
        Field("tracking_no", mark("邮件号"), hint=mark("只在邮寄时填写")),
    ),
    _act(
        "check",
        mark("办理年审"),
        "check",
        Field("checked_by", mark("年审支部"), "organisation", hint=mark("不填为本支部")),
    ),
    _act(
        "arrival",
        mark("登记到达流入地"),
        "add-host-entry",
        Field("arrived_on", mark("到达日期"), "date", required=True),
        HOST,
    ),
    _act(
        "activities",
        mark("登记参加活动次数"),
        "add-activities",
        Field("activities", mark("次数"), "number", required=True),
        HOST,
    ),
    _act("return", mark("交回查验"), "return"),
    _act("replace", mark("补发"), "replace", *GROUND),
    _act("lost", mark("报告活动证遗失"), "report-lost"),
    _act(
        "void",
        mark("作废"),
        "void",
        Field(
            "reason",
            mark("作废原因"),
            "taps",
            codes="VoidReason",
            only=("LOST", "SPOILT", "WITHDRAWN"),
            required=True,
        ),
    ),
)
