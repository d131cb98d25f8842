"""An inquiry from the call to its end: that it came and was answered, never what was said (S-23, §2.12; contact)."""

from typing import Final

from guiyan.console.act import Act, Field, leads_to
from guiyan.console.forms import DAY, MEMBER
from guiyan.console.i18n import mark

ABOUT: Final = "/v1/inquiries/{id}"
FACTS: Final = ("number", "received_on", "topic", "channel", "effort", "name", "phone", "org_code", "state", "due_on",
                "days_left")  # fmt: skip
TO_IT: Final = leads_to("/ledgers/inquiries/{id}")


def _act(name: str, title: str, verb: str, *fields: Field) -> Act:
    return Act(
        name=f"inquiry-{name}",
        title=title,
        service="contact",
        about=ABOUT,
        post=f"{ABOUT}/{verb}",
        list_path="/v1/inquiries",
        facts=FACTS,
        fields=(*fields, DAY),
        submit=mark("登记"),
        onward=TO_IT,
    )


ACT = (
    Act(
        name="inquiry",
        title=mark("登记咨询"),
        service="contact",
        post="/v1/inquiries",
        fields=(
            MEMBER,
            Field("topic", mark("主题"), "taps", codes="InquiryTopic", required=True),
            Field("channel", mark("渠道"), "taps", codes="InquiryChannel", value="PHONE"),
            Field("effort", mark("办理难度"), "taps", codes="InquiryEffort", value="SIMPLE"),
            Field("name", mark("咨询人姓名"), hint=mark("不是本系统党员时填写,可不填")),
            Field("phone", mark("回电号码"), hint=mark("加密保存")),
            Field("org_code", mark("受理党组织"), "organisation", hint=mark("不填为本单位或党员所在支部")),
            DAY,
        ),
        submit=mark("登记"),
        onward=TO_IT,
    ),
    _act("answer", mark("已答复"), "answer", Field("at_first_contact", mark("一次办结"), "flag",
                                                 hint=mark("不填按办理经过判断"))),
    _act(
        "transfer",
        mark("转其他单位办理"),
        "transfer",
        Field("to_org", mark("转给本系统党组织"), "organisation"),
        Field("to_title", mark("转给系统外单位"), hint=mark("两项只填一项")),
    ),
    _act("confirm", mark("回访咨询人"), "confirm", Field("solved", mark("问题已解决"), "flag", required=True)),
    _act("close", mark("办结"), "close"),
    _act("reopen", mark("重新办理"), "reopen", Field("reason", mark("原因"), "taps", codes="InquiryReopen",
                                                 required=True)),
)  # fmt: skip
