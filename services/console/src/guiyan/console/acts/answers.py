"""The three coded answers of a member who was reached, and the help wished for; never what was said (§1.4)."""

from guiyan.console.act import Act, Field
from guiyan.console.forms import day
from guiyan.console.i18n import mark

ACT = Act(
    name="answers",
    title=mark("登记联系情况"),
    service="contact",
    about="/v1/duties/{id}",
    post="/v1/duties/{id}/complete",
    list_path="/v1/duties",
    facts=("name", "branch", "quarter", "closes_on"),
    fields=(
        Field("channel", mark("方式"), "choice", codes="ContactChannel", required=True, value="PHONE"),
        Field("work", mark("工作情况"), "taps", codes="WorkAnswer"),
        Field("org_life", mark("组织生活"), "taps", codes="OrgLifeAnswer"),
        Field("dues", mark("党费"), "taps", codes="DuesAnswer"),
        Field("dues_paid_to", mark("党费交至"), "month", hint=mark("仅在选择“已交至某月”时填写")),
        Field("wishes", mark("诉求"), "checks", codes="Wish"),
        day(mark("联系日期")),
    ),
    submit=mark("登记"),
)
