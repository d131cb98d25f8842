"""What became of a message, where only a person can tell: an unknown outcome settled, an answer noted (S-35)."""

from typing import Final

from guiyan.console.act import Act, Field, leads_to
from guiyan.console.forms import DAY, MEMBER
from guiyan.console.i18n import mark
from guiyan.console.screens import OFFICERS, SECRETARIES

SERVICE: Final = "notifications"
NOTICE: Final = "/v1/notices/{id}"
FACTS: Final = ("org_code", "template", "channel", "state", "day")
CAMPAIGN: Final = "/v1/campaigns/{id}"


ACT = (
    Act(
        name="settle-notice",
        title=mark("核定结果"),
        service=SERVICE,
        about=NOTICE,
        post=f"{NOTICE}/resolve",
        list_path="/v1/intents",
        facts=FACTS,
        fields=(
            Field(
                "settlement",
                mark("核实后的结果"),
                "taps",
                codes="Settlement",
                required=True,
                hint=mark("确认未达的将重新排队发送"),
            ),
        ),
        submit=mark("核定结果"),
        onward=leads_to("/ledgers/notices/{id}"),
        roles=SECRETARIES,
    ),
    Act(
        name="acknowledge-notice",
        title=mark("登记对方已确认收到"),
        service=SERVICE,
        about=NOTICE,
        post=f"{NOTICE}/acknowledge",
        list_path="/v1/intents",
        facts=FACTS,
        fields=(),
        submit=mark("登记"),
        onward=leads_to("/ledgers/notices/{id}"),
    ),
    Act(
        name="campaign-answer",
        title=mark("登记本人回应"),
        service=SERVICE,
        about=CAMPAIGN,
        post=f"{CAMPAIGN}/note-result",
        list_path="/v1/campaigns",
        facts=("quarter", "org_code", "template"),
        fields=(
            MEMBER,
            Field(
                "result",
                mark("本人如何回应"),
                "taps",
                codes="CampaignResult",
                only=("REPLIED", "CALLED_BACK"),
                required=True,
                hint=mark("登记后自动生成一条咨询,由支部受理;不记录内容"),
            ),
            DAY,
        ),
        submit=mark("登记"),
        onward=leads_to("/ledgers/campaigns/{id}"),
        checks_version=False,
    ),
    Act(
        name="close-campaign",
        title=mark("结束季度短信"),
        service=SERVICE,
        about=CAMPAIGN,
        post=f"{CAMPAIGN}/close",
        list_path="/v1/campaigns",
        facts=("quarter", "org_code", "template", "recipients", "delivered", "failed", "unknown", "pending"),
        fields=(),
        submit=mark("结束季度短信"),
        onward=leads_to("/ledgers/campaigns/{id}"),
        roles=OFFICERS,
        checks_version=False,
    ),
)
