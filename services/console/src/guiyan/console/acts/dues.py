"""Dues paid: to the formal branch by whoever, or at the host; and the answer to a six-month case (domain.md §2.9)."""

from typing import Any, Final

from guiyan.console.act import Act, Field
from guiyan.console.forms import TO_THE_RECORD, day
from guiyan.console.i18n import mark
from guiyan.console.screens import SECRETARIES

FACTS: Final = ("name", "branch", "person_category", "dues_paid_to")
REMINDED: Final = ("DUES_ARREARS", "DUES_REPORTED")
MONTHS_A_YEAR: Final = 12
DAY: Final = day(mark("交纳日期"))
SPAN: Final = (
    Field("first", mark("从哪个月"), "month", required=True),
    Field("last", mark("到哪个月"), "month", hint=mark("只交一个月的不填")),
)
PAYER: Final = Field("paid_by", mark("由谁交纳"), "taps", codes="DuesPayer", required=True)


def months(told: dict[str, Any]) -> dict[str, Any]:
    """The service takes every month by itself; what is no month it refuses."""
    rest = {name: value for name, value in told.items() if name not in {"first", "last"}}
    first, last = str(told.get("first", "")), str(told.get("last") or told.get("first", ""))
    try:
        begin, end = (int(one[:4]) * MONTHS_A_YEAR + int(one[5:]) - 1 for one in (first, last))
    except ValueError:
        return {**rest, "months": [first, last]}
    found = range(begin, min(end, begin + 2 * MONTHS_A_YEAR) + 1)
    return {**rest, "months": [f"{one // MONTHS_A_YEAR:04}-{one % MONTHS_A_YEAR + 1:02}" for one in found]}


def _act(name: str, title: str, verb: str, *fields: Field, tasks: tuple[str, ...] = ()) -> Act:
    return Act(
        name=f"dues-{name}",
        title=title,
        service="registry",
        about="/v1/members/{id}",
        post=f"/v1/dues/{{id}}/{verb}",
        list_path="/v1/members",
        facts=FACTS,
        fields=(*SPAN, *fields, DAY),
        tasks=tasks,
        task_id="{member_id}",
        body=months,
        submit=mark("登记"),
        onward=TO_THE_RECORD,
        checks_version=False,
    )


ACT = (
    _act("pay", mark("登记交纳党费"), "pay", tasks=REMINDED),
    _act(
        "proxy",
        mark("登记代交党费"),
        "pay-by-proxy",
        Field("paid_by", mark("代交人"), "taps", codes="DuesPayer", only=("RELATIVE", "OTHER_MEMBER"), required=True),
    ),
    _act(
        "host",
        mark("登记在流入地交纳"),
        "pay-at-host",
        PAYER,
        Field("host_branch", mark("流入地党支部"), "organisation", required=True),
    ),
    Act(
        name="dues-case",
        title=mark("登记六个月事项结论"),
        service="registry",
        about="/v1/members/{id}",
        post="/v1/dues/{id}/decide-case",
        list_path="/v1/members",
        facts=FACTS,
        fields=(
            Field("answer", mark("有无正当理由"), "taps", codes="DuesCaseAnswer", required=True),
            Field("decision_no", mark("会议记录文号")),
            Field("decided_on", mark("会议日期"), "date", required=True),
        ),
        tasks=("DUES_CASE",),
        task_id="{member_id}",
        submit=mark("登记"),
        onward=TO_THE_RECORD,
        roles=SECRETARIES,
        extra="acts/_decision.html",
        checks_version=False,
    ),
)
