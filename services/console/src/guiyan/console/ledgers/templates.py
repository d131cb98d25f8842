"""消息模板: what messages say, which version is in use; a row opens its words (S-35, S-40)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown

LEDGER = Ledger(
    number=0,
    name="templates",
    title=mark("消息模板"),
    service="notifications",
    path="/v1/templates",
    record="/templates/{template}",
    columns=(
        "title_zh",
        Col("current", shown=Shown.NUMBER),
        Col("versions", shown=Shown.NUMBER),
        "own",
        "campaign",
    ),
)
