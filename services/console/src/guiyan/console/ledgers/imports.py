"""名册导入记录 and its rows: what was sent, and what became of each row (domain.md §3.3)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View
from guiyan.console.screens import IMPORT, OFFICERS

LEDGER = (
    Ledger(
        number=IMPORT,
        name="imports",
        title=mark("名册导入记录"),
        service="registry",
        path="/v1/imports",
        record="/imports/{id}",
        columns=(
            "started_at",
            Col("state", shown=Shown.STATE),
            "dry_run",
            "actor",
            *(
                Col(name, shown=Shown.NUMBER)
                for name in ("total", "accepted", "differs", "repeated", "faulty", "departures")
            ),
        ),
        filters=("state", "dry_run"),
        views=(
            View(mark("正式导入"), (("dry_run", "false"), ("sort", "-started_at"))),
            View(mark("全部"), (("sort", "-started_at"),)),
        ),
        acts=((mark("导入名册"), "/imports"),),
        roles=OFFICERS,
        in_menu=False,
    ),
    Ledger(
        number=IMPORT,
        name="import-rows",
        title=mark("名册导入明细"),
        service="registry",
        path="/v1/import-rows",
        columns=("row", "name", "branch", Col("outcome", shown=Shown.STATE), "changes", "reasons"),
        filters=("outcome", "branch"),
        acts=((mark("导入记录"), "/ledgers/imports"),),
        roles=OFFICERS,
        in_menu=False,
    ),
)
