"""关怀帮扶与表彰 (domain.md §6 no. 19) with the 'three ones' (S-41 to S-43)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

CARE = Ledger(
    number=19,
    name="care",
    title=mark("关怀帮扶与表彰"),
    service="contact",
    path="/v1/care",
    columns=(
        "name",
        "branch",
        "kind",
        "on",
        "handled_org",
        Col("amount_fen", shown=Shown.NUMBER),
        "result",
        "publication",
        "dues_paid",
        Col("home_reports", shown=Shown.NUMBER),
        Col("useful_leads", shown=Shown.NUMBER),
    ),
    filters=("branch", "kind", "on", "publication"),
    views=(
        View(mark("全部"), (("sort", "-on"),)),
        View(mark("走访"), (("kind", "VISIT"), ("sort", "-on"))),
        View(mark("救助"), (("kind", "RELIEF"), ("sort", "-on"))),
        View(mark("表彰"), (("kind", "COMMENDATION"), ("sort", "-on"))),
        View(mark("返乡创业"), (("kind", "ENTREPRENEURSHIP"), ("sort", "-on"))),
        View(mark("信息"), (("kind", "LEAD"), ("sort", "-on"))),
    ),
)

YEARS = Ledger(
    number=19,
    name="three-ones",
    title=mark("“三个一”年度情况"),
    service="contact",
    path="/v1/member-years",
    columns=(
        "name",
        "branch",
        "year",
        "dues_paid",
        Col("dues_months", shown=Shown.NUMBER),
        Col("home_reports", shown=Shown.NUMBER),
        Col("useful_leads", shown=Shown.NUMBER),
        Col("leads", shown=Shown.NUMBER),
    ),
    filters=("branch", "year", "dues_paid", "home_reports", "useful_leads"),
    views=(
        View(mark("全部"), (("sort", "-year"),)),
        View(mark("尚无返乡汇报"), (("home_reports_to", "0"), ("sort", "-year"))),
        View(mark("有价值信息"), (("useful_leads_from", "1"), ("sort", "-year"))),
    ),
)

LEDGER = (CARE, YEARS)
