"""A mail that comes back, on real servers: handed over by SMTP, back as Postfix writes it, bounced in the account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from nats.aio.client import Client
from services.notifications.tests.real.at_work import Environment, done, opened, read
from services.notifications.tests.study_town import PLAN
from services.notifications.tests.test_returning import Desk, a_server, drop
from services.notifications.tests.town import HOME

from guiyan.events.codes import MemberSource, PersonCategory
from guiyan.events.registry import ContactPersonAppointed, MemberRegistered
from guiyan.events.registry.post import PersonText
from guiyan.service.testing import until
from guiyan.service.twins import World

IN_OFFICE_HOURS: Final = datetime(2027, 3, 16, 2, tzinfo=UTC)
PROVIDER: Final = """
[[provider]]
name = "mail_main"
kind = "smtp"
host = "127.0.0.1"
port = {port}
tls = "none"
sender = "office@guiyan.example"
return_address = "bounces@guiyan.example"
return_tag = "+"

[provider.returns]
kind = "maildir"
folder = "{maildir}"
"""


async def test_a_mail_that_came_back_is_bounced_and_its_report_goes(
    environment: Environment, registry: World, admin: Client, tmp_path: Path
) -> None:
    """Nobody has to look: the report names the notice by its mark, and a made-up one beside it changes nothing."""
    appointed = ContactPersonAppointed(org_code=HOME, person_id=registry.id("person"))
    await registry.happen(HOME, appointed, pii=PersonText(name="张示例", email="gone@guiyan.example"))
    told = {"branch": HOME, "person_category": PersonCategory.FULL, "source": MemberSource.DEVELOPED}
    await registry.happen(registry.id("member"), MemberRegistered(member_id=registry.id("member"), **told))
    maildir, file = tmp_path / "returns", tmp_path / "providers.toml"
    drop(maildir, (Path(__file__).parents[1] / "returned" / "postfix_gone.eml").read_bytes())
    clock = f"$KV.{environment['GUIYAN_STREAM_PREFIX']}CLOCK.now"
    await admin.jetstream().publish(clock, IN_OFFICE_HOURS.isoformat().encode())
    with a_server(Desk(maildir, knows_reports=True)) as port:
        file.write_text(PROVIDER.format(port=port, maildir=maildir))
        environment |= {
            "GUIYAN_CLOCK": "manual",
            "GUIYAN_PROVIDERS_FILE": str(file),
            "GUIYAN_RETURNS_LOOK_SECONDS": "1",
        }
        async with opened(environment) as http:

            async def known() -> bool:
                return len((await read(http, "study-hours"))["items"]) == 1

            await until(known, seconds=60)
            soon = (IN_OFFICE_HOURS + timedelta(days=20)).isoformat(timespec="seconds")
            activity = (await done(http, "activities", PLAN | {"branch": HOME, "starts_at": soon}))["id"]
            await done(http, f"activities/{activity}/announce")

            async def bounced() -> bool:
                found = (await read(http, "notices"))["items"]
                return [(one["template"], one["state"]) for one in found] == [("study_announced", "BOUNCED")]

            await until(bounced, seconds=60)

            async def gone() -> bool:
                return len(list((maildir / "new").iterdir())) == 1

            await until(gone, seconds=60)
            metrics = (await http.get("/metrics")).text
            assert 'guiyan_returned_mails_total{kind="returned"} 1.0' in metrics
            assert 'guiyan_returned_mails_total{kind="foreign"} 1.0' in metrics
