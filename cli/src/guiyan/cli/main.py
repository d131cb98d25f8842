"""The `guiyan` command: every sub-command in one place."""

from __future__ import annotations

from guiyan.cli.account.command import app as account
from guiyan.cli.benching import bench
from guiyan.cli.clock.command import app as clock
from guiyan.cli.front import Guiyan
from guiyan.cli.importing import import_roster
from guiyan.cli.operate.command import parked, projections
from guiyan.cli.replay.command import replay
from guiyan.cli.sample.command import app as sample
from guiyan.cli.tokens import token
from guiyan.cli.up.command import up
from guiyan.cli.up.init import deploy, init
from guiyan.cli.verifying import verify_certificate

app = Guiyan(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Guiyan 归雁: look after members who move away for work. Settings: GUIYAN_DATA, GUIYAN_LANG.",
)

app.command()(up)
app.command("import")(import_roster)
app.add_typer(sample, name="sample")
app.command()(token)
app.add_typer(account, name="account")
app.add_typer(clock, name="clock")
app.add_typer(projections, name="projections")
app.add_typer(parked, name="parked")
app.command()(replay)
app.command()(bench)
app.command("verify-certificate")(verify_certificate)
app.command()(init)
app.command()(deploy)

if __name__ == "__main__":
    app()
