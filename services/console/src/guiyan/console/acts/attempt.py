"""Log a contact attempt in three taps: which way, what came of it, done (domain.md §2.6, §6 no. 6)."""

from guiyan.console.act import Act, Document, Field
from guiyan.console.forms import day
from guiyan.console.i18n import mark

REACHED = "REACHED"


def _onward(body: Document, about: Document) -> str:
    """Somebody who was reached has answered: the three answers come next."""
    return f"/acts/answers/{about['id']}?channel={body['channel']}" if body.get("outcome") == REACHED else "/"


ACT = Act(
    name="attempt",
    title=mark("登记联系"),
    service="contact",
    about="/v1/duties/{id}",
    post="/v1/duties/{id}/attempt",
    list_path="/v1/duties",
    facts=("name", "branch", "quarter", "closes_on", "attempts", "last_attempt_on", "last_outcome"),
    fields=(
        Field(
            "channel",
            mark("方式"),
            "taps",
            codes="ContactChannel",
            only=("PHONE", "WECHAT_CALL", "VIDEO", "SMS", "IN_PERSON", "LETTER", "VIA_RELAY_PERSON", "VIA_HOST_ORG"),
            required=True,
            value="PHONE",
        ),
        Field("outcome", mark("结果"), "taps", codes="ContactOutcome", required=True),
        day(mark("联系日期")),
    ),
    tasks=("CONTACT_DUE", "CONTACT_MISSED", "HOST_TO_CONTACT"),
    submit=mark("登记"),
    onward=_onward,
    leads_on=True,
    extra="acts/_call.html",
)
