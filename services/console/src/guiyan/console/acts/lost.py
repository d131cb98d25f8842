"""Lost contact: a watch, each means of the closed list, the proposal with its number (domain.md §2.7; contact)."""

from typing import Final

from guiyan.console.act import Act, Field
from guiyan.console.acts.departures import of_member
from guiyan.console.i18n import mark

ABOUT: Final = "/v1/lost-contacts/{id}"
DAY: Final = Field("occurred_on", mark("日期"), "date", hint=mark("不填为今天"))
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
    )


ACT = (
    Act(
        name="lost-watch",
        title=mark("列入失联关注"),
        service="contact",
        post="/v1/lost-contacts",
        fields=(
            Field("member_id", "", "hidden"),
            Field("last_seen_on", mark("最后参加组织生活或交费"), "date", hint=mark("系统内已有记录的可不填")),
            DAY,
        ),
        prepare=of_member,
        submit=mark("登记"),
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
)
