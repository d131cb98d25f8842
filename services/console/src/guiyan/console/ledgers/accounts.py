"""Local accounts (domain.md §5.2, 8.1.5): what the three administrators see, none of whom sees a member."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Ledger, Shown, View
from guiyan.service.auth import ADMIN_ROLES

LEDGER = Ledger(
    number=0,
    name="accounts",
    title=mark("本地账户"),
    service="registry",
    path="/v1/accounts",
    columns=(
        "name",
        "display_name",
        "org_code",
        "roles",
        Col("state", shown=Shown.STATE),
        "second_factor",
        "one_time_password",
        "password_until",
        "signed_in_at",
        Col("refused", shown=Shown.NUMBER),
        "refused_at",
        "paused_until",
        "opened_on",
        "closed_on",
    ),
    filters=("state", "roles", "second_factor", "one_time_password", "password_until", "opened_on"),
    record="",
    views=(View(mark("全部"), ()),),
    roles=frozenset(ADMIN_ROLES),
)
