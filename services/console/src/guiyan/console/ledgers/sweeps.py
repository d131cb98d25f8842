"""摸底排查 (domain.md §6 no. 14): the sweeps, the progress a row a branch, and the people behind every figure."""

from urllib.parse import urlencode

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View
from guiyan.console.sweeping import PEOPLE

ROWS_OF = "/ledgers/sweep-rows?sweep_id={sweep_id}&branch={branch}"
SWEEPS = Ledger(
    number=14,
    name="sweeps",
    title=mark("摸底排查"),
    service="registry",
    path="/v1/sweeps",
    record="/sweeps/{id}",
    acts=((mark("发起摸底排查"), "/acts/plan-sweep/new"),),
    columns=(
        "batch",
        "kind",
        "root_org",
        "opens_on",
        "closes_on",
        Col("state", shown=Shown.STATE),
        "branch_due_on",
        "township_due_on",
        "city_due_on",
        "closed_on",
        "reported_on",
        "document_no",
    ),
    filters=("kind", "year", "state", "opens_on", "closes_on"),
    views=(
        View(mark("进行中"), (("state", "OPEN"), ("state", "TOWNSHIP_CHECKED"), ("sort", "-opens_on"))),
        View(mark("已计划"), (("state", "PLANNED"), ("sort", "opens_on"))),
        View(mark("已办结"), (("state", "CITY_CLOSED"), ("state", "REPORTED"), ("sort", "-opens_on"))),
        View(mark("全部"), (("sort", "-opens_on"),)),
    ),
)

SHEETS = Ledger(
    number=14,
    name="sweeps-progress",
    title=mark("摸底排查进度"),
    service="registry",
    path="/v1/sweep-sheets",
    record="/sweeps/{sweep_id}/sheets/{branch}",
    columns=(
        "batch",
        "window",
        "township",
        "branch",
        *(Col(name, shown=Shown.NUMBER, link=f"{ROWS_OF}&{urlencode(asked)}") for name, asked in PEOPLE.items()),
        "submitted_on",
        Col("state", shown=Shown.STATE),
    ),
    filters=("under", "state", "overdue"),
    views=(
        View(mark("填报中"), (("state", "OPEN"), ("state", "RETURNED"), ("sort", "branch"))),
        View(mark("已上报待审"), (("state", "SUBMITTED"), ("sort", "submitted_on"))),
        View(mark("逾期未报"), (("overdue", "true"), ("state", "OPEN"), ("state", "RETURNED"), ("sort", "branch"))),
        View(mark("审核通过"), (("state", "ACCEPTED"), ("sort", "branch"))),
        View(mark("全部"), (("sort", "branch"),)),
    ),
    labels={"overdue": mark("逾期")},
)

ROWS = Ledger(
    number=0,
    name="sweep-rows",
    title=mark("摸底排查名单"),
    service="registry",
    path="/v1/sweep-rows",
    record="/members/{register_id}",
    columns=(
        "name",
        "township",
        "branch",
        Col("finding", shown=Shown.STATE),
        "away",
        "checked_on",
        "checked_by",
        "batch",
    ),
    filters=("under", "finding", "listed", "checked"),
    views=(
        View(mark("未查"), (("checked", "false"), ("sort", "branch"))),
        View(mark("未联系上"), (("finding", "NOT_REACHED"), ("sort", "branch"))),
        View(mark("新发现流出"), (("finding", "FOUND_OUT"), ("sort", "branch"))),
        View(mark("新发现流入"), (("finding", "FOUND_IN"), ("sort", "branch"))),
        View(mark("全部"), (("sort", "branch"),)),
    ),
    labels={"listed": mark("应查"), "checked": mark("已查")},
)

LEDGER = (SWEEPS, SHEETS, ROWS)
