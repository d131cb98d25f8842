"""Lost contact: a watch, each means of the closed list, found or lost, what people decide (domain.md §2.7; contact)."""

from typing import Final

from guiyan.console.act import Act, Field, leads_to
from guiyan.console.forms import DAY, MEMBER, of_member
from guiyan.console.i18n import mark

ABOUT: Final = "/v1/lost-contacts/{id}"
TO_IT: Final = leads_to("/ledgers/lost-contacts/{id}")
NUMBER: Final = Field("document_no", mark("文号"), required=True)


def _act(name: str, title: str, verb: str, *fields: Field) -> Act:
    return Act(
        name=f"lost-{name}",
        title=title,
        service="contact",
        about=ABOUT,
        post=f"{ABOUT}/{verb}",
        list_path="/v1/lost-contacts",
        facts=("name", "branch", "state", "since", "lost_since", "cause", "months", "opened_on"),
        fields=(*fields, DAY),
        submit=mark("登记"),
        onward=TO_IT,
    )


ACT = (
    Act(
        name="lost-watch",
        title=mark("列入失联关注"),
        service="contact",
        post="/v1/lost-contacts",
        fields=(
            MEMBER,
            Field("last_seen_on", mark("最后参加组织生活或交费"), "date", hint=mark("系统内已有记录的可不填")),
            DAY,
        ),
        prepare=of_member,
        submit=mark("登记"),
        onward=TO_IT,
    ),
    _act("search", mark("着手查找"), "start-search"),
    _act(
        "step",
        mark("登记查找措施"),
        "search-step",
        Field("means", mark("查找措施"), "taps", codes="SearchMeans", required=True),
        Field("result", mark("结果"), "taps", codes="SearchResult", required=True),
        Field("channel", mark("联系方式"), "choice", codes="ContactChannel", hint=mark("联系上时填写")),
    ),
    _act(
        "cause", mark("认定失去联系"), "open", Field("cause", mark("原因"), "choice", codes="LostCause", required=True)
    ),
    _act("confirm", mark("党委确认失联"), "confirm", Field("document_no", mark("文号"))),
    _act(
        "regain",
        mark("已取得联系"),
        "regain",
        Field("channel", mark("联系方式"), "choice", codes="ContactChannel", required=True),
    ),
    _act("suspension", mark("提出停止党籍"), "propose-suspension", NUMBER),
    _act(
        "reinstatement",
        mark("提出恢复党籍"),
        "propose-reinstatement",
        NUMBER,
        Field("requested_on", mark("书面申请日期"), "date", required=True),
    ),
    _act("removal", mark("提出除名"), "propose-removal", NUMBER),
    _act(
        "outcome",
        mark("登记处理决定"),
        "decide-outcome",
        Field("outcome", mark("处理"), "taps", codes="FoundOutcome", required=True),
        Field("decision_no", mark("决定文号"), required=True),
        Field("months", mark("限期(月)"), "number", hint=mark("只在限期改正时填写")),
        Field("decided_by", mark("决定机关"), "organisation", hint=mark("不填为所在支部")),
    ),
    _act("close", mark("登记有误,撤销失联记录"), "close"),
)
