"""数据质量 (domain.md §6 no. 21, S-10): gaps by rule, by branch, how complete records are, and what may be duplicates.

Rule, branch and list are three ledgers, so that each figure opens exactly its rows; the first is in the menu.
"""

from typing import Final

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View

BY_BRANCH: Final = (mark("按支部"), "/ledgers/quality-branches")
COMPLETE: Final = (mark("信息完整度"), "/ledgers/completeness")
MATCHES: Final = (mark("可能重复的党员"), "/ledgers/matches")
COUNT: Final = Col("count", shown=Shown.NUMBER)

LEDGER = (
    Ledger(
        number=21,
        name="quality",
        title=mark("数据质量"),
        service="registry",
        path="/v1/data-quality/rules",
        record="/ledgers/quality-branches?rule={rule}&sort=-count",
        columns=("rule", COUNT, Col("branches", shown=Shown.NUMBER)),
        acts=(BY_BRANCH, COMPLETE, MATCHES),
    ),
    Ledger(
        number=21,
        name="quality-branches",
        title=mark("各支部数据质量"),
        service="registry",
        path="/v1/data-quality",
        record="",
        columns=("branch", "rule", COUNT, Col("of", shown=Shown.NUMBER)),
        filters=("rule", "branch", "under"),
        views=(View(mark("全部"), (("sort", "-count"),)),),
        acts=((mark("数据质量"), "/ledgers/quality"), COMPLETE),
        in_menu=False,
    ),
    Ledger(
        number=21,
        name="completeness",
        title=mark("党支部信息完整度"),
        service="registry",
        path="/v1/data-quality/branches",
        record="",
        columns=(
            "branch",
            Col("of", shown=Shown.NUMBER),
            Col("lacking", shown=Shown.NUMBER),
            Col("complete_percent", shown=Shown.NUMBER),
            Col("fresh", shown=Shown.NUMBER),
            Col("fresh_percent", shown=Shown.NUMBER),
        ),
        filters=("under",),
        views=(View(mark("最不完整的在前"), (("sort", "complete_percent"),)),),
        acts=((mark("数据质量"), "/ledgers/quality"),),
        in_menu=False,
    ),
    Ledger(
        number=21,
        name="matches",
        title=mark("可能重复的党员"),
        service="registry",
        path="/v1/matches",
        record="/ledgers/duplicates/{pair_id}",
        columns=("name", "branch", "rule", Col("state", shown=Shown.STATE), "ask_org", "flagged_on"),
        filters=("state", "rule", "branch", "flagged_on"),
        views=(
            View(mark("待核定"), (("state", "FLAGGED"), ("sort", "flagged_on"))),
            View(mark("全部"), (("sort", "-flagged_on"),)),
        ),
        acts=((mark("数据质量"), "/ledgers/quality"),),
        in_menu=False,
    ),
)
