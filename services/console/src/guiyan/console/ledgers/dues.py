"""党费交纳台账 (domain.md §6 no. 12): each month of the year; no income anywhere (§2.9)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

LEDGER = Ledger(
    number=12,
    name="dues",
    title=mark("党费交纳台账"),
    service="registry",
    path="/v1/dues",
    record="/members/{id}",
    columns=(
        "name",
        "branch",
        Col("monthly_amount_yuan", shown=Shown.NUMBER),
        "agreed_year",
        *(Col(f"month_{month:02}", shown=Shown.STATE) for month in range(1, 13)),
        "paid_to",
        Col("months_unpaid", shown=Shown.NUMBER),
        "paid_where",
        "proxy",
        "exempt_decision_no",
    ),
    filters=("under", "year", "months_unpaid", "months_in_arrears", "paid_to", "cycle", "case_open"),
    views=(
        View(mark("欠交"), (("months_unpaid_from", "1"), ("sort", "-months_unpaid"))),
        View(mark("连续欠交三个月以上"), (("months_in_arrears_from", "3"), ("sort", "-months_in_arrears"))),
        View(mark("六个月事项待办"), (("case_open", "true"),)),
        View(mark("全部"), (("sort", "branch"),)),
    ),
    labels={"year": mark("年度")},
)
