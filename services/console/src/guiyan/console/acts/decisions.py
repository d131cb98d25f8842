"""What a decision says of a membership, with its document number; nothing follows by itself (domain.md §2.11)."""

from typing import Final

from guiyan.console.act import Act, Field
from guiyan.console.forms import TO_THE_RECORD
from guiyan.console.i18n import mark
from guiyan.console.screens import OFFICERS

ABOUT: Final = "/v1/members/{id}"
FACTS: Final = ("name", "branch", "person_category", "membership_status", "status_since", "away_since")
PAPER: Final = (
    Field("decision_no", mark("决定文号"), required=True),
    Field("decided_on", mark("决定日期"), "date", required=True),
    Field("decided_by", mark("决定机关"), "organisation", required=True, source="branch"),
)


def _act(name: str, title: str, verb: str, *fields: Field) -> Act:
    return Act(
        name=name,
        title=title,
        service="registry",
        about=ABOUT,
        post=f"{ABOUT}/{verb}",
        list_path="/v1/members",
        facts=FACTS,
        fields=(*PAPER, *fields),
        submit=mark("登记决定"),
        onward=TO_THE_RECORD,
        roles=OFFICERS,
        extra="acts/_decision.html",
    )


ACT = (
    _act(
        "suspend",
        mark("登记停止党籍"),
        "suspend",
        Field("ground", mark("依据"), "taps", codes="SuspensionGround", required=True),
        Field("since", mark("失联或出国(境)起始"), "date"),
    ),
    _act(
        "reinstate",
        mark("登记恢复党籍"),
        "reinstate",
        Field("requested_on", mark("书面申请日期"), "date", required=True),
    ),
    _act(
        "remove",
        mark("登记除名"),
        "remove",
        Field("ground", mark("依据"), "choice", codes="RemovalGround", required=True),
    ),
    _act(
        "membership-end",
        mark("登记党籍终止"),
        "end-membership",
        Field("how", mark("情形"), "taps", codes="MembershipEnd", required=True),
    ),
    _act(
        "correction-period",
        mark("登记限期改正"),
        "set-correction-period",
        Field("months", mark("月数"), "number", required=True),
    ),
)
