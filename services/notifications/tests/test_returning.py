"""Mails that come back find their notice: from a Maildir or over IMAP, each once, and nobody makes one up."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from imapclient import IMAPClient
from pydantic import SecretStr
from services.notifications.tests.sending import a_sender, at_work, becomes, story
from services.notifications.tests.test_returned_mail import MARKS, PLACEHOLDER, returned
from services.notifications.tests.town import NoticeTown, a_town

from guiyan.ledger import LedgerUnavailable
from guiyan.ledger.lease import Leases
from guiyan.notifications.channels.config import ProvidersError, read_providers
from guiyan.notifications.channels.making import make_boxes, make_pools
from guiyan.notifications.channels.marks import ReturnPath
from guiyan.notifications.channels.pool import Member, Pools
from guiyan.notifications.channels.returns import Box, BoxAway, ImapBox, ImapServer, MaildirBox, Verdict
from guiyan.notifications.channels.smtp import Smtp, SmtpServer
from guiyan.notifications.receiving import Receiving
from guiyan.notifications.returning import Returning
from guiyan.service.metrics import Metrics
from guiyan.service.testing import until

NAME, USER, PASSWORD = "mail_main", "bounces", "a-secret"
HERE = Path(__file__).with_name("returned")


class Reporting(SMTP):
    """A mail server that knows delivery reports (RFC 3461), which aiosmtpd does not: what it was asked for is kept."""

    asked: list[str]

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's names
        """Take RET and ENVID along."""
        await super().smtp_MAIL(self._kept(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Take NOTIFY along."""
        await super().smtp_RCPT(self._kept(arg))

    def _kept(self, arg: str | None) -> str:
        words = (arg or "").split()
        asked = [one for one in words if one.partition("=")[0] in {"RET", "ENVID", "NOTIFY"}]
        self.event_handler.asked += asked
        return " ".join(one for one in words if one not in asked)


class Desk:
    """Takes a mail, then finds that it cannot be delivered, and writes so to its envelope sender, as Postfix does."""

    def __init__(self, maildir: Path, *, knows_reports: bool) -> None:
        self.maildir = maildir
        self.knows_reports = knows_reports
        self.asked: list[str] = []
        self.senders: list[str] = []
        self.report = "postfix_gone"

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say what it knows."""
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]] if self.knows_reports else responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take it, and let it come back."""
        sender = str(envelope.mail_from)
        self.senders.append(sender)
        mark = sender.partition("@")[0].partition("+")[2]
        drop(self.maildir, returned(self.report, mark or PLACEHOLDER))
        return "250 OK"


def drop(maildir: Path, content: bytes) -> None:
    """Deliver into a Maildir."""
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    number = len(list(maildir.rglob("*.mx")))
    (maildir / "new" / f"{number}.{len(content)}.mx").write_bytes(content)


@contextlib.contextmanager
def a_server(desk: Desk) -> Iterator[int]:
    """The mail server on loopback; gives its port."""

    class Serving(Controller):
        def factory(self) -> SMTP:
            return Reporting(self.handler, **self.SMTP_kwargs)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Serving(desk, hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[NoticeTown]:
    """A small town in memory, running."""
    async with a_town(tmp_path / "mailbox") as running:
        yield running


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    """Where mails come back."""
    drop(tmp_path / "returns", b"")
    next((tmp_path / "returns" / "new").iterdir()).unlink()
    return tmp_path / "returns"


def smtp(port: int, town: NoticeTown, tag: str | None = "+", *, arrival: bool = False) -> Smtp:
    """The provider, whose mails come back marked."""
    path = ReturnPath("bounces@guiyan.example", tag, arrival, lambda id_: MARKS.mark(NAME, id_))
    server = SmtpServer("127.0.0.1", "office@guiyan.example", port, "none", timeout_seconds=5.0, returns=path)
    return Smtp(server, town.world.clock, NAME)


def returning(town: NoticeTown, *boxes: Box, owner: str = "one", commands: Any = None) -> tuple[Returning, Metrics]:
    """A replica's reader of mailboxes, and what it counts."""
    parts, metrics = town.town.parts, Metrics()
    receiving = Receiving(commands or parts.commands, parts.clock, town.notices)
    pools = Pools(Member(Smtp(SmtpServer("nowhere.example", "a@b.example"), parts.clock, NAME)))
    leases = Leases(parts.database, owner, patience_seconds=0.5)
    return Returning(boxes, MARKS, pools, receiving, leases, metrics), metrics


def counted(metrics: Metrics) -> dict[str, int]:
    """How many mails of which kind."""
    lines = [one for one in metrics.text().decode().splitlines() if one.startswith("guiyan_returned_mails_total{")]
    return {one.split('"')[1]: int(float(one.split()[-1])) for one in lines}


async def sent(town: NoticeTown, provider: Smtp, name: str = "one") -> str:
    """A notice that the server took."""
    id_ = await town.queued(name)
    async with at_work(a_sender(town, provider)):
        await becomes(town, id_, "SENT")
    return id_


@pytest.mark.parametrize("knows_reports", [True, False])
async def test_a_mail_that_came_back_bounces_its_notice(town: NoticeTown, maildir: Path, knows_reports: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """Taken by the server, then back: the address does not exist. The report goes; a second one changes nothing."""
    desk = Desk(maildir, knows_reports=knows_reports)
    with a_server(desk) as port:
        id_ = await sent(town, smtp(port, town))
    mark = MARKS.mark(NAME, id_)
    assert desk.senders == [f"bounces+{mark}@guiyan.example"]
    assert desk.asked == (["RET=HDRS", f"ENVID={mark}", "NOTIFY=FAILURE,DELAY"] if knows_reports else [])
    reader, metrics = returning(town, MaildirBox(maildir))
    await reader.look()
    row = await town.row(id_)
    assert (row["state"], story(row)[-2:], row["changes"][-1]["reason"]) == (
        "BOUNCED",
        ["NoticeSent", "NoticeBounced"],
        "ADDRESS_INVALID",
    )
    assert list((maildir / "new").iterdir()) == []
    drop(maildir, returned("postfix_gone", mark))
    await reader.look()
    assert story(await town.row(id_)) == story(row)
    assert counted(metrics) == {"returned": 2}


async def test_arrival_and_delay_are_told_where_they_are_reported(town: NoticeTown, maildir: Path) -> None:
    """Still being tried is told once, with the code; then it is there; arrival is asked for if so set."""
    desk = Desk(maildir, knows_reports=True)
    desk.report = "postfix_late"
    with a_server(desk) as port:
        id_ = await sent(town, smtp(port, town, arrival=True))
    assert desk.asked[-1] == "NOTIFY=SUCCESS,FAILURE,DELAY"
    reader, metrics = returning(town, MaildirBox(maildir))
    mark = MARKS.mark(NAME, id_)
    drop(maildir, returned("postfix_late", mark))
    await reader.look()
    row = await town.row(id_)
    assert (row["state"], story(row)[-2:], row["changes"][-1]["reason"]) == (
        "SENT",
        ["NoticeSent", "NoticeDelayed"],
        "4.4.1",
    )
    drop(maildir, returned("exim_arrived", mark))
    await reader.look()
    assert (await town.row(id_))["state"] == "DELIVERED"
    drop(maildir, returned("postfix_late", mark))
    await reader.look()
    assert story(await town.row(id_))[-1] == "NoticeDelivered"
    assert counted(metrics) == {"late": 3, "arrived": 1}


async def test_an_address_without_tags_comes_back_by_its_head(town: NoticeTown, maildir: Path) -> None:
    """A hosted mailbox that knows no tags: the envelope sender is its own, and the mark stands in the mail's head."""
    desk = Desk(maildir, knows_reports=False)
    with a_server(desk) as port:
        id_ = await sent(town, smtp(port, town, tag=None))
    assert desk.senders == ["bounces@guiyan.example"]
    drop(maildir, returned("postfix_gone", MARKS.mark(NAME, id_)).replace(b"bounces+", b""))
    reader, metrics = returning(town, MaildirBox(maildir))
    await reader.look()
    assert (await town.row(id_))["state"] == "BOUNCED"
    assert counted(metrics) == {"returned": 1, "foreign": 1}, "the one without a mark stays"


@pytest.mark.parametrize(
    ("name", "change", "kind"),
    [
        ("postfix_gone", lambda mark: "b" + mark[1:] if mark[0] == "a" else "a" + mark[1:], "foreign"),
        ("postfix_gone", lambda _: MARKS.mark("another", "019c1bdd-1680-7712-bd27-176c707fb458"), "foreign"),
        ("qmail_gone", lambda _: PLACEHOLDER, "foreign"),
        ("out_of_office", lambda mark: mark, "other"),
        ("answer", lambda mark: mark, "other"),
    ],
)
async def test_what_is_none_of_ours_changes_nothing(
    town: NoticeTown, maildir: Path, name: str, change: Callable[[str], str], kind: str
) -> None:
    """Made up, another provider's, an answer: counted once, left where it lies, and no notice has moved."""
    with a_server(Desk(maildir, knows_reports=True)) as port:
        id_ = await sent(town, smtp(port, town))
    next((maildir / "new").iterdir()).unlink()
    drop(maildir, returned(name, change(MARKS.mark(NAME, id_))))
    head = await town.world.ledger.head()
    reader, metrics = returning(town, MaildirBox(maildir))
    await reader.look()
    await reader.look()
    assert counted(metrics) == {kind: 1}
    assert len(list((maildir / "new").iterdir())) == 1
    assert await town.world.ledger.head() == head


async def test_a_report_waits_for_the_ledger(town: NoticeTown, maildir: Path) -> None:
    """It cannot be written down now: it stays, and is read again until it can."""
    with a_server(Desk(maildir, knows_reports=True)) as port:
        id_ = await sent(town, smtp(port, town))
    away = _Away(town.town.parts.commands)
    reader, metrics = returning(town, MaildirBox(maildir), commands=away)
    await reader.look()
    assert (len(list((maildir / "new").iterdir())), counted(metrics)) == (1, {})
    await reader.look()
    assert (await town.row(id_))["state"] == "BOUNCED"
    assert list((maildir / "new").iterdir()) == []


async def test_a_mailbox_that_is_away_holds_up_no_other(town: NoticeTown, maildir: Path, tmp_path: Path) -> None:
    """A folder that is not there, a server nobody runs: told, and the third is read."""
    drop(maildir, returned("answer", PLACEHOLDER))
    nobody = ImapBox(ImapServer("127.0.0.1", USER, 1, "none", timeout_seconds=1.0), _today)
    reader, metrics = returning(town, MaildirBox(tmp_path / "none"), nobody, MaildirBox(maildir))
    await reader.look()
    assert counted(metrics) == {"other": 1}
    with pytest.raises(BoxAway):
        await MaildirBox(tmp_path / "none").visit(_done)


async def test_one_replica_reads_at_a_time(town: NoticeTown, maildir: Path) -> None:
    """Whoever has not the lease leaves the mailbox alone."""
    drop(maildir, returned("answer", PLACEHOLDER))
    await Leases(town.town.parts.database, "two", patience_seconds=60).try_acquire("returns")
    reader, metrics = returning(town, MaildirBox(maildir))
    await reader.look()
    assert counted(metrics) == {}


@pytest.fixture
async def imap() -> AsyncIterator[int]:
    """An IMAP server (pymap) on loopback with one empty mailbox; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    arguments = ["--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    arguments += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import sys; from pymap.main import main; sys.exit(main())", *arguments
    )

    async def listening() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    try:
        await until(listening, seconds=30)
        yield port
    finally:
        process.kill()
        await process.wait()


@contextlib.contextmanager
def as_office(port: int) -> Iterator[IMAPClient]:
    """The same mailbox in somebody's mail program."""
    client = IMAPClient("127.0.0.1", port, ssl=False, timeout=5)
    client.login(USER, PASSWORD)
    client.select_folder("INBOX")
    yield client
    client.logout()


async def test_a_mailbox_over_imap_is_read_and_nothing_else_in_it_is_touched(town: NoticeTown, imap: int) -> None:
    """A report goes once it is written down; an answer stays, unseen; only what is new is looked at the next time."""
    id_ = await town.queued()
    box = ImapBox(ImapServer("127.0.0.1", USER, imap, "none", _secret(), timeout_seconds=5.0), _today)
    seen: list[bytes] = []

    async def take(content: bytes) -> Verdict:
        seen.append(content)
        return Verdict.DONE if b"Undelivered Mail" in content else Verdict.LEFT

    with as_office(imap) as office:
        office.append("INBOX", returned("answer", PLACEHOLDER))
        office.append("INBOX", returned("postfix_gone", MARKS.mark(NAME, id_)))
    await box.visit(take)
    assert len(seen) == 2
    with as_office(imap) as office:
        (left,) = office.search(["ALL"])
        assert b"\\Seen" not in office.get_flags([left])[left]
        office.append("INBOX", returned("out_of_office", PLACEHOLDER))
    await box.visit(take)
    await box.visit(take)
    assert len(seen) == 3, "once each"
    await ImapBox(ImapServer("127.0.0.1", USER, imap, "none", _secret()), _today).visit(take)
    assert len(seen) == 5, "after a restart all that is left is looked at again"


async def test_what_cannot_be_written_down_is_read_again_over_imap(imap: int) -> None:
    """A fault at the second of three: the first is done, the other two are for the next time."""
    with as_office(imap) as office:
        for number in range(3):
            office.append("INBOX", f"Subject: {number}\r\n\r\n".encode())
    box = ImapBox(ImapServer("127.0.0.1", USER, imap, "none", _secret()), _today)
    seen: list[bytes] = []

    async def take(content: bytes) -> Verdict:
        seen.append(content[9:10])
        if len(seen) == 2:
            raise BoxAway("the ledger is away")
        return Verdict.DONE

    with pytest.raises(BoxAway):
        await box.visit(take)
    await box.visit(take)
    assert seen == [b"0", b"1", b"1", b"2"]
    wrong = ImapBox(ImapServer("127.0.0.1", USER, imap, "none"), _today)
    with pytest.raises(BoxAway):
        await wrong.visit(take)


RETURNS = """
[[provider]]
name = "mail_main"
kind = "smtp"
host = "mail.example"
sender = "office@guiyan.example"
return_address = "bounces@guiyan.example"
return_tag = "+"

[provider.returns]
kind = "imap"
host = "imap.example"
user = "bounces@guiyan.example"
password = "geheim"
"""


def test_the_file_of_providers_names_the_mailbox(town: NoticeTown, tmp_path: Path) -> None:
    """Two providers that share one mailbox have it read once."""
    file = tmp_path / "providers.toml"
    file.write_text(RETURNS + RETURNS.replace("mail_main", "mail_second"))
    found = read_providers(file)
    assert len(make_boxes(found, town.world.clock)) == 1
    assert len(next(iter(make_pools(found, town.world.clock, _nothing, MARKS)))) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (RETURNS.partition("[provider.returns]")[0], "belong together"),
        (RETURNS.replace('return_address = "bounces@guiyan.example"\n', ""), "belong together"),
        (RETURNS.replace("bounces@guiyan.example", "b" * 22 + "@guiyan.example"), "at most 21 characters"),
        (RETURNS.replace('"imap"', '"pop3"'), "provider 1: smtp.returns|provider 1: returns"),
        (RETURNS.replace('"+"', '"."'), "return_tag"),
    ],
)
def test_a_return_path_that_cannot_be_used_is_told_at_start(tmp_path: Path, text: str, says: str) -> None:
    """An address that nobody reads, a mailbox without one, a name too long for a mark."""
    file = tmp_path / "providers.toml"
    file.write_text(text)
    with pytest.raises(ProvidersError, match=says) as caught:
        read_providers(file)
    assert "geheim" not in str(caught.value)


class _Away:
    """The write path, away once."""

    def __init__(self, commands: Any) -> None:
        self._commands = commands
        self._left = 1

    async def execute(self, *args: Any) -> Any:
        """Write, unless it is away."""
        if self._left:
            self._left -= 1
            raise LedgerUnavailable("away, says the test")
        return await self._commands.execute(*args)


def _today() -> date:
    return date(2026, 1, 1)


def _secret() -> SecretStr:
    return SecretStr(PASSWORD)


async def _done(content: bytes) -> Verdict:
    del content
    return Verdict.DONE


async def _nothing(receipt: object) -> None:
    del receipt
