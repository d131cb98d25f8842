"""A study activity from its note to its closed record, and what members say and are sent (S-24 to S-29, §2.12)."""

from collections.abc import Mapping
from typing import Any, Final

from guiyan.console.act import Act, Document, Field, Prepared
from guiyan.console.forms import BRANCHES, DAY, day
from guiyan.console.i18n import mark
from guiyan.console.lists import ListInfo
from guiyan.console.screens import SECRETARIES
from guiyan.console.web.acts import told_facts
from guiyan.console.web.visitor import Visitor
from guiyan.service.auth import Role

SERVICE: Final = "notifications"
LIST: Final = "/v1/activities"
ABOUT: Final = "/v1/activities/{id}"
KEEPERS: Final = SECRETARIES | {Role.BRANCH_CONTACT}
FACTS: Final = ("title", "branch", "kind", "starts_at", "place", "state", "invited", "answered")
WHO: Final = Field("member_id", mark("党员"), "choice", required=True)
TITLE: Final = Field("title", mark("活动名称"), required=True, hint=mark("公开页面会显示,不写人名"))
STARTS: Final = (
    Field("starts_at", mark("活动日期"), "date", required=True),
    Field("starts_time", mark("开始时间"), required=True, value="10:00", hint=mark("如 10:00")),
)
PLACE: Final = (
    Field("place", mark("地点"), hint=mark("公开页面会显示,不写住址")),
    Field("online", mark("可线上参加"), "flag"),
    Field("public", mark("在公开告示页显示"), "flag", hint=mark("预告后任何人都能看到活动名称、时间和地点")),
)
SHORT: Final = Field(
    "short_notice", mark("临时原因"), "taps", codes="ShortNotice", hint=mark("提前天数不足规定时必须选择")
)


def _with_moment(told: dict[str, Any]) -> dict[str, Any]:
    """Day and time as the one moment that the service takes, in Shanghai's time."""
    time = told.pop("starts_time", None)
    return {**told, "starts_at": f"{told['starts_at']}T{time or '00:00'}:00+08:00"} if "starts_at" in told else told


def _to_the_activity(body: Document, about: Document) -> str:
    return f"/ledgers/activities/{body.get('activity_id') or about['id']}"


async def attendance(here: Visitor, activity_id: str) -> tuple[list[dict[str, Any]], ListInfo]:
    """The sheet of attendance: those whom the activity concerns, and what the service says of its columns."""
    found = await here.api.get(SERVICE, f"{LIST}/{activity_id}/attendance", (("limit", "500"),))
    return found["items"], await here.lists.get(here.api, SERVICE, f"{LIST}/{{activity_id}}/attendance")


async def _people(here: Visitor, id_: str, given: Mapping[str, str]) -> Prepared:
    """Those whom the activity concerns, to choose from: names are masked, so each stands with the branch and answer."""
    del given
    found, info = await attendance(here, id_)
    await here.books.learn(here.api, {str(one["branch"]) for one in found if one["branch"]})
    shown = ("branch", "answer", "mode")
    words = {name: info.columns[name] for name in shown}

    def told(row: Mapping[str, Any]) -> str:
        more = [words[name].told(row[name], here.words, here.books) for name in shown if row[name]]
        return " · ".join([row["name"] or row["member_id"][-6:], *more])

    return Prepared(choices={"member_id": [(one["member_id"], told(one)) for one in found]})


async def _material(here: Visitor, id_: str, given: Mapping[str, str]) -> Prepared:
    """The same people, and the activity that the material belongs to."""
    del id_
    activity_id = given.get("activity_id", "")
    activity = await here.api.get(SERVICE, f"{LIST}/{activity_id}")
    info = await here.lists.get(here.api, SERVICE, LIST)
    people = await _people(here, activity_id, given)
    return Prepared(choices=people.choices, facts=await told_facts(info, FACTS, activity, here))


def _about(  # noqa: PLR0913 - what differs from one act to the next
    name: str, title: str, verb: str, fields: tuple[Field, ...], submit: str = "", *, people: bool = False
) -> Act:
    return Act(
        name=name,
        title=title,
        service=SERVICE,
        about=ABOUT,
        post=f"{ABOUT}/{verb}",
        list_path=LIST,
        facts=FACTS,
        fields=fields,
        submit=submit or mark("登记"),
        body=_with_moment,
        onward=_to_the_activity,
        roles=KEEPERS,
        prepare=_people if people else None,
        checks_version=not people,
    )


ACT = (
    Act(
        name="draft-activity",
        title=mark("登记学习活动"),
        service=SERVICE,
        post=LIST,
        fields=(
            Field("branch", mark("支部"), "organisation", only=BRANCHES, hint=mark("不选为本支部")),
            Field("kind", mark("形式"), "choice", codes="ActivityKind", required=True),
            Field("lecture_form", mark("讲授形式"), "taps", codes="LectureForm", hint=mark("仅党课填写")),
            Field("topic", mark("主题"), "taps", codes="StudyTopic"),
            TITLE,
            *STARTS,
            Field("hours", mark("学时"), "number", required=True, value="2"),
            *PLACE,
        ),
        body=_with_moment,
        submit=mark("登记"),
        onward=_to_the_activity,
        roles=KEEPERS,
    ),
    _about("announce-activity", mark("预告活动"), "announce", (SHORT, DAY), mark("预告活动")),
    _about(
        "change-activity",
        mark("更改活动"),
        "change",
        (
            Field("title", mark("活动名称"), source="title"),
            Field("starts_at", mark("活动日期"), "date", hint=mark("不填为不变")),
            Field("starts_time", mark("开始时间"), hint=mark("改日期时填写,如 10:00")),
            Field("hours", mark("学时"), "number"),
            *PLACE,
            SHORT,
        ),
    ),
    _about("cancel-activity", mark("取消活动"), "cancel", (DAY,), mark("取消活动")),
    _about(
        "hold-activity",
        mark("登记已开展"),
        "hold",
        (
            day(mark("开展日期")),
            Field("hours", mark("学时"), "number", hint=mark("不填为计划学时")),
        ),
    ),
    _about(
        "attend",
        mark("登记到场"),
        "attend",
        (
            WHO,
            Field("mode", mark("参加方式"), "taps", codes="AttendanceMode", value="IN_PERSON", required=True),
            Field("hours", mark("学时"), "number", hint=mark("不填为活动学时")),
        ),
        people=True,
    ),
    _about("unattend", mark("撤销误登记的到场"), "withdraw-attendance", (WHO, DAY), people=True),
    _about(
        "answer-activity",
        mark("代为回复"),
        "answer",
        (WHO, Field("answer", mark("回复"), "taps", codes="ActivityAnswer", required=True), DAY),
        people=True,
    ),
    _about("close-activity", mark("归档"), "record", (DAY,), mark("归档")),
    _about("reopen-activity", mark("重新打开记录"), "reopen", (DAY,), mark("重新打开记录")),
    _about(
        "judge-activity",
        mark("登记评价"),
        "feedback",
        (WHO, Field("answer", mark("是否有用"), "taps", codes="FeedbackAnswer", required=True), DAY),
        people=True,
    ),
    Act(
        name="send-material",
        title=mark("登记寄送资料"),
        service=SERVICE,
        post="/v1/materials",
        fields=(
            Field("activity_id", "", "hidden"),
            WHO,
            Field("kind", mark("类别"), "choice", codes="LetterKind", value="STUDY_MATERIAL", required=True),
            Field("by_post", mark("邮寄"), "flag", value="true"),
            Field("tracking_no", mark("邮件编号")),
            day(mark("寄出日期")),
        ),
        submit=mark("登记"),
        onward=_to_the_activity,
        roles=KEEPERS,
        prepare=_material,
    ),
)
