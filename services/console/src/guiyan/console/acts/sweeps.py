"""A sweep from its plan to its report, and what a branch finds: who has left, come back, come from elsewhere (§2.12).

Findings that need no facts are one tap on the sheet's page (`web/sweeps.py`); these are those that do.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from guiyan.console.act import ID_PARTS, Act, Field, Prepared, leads_to
from guiyan.console.acts.departures import PLACE
from guiyan.console.forms import DAY, MEMBER, day, of_member
from guiyan.console.i18n import mark
from guiyan.console.screens import OFFICERS, SECRETARIES
from guiyan.console.web.visitor import Visitor
from guiyan.service.auth import Role

SERVICE: Final = "registry"
ABOUT: Final = "/v1/sweeps/{id}"
SHEET: Final = "/v1/sweeps/{0}/sheets/{1}"
FACTS: Final = ("batch", "kind", "root_org", "opens_on", "closes_on", "state", "branch_due_on", "township_due_on")
SHEET_FACTS: Final = (
    "batch", "township", "branch", "expected", "checked", "found_out", "found_in", "returned", "not_reached", "state"
)  # fmt: skip
TO_THE_SWEEP: Final = leads_to("/sweeps/{0}")
TO_THE_SHEET: Final = leads_to("/sweeps/{0}/sheets/{1}")
CHECKED: Final = day(mark("核查日期"), "checked_on")


def _of_sweep(verb: str, name: str, title: str, fields: tuple[Field, ...], roles: frozenset[Role]) -> Act:
    return Act(
        name=name,
        title=title,
        service=SERVICE,
        about=ABOUT,
        post=f"{ABOUT}/{verb}",
        list_path="/v1/sweeps",
        facts=FACTS,
        fields=fields,
        submit=mark("确定"),
        onward=TO_THE_SWEEP,
        roles=roles,
    )


def _of_sheet(verb: str, name: str, title: str, roles: frozenset[Role]) -> Act:
    return Act(
        name=name,
        title=title,
        service=SERVICE,
        about=SHEET,
        post=f"{SHEET}/{verb}",
        list_path="/v1/sweep-sheets",
        facts=SHEET_FACTS,
        fields=(DAY,),
        submit=mark("确定"),
        onward=TO_THE_SHEET,
        roles=roles,
    )


def finding(kind: str, part: str = "") -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The body of a finding: its kind, and the facts in the part that the service names for them."""
    own = {MEMBER.name, DAY.name, CHECKED.name, "certificate_handed_in"}

    def body(told: dict[str, Any]) -> dict[str, Any]:
        facts = {name: value for name, value in told.items() if name not in own}
        rest = {name: value for name, value in told.items() if name in own}
        return {"finding": kind, **rest, **({part: facts} if part else {})}

    return body


def _found(
    name: str, title: str, body: Callable[[dict[str, Any]], dict[str, Any]], *fields: Field, stranger: bool = False
) -> Act:
    """What is found of somebody on the sheet, or of a stranger, whom no record tells."""
    return Act(
        name=name,
        title=title,
        service=SERVICE,
        post=f"{SHEET}/check",
        fields=(*fields, CHECKED) if stranger else (MEMBER, *fields, CHECKED),
        body=body,
        submit=mark("登记"),
        onward=TO_THE_SHEET,
        prepare=None if stranger else of_member,
        checks_version=False,
    )


async def _missing(here: Visitor, id_: str, given: Mapping[str, str]) -> Prepared:
    """The branches that have handed nothing in: they are named, or the township does not check."""
    del given
    sweep_id, township = id_.split(ID_PARTS)[:2]
    asked = (("sweep_id", sweep_id), ("township", township), ("state", "OPEN"), ("state", "RETURNED"), ("limit", "500"))
    found = (await here.api.get(SERVICE, "/v1/sweep-sheets", asked))["items"]
    await here.books.learn(here.api, {one["branch"] for one in found} | {township})
    named = [(one["branch"], here.books.organisation(one["branch"])) for one in found]
    facts = ((here.words.pick("乡镇/街道", "Township"), here.books.organisation(township)),)
    return Prepared(facts=facts, choices={"missing": named})


ACT = (
    Act(
        name="plan-sweep",
        title=mark("发起摸底排查"),
        service=SERVICE,
        post="/v1/sweeps",
        fields=(
            Field(
                "root_org",
                mark("排查范围"),
                "organisation",
                only=("COMMITTEE", "WORK_COMMITTEE", "GENERAL_BRANCH"),
                hint=mark("该党组织及其下级全部支部;不选为本单位"),
            ),
            Field(
                "opens_on", mark("开始日期"), "date", required=True, hint=mark("到这一天自动开启,各支部收到应查名单")
            ),
            Field("closes_on", mark("结束日期"), "date", required=True),
        ),
        submit=mark("发起摸底排查"),
        onward=TO_THE_SWEEP,
        roles=SECRETARIES,
    ),
    _of_sweep("close", "close-sweep", mark("汇总办结"), (DAY,), OFFICERS),
    _of_sweep(
        "report",
        "report-sweep",
        mark("登记已上报"),
        (Field("to_org", mark("上报单位"), "organisation", hint=mark("没有代码的可不填")), DAY),
        OFFICERS,
    ),
    _of_sweep(
        "extend",
        "extend-sweep",
        mark("延长期限"),
        (
            Field("closes_on", mark("延长到"), "date", required=True),
            Field("document_no", mark("文号"), required=True),
        ),
        OFFICERS,
    ),
    _of_sweep("cancel", "cancel-sweep", mark("取消"), (Field("document_no", mark("文号")), DAY), SECRETARIES),
    Act(
        name="check-township",
        title=mark("审核本乡镇排查表"),
        service=SERVICE,
        about="/v1/sweeps/{0}",
        post="/v1/sweeps/{0}/townships/{1}/check",
        list_path="/v1/sweeps",
        facts=FACTS,
        fields=(
            Field(
                "missing",
                mark("未上报的支部"),
                "checks",
                hint=mark("未上报的须逐一勾选,按已查部分计入;审核后不能再改"),
            ),
            DAY,
        ),
        submit=mark("审核通过"),
        onward=TO_THE_SWEEP,
        roles=OFFICERS,
        prepare=_missing,
        checks_version=False,
    ),
    _of_sheet("submit", "submit-sheet", mark("上报排查表"), SECRETARIES | {Role.BRANCH_CONTACT}),
    _of_sheet("return", "return-sheet", mark("退回修改"), OFFICERS),
    _found(
        "sweep-found-out",
        mark("登记新发现流出"),
        finding("FOUND_OUT", "leaving"),
        Field("occurred_on", mark("外出日期"), "date", required=True),
        Field("reason", mark("外出原因"), "choice", codes="FlowReason", required=True),
        *PLACE,
    ),
    _found(
        "sweep-returned",
        mark("登记返回"),
        finding("RETURNED"),
        day(mark("返回日期")),
        Field("certificate_handed_in", mark("活动证已交回查验"), "flag"),
    ),
    _found(
        "sweep-found-in",
        mark("登记新发现流入"),
        finding("FOUND_IN", "inflow"),
        Field("name", mark("姓名"), required=True),
        Field("id_no", mark("身份证号"), hint=mark("能核对时填写,用于与流出记录配对")),
        day(mark("流入日期")),
        Field("reason", mark("流入原因"), "choice", codes="FlowReason"),
        Field("origin_area_code", mark("原所在地(到县)"), "area"),
        Field("origin_title", mark("原组织关系所在党组织")),
        Field("person_category", mark("人员类别"), "taps", codes="PersonCategory"),
        stranger=True,
    ),
)
