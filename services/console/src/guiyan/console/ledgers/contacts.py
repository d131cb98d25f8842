"""季度联系记录表 (domain.md §6 no. 6): each quarter's duty, its attempts and answers."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=6,
    name="contacts",
    title=mark("季度联系记录表"),
    service="contact",
    path="/v1/duties",
    columns=(
        "name",
        "quarter",
        "branch",
        Col("dest_area_code", book="area"),
        Col("state", shown=Shown.STATE),
        "closes_on",
        Col("days_left", shown=Shown.DAYS_LEFT),
        "contacted_on",
        "channel",
        "work",
        "org_life",
        "dues",
        "wishes",
        Col("attempts", shown=Shown.NUMBER),
        "last_attempt_on",
        "last_outcome",
        "host_branch",
        "host_contacted_on",
        Col("missed_in_a_row", shown=Shown.NUMBER),
        "handled_by",
    ),
    filters=("under", "quarter", "state", "open", "answers_missing", "has_keeper", "host_contacted", "closes_on"),
    views=(
        View(mark("待联系"), (("open", "true"), ("sort", "closes_on"))),
        View(mark("已联系上,待登记答复"), (("answers_missing", "true"),)),
        View(mark("未联系上"), (("part", "missed"), ("sort", "-closes_on"))),
        View(mark("已联系"), (("part", "completed"), ("sort", "-closes_on"))),
        View(mark("全部"), (("sort", "-closes_on"),)),
    ),
    labels={"has_keeper": mark("有联系人"), "host_contacted": mark("已联系流入地")},
)
