"""A probation from the application to the decision, each step recorded as done (domain.md §2.8; registry)."""

from typing import Final

from guiyan.console.act import Act, Field, leads_to
from guiyan.console.forms import COMMITTEES, DAY
from guiyan.console.i18n import mark
from guiyan.console.screens import OFFICERS
from guiyan.service.auth import OFFICE_ROLES

ABOUT: Final = "/v1/probations/{id}"
FACTS: Final = ("name", "branch", "joined_on", "ends_on", "days_left", "state", "applied_on", "notice_until",
                "voted_on", "vote")  # fmt: skip
TO_IT: Final = leads_to("/ledgers/probations/{id}")
PAPER: Final = (
    Field("decision_no", mark("决定文号"), required=True),
    Field("decided_on", mark("决定日期"), "date", required=True),
    Field("decided_by", mark("决定机关"), "organisation", only=COMMITTEES, required=True),
)


def _act(name: str, title: str, verb: str, *fields: Field, decides: bool = False) -> Act:
    return Act(
        name=f"probation-{name}",
        title=title,
        service="registry",
        about=ABOUT,
        post=f"{ABOUT}/{verb}",
        list_path="/v1/probations",
        facts=FACTS,
        fields=(*PAPER, *fields) if decides else (*fields, DAY),
        submit=mark("登记决定") if decides else mark("登记"),
        onward=TO_IT,
        roles=OFFICERS if decides else OFFICE_ROLES,
        extra="acts/_decision.html" if decides else "",
    )


ACT = (
    _act("apply", mark("收到转正申请"), "apply"),
    _act("group", mark("党小组提出意见"), "give-group-opinion"),
    _act("opinions", mark("征求党员和群众意见"), "collect-opinions"),
    _act("review", mark("支委会审查"), "review"),
    _act("notice", mark("公示"), "post-notice", Field("until", mark("公示至"), "date", required=True)),
    _act(
        "vote",
        mark("支部大会表决"),
        "vote",
        Field("vote", mark("决议"), "taps", codes="ProbationVote", required=True),
        Field("in_favour", mark("赞成票"), "number"),
        Field("against", mark("反对票"), "number"),
        Field("abstained", mark("弃权票"), "number"),
    ),
    _act(
        "quarter",
        mark("登记季度讨论"),
        "discuss-quarter",
        Field("quarter", mark("季度"), required=True, hint=mark("如2026-Q1")),
    ),
    _act(
        "report",
        mark("登记半年汇报"),
        "give-report",
        Field("half_year", mark("半年"), required=True, hint=mark("如2026-H1")),
    ),
    _act("convert", mark("批准转正"), "convert", decides=True),
    _act(
        "extend", mark("延长预备期"), "extend", Field("months", mark("延长(月)"), "number", required=True), decides=True
    ),
    _act("cancel", mark("取消预备资格"), "cancel", decides=True),
)
