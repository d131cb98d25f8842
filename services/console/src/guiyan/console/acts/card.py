"""Print the registration card (流动党员登记卡): all fields in full, so the print is an act that is recorded (S-09)."""

from guiyan.console.act import Act, Field
from guiyan.console.i18n import mark
from guiyan.console.web.record import REVEALERS

ACT = Act(
    name="print-card",
    title=mark("打印登记卡"),
    service="registry",
    about="/v1/members/{id}",
    post="/v1/members/{id}/card",
    list_path="/v1/members",
    facts=("name", "branch", "person_category"),
    fields=(
        Field(
            "reason",
            mark("原因"),
            "taps",
            options=(
                ("FILING", mark("归档")),
                ("SIGNATURE", mark("本人签字")),
                ("MEMBER_ASKED", mark("本人要求")),
                ("TRANSFER", mark("办理转接")),
                ("CORRECTION", mark("更正信息")),
                ("AUDIT", mark("审计")),
            ),
            required=True,
            hint=mark("登记卡显示全部信息,打印行为将被记录"),
        ),
    ),
    submit=mark("打印登记卡"),
    roles=REVEALERS,
    checks_version=False,
    file="card.pdf",
)
