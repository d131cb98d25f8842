"""The channels against real peers: a folder, and an SMTP server with every kind of bad day."""

import asyncio
import email
import email.policy
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.header import decode_header
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from guiyan.events.codes import NoticeFailure
from guiyan.ledger import ManualClock
from guiyan.notifications.channels.mail import compose
from guiyan.notifications.channels.mailbox import Mailbox
from guiyan.notifications.channels.port import Message
from guiyan.notifications.channels.smtp import Smtp, SmtpServer
from guiyan.notifications.domain.notice import Deferred, Lost, Returned, Taken

CONNECTIONS = 4
HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
CLOCK = ManualClock(datetime(2026, 4, 1, 1, tzinfo=UTC))
MESSAGE = Message("019c1bdd-1680-7712-bd27-176c707fb458", "cause-1", "张示例", "contact@guiyan.example", "提醒", "您好")


PLAIN = email.message_from_bytes(compose(MESSAGE, "guiyan@guiyan.example", CLOCK.now()))


class Desk:
    """An SMTP peer's handler that answers as it is told and keeps what it took."""

    def __init__(self) -> None:
        self.greeted = 0
        self.slow_rcpt = self.slow_data = False
        self.rcpt_answer = "250 OK"
        self.data_answer = "250 OK"
        self.fresh_answer: str | None = None
        self.hang_up = False
        self.taken: list[bytes] = []

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count connections."""
        self.greeted += 1
        self.rcpt_answer = self.fresh_answer or self.rcpt_answer
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        """Answer RCPT TO."""
        if self.slow_rcpt:
            await asyncio.sleep(10)
        envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name for it
        """Answer the text, or hang up without a word after having taken it."""
        if self.data_answer.startswith("250"):
            self.taken.append(bytes(envelope.content or b""))
        if self.slow_data:
            await asyncio.sleep(10)
        if self.hang_up and server.transport is not None:
            server.transport.close()
            await asyncio.sleep(0)
        return self.data_answer


@pytest.fixture
def desk() -> Desk:
    """The peer's behaviour."""
    return Desk()


@pytest.fixture
def smtp(desk: Desk) -> Iterator[Smtp]:
    """The channel, connected to a real SMTP server on loopback."""
    port = a_port()
    controller = Controller(desk, hostname="127.0.0.1", port=port)
    controller.start()
    yield Smtp(
        SmtpServer(
            "127.0.0.1", "guiyan@guiyan.example", port, "none", timeout_seconds=3.0, connections_most=CONNECTIONS
        ),
        CLOCK,
    )
    controller.stop()


async def test_a_mail_is_taken_once_with_its_reference(smtp: Smtp, desk: Desk) -> None:
    """The peer's 250 is Taken; the mail carries the notice's id as Message-ID."""
    assert isinstance(await smtp.deliver(MESSAGE), Taken)
    mail = email.message_from_bytes(desk.taken[0])
    assert MESSAGE.reference in mail["Message-ID"]
    assert mail["X-Guiyan-Cause"] == "cause-1"
    assert len(desk.taken) == 1


async def test_a_temporary_refusal_is_deferred(smtp: Smtp, desk: Desk) -> None:
    """4xx before or after the text: certainly not taken, to be tried again."""
    desk.rcpt_answer = "451 later"
    assert await smtp.deliver(MESSAGE) == Deferred("451", provider_at_fault=False), "the next mail may be taken"
    desk.rcpt_answer, desk.data_answer = "250 OK", "452 full"
    assert await smtp.deliver(MESSAGE) == Deferred("452")


async def test_a_permanent_refusal_is_returned(smtp: Smtp, desk: Desk) -> None:
    """5xx is final: a bad address, or a mail nobody wants."""
    desk.rcpt_answer = "550 no such user"
    assert await smtp.deliver(MESSAGE) == Returned(NoticeFailure.ADDRESS_INVALID, "550")
    desk.rcpt_answer, desk.data_answer = "250 OK", "554 refused"
    assert await smtp.deliver(MESSAGE) == Returned(NoticeFailure.REFUSED_BY_PROVIDER, "554")


async def test_a_lost_answer_after_the_text_is_unknown(smtp: Smtp, desk: Desk) -> None:
    """The peer took the mail and hung up before answering: nobody can tell, so it is Lost and not tried again."""
    desk.hang_up = True
    assert await smtp.deliver(MESSAGE) == Lost()
    assert len(desk.taken) == 1


async def test_a_connection_takes_many_mails(smtp: Smtp, desk: Desk) -> None:
    """One greeting for all of them, also across a refusal; each mail has its own reference."""
    for number in range(5):
        assert isinstance(await smtp.deliver(replace(MESSAGE, reference=f"r-{number}")), Taken)
    desk.rcpt_answer = "550 no such user"
    assert isinstance(await smtp.deliver(MESSAGE), Returned)
    desk.rcpt_answer = "250 OK"
    assert isinstance(await smtp.deliver(MESSAGE), Taken)
    assert (desk.greeted, len(desk.taken)) == (1, 6)
    await smtp.close()


async def test_a_kept_connection_that_was_closed_costs_no_mail(smtp: Smtp, desk: Desk) -> None:
    """The server hung up between two mails: before any text, so the second goes over a fresh connection, once."""
    assert isinstance(await smtp.deliver(MESSAGE), Taken)
    desk.rcpt_answer = "421 closing"
    desk.fresh_answer = "250 OK"
    assert isinstance(await smtp.deliver(MESSAGE), Taken)
    assert (desk.greeted, len(desk.taken)) == (2, 2)


async def test_several_at_once_use_several_connections_up_to_a_limit(smtp: Smtp, desk: Desk) -> None:
    """No more connections than the settings allow; every mail is taken once."""
    references = [f"r-{number}" for number in range(40)]
    outcomes = await asyncio.gather(*(smtp.deliver(replace(MESSAGE, reference=one)) for one in references))
    assert all(isinstance(one, Taken) for one in outcomes)
    assert 1 < desk.greeted <= CONNECTIONS
    found = sorted(str(email.message_from_bytes(one)["X-Guiyan-Notice"]) for one in desk.taken)
    assert found == sorted(references)


async def test_a_silent_server_is_unknown_after_the_text_and_certain_before(smtp: Smtp, desk: Desk) -> None:
    """It hangs: before the text nothing can have been taken; after it nobody can tell."""
    desk.slow_rcpt = True
    assert await smtp.deliver(MESSAGE) == Deferred("no_connection")
    desk.slow_rcpt, desk.slow_data = False, True
    assert await smtp.deliver(MESSAGE) == Lost()
    assert len(desk.taken) == 1


@pytest.mark.parametrize(("trusted", "outcome"), [(True, Taken(MESSAGE.reference)), (False, Deferred("no_connection"))])
async def test_mails_go_under_tls_to_who_can_prove_who_it_is(
    tmp_path: Path,
    desk: Desk,
    trusted: bool,  # noqa: FBT001 - a value that the test is tried with
    outcome: object,
) -> None:
    """STARTTLS is insisted on, and the certificate is checked: a stranger gets no mail."""
    ca, certificate, key = a_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    port = a_port()
    controller = Controller(desk, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True)
    controller.start()
    server = SmtpServer(
        "127.0.0.1", "guiyan@guiyan.example", port, timeout_seconds=3.0, ca_file=ca if trusted else None
    )
    smtp = Smtp(server, CLOCK)
    assert await smtp.deliver(MESSAGE) == outcome
    assert len(desk.taken) == int(trusted)
    await smtp.close()
    controller.stop()


async def test_a_server_without_tls_gets_no_mail_that_wants_it(smtp: Smtp, desk: Desk) -> None:
    """It offers no STARTTLS: nothing is sent in clear."""
    plain = Smtp(replace(smtp._server, tls="starttls"), CLOCK)
    assert isinstance(await plain.deliver(MESSAGE), Deferred)
    assert desk.taken == []


def a_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def a_certificate(folder: Path) -> tuple[Path, Path, Path]:
    """A certificate of its own for 127.0.0.1: what it is checked against, itself, its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "guiyan test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, certificate, secret


async def test_no_server_is_deferred() -> None:
    """Nothing listens: certainly not taken."""
    nobody = SmtpServer("127.0.0.1", "a@b.example", 1, "none", timeout_seconds=1.0)
    assert await Smtp(nobody, CLOCK).deliver(MESSAGE) == Deferred("no_connection")


async def test_the_mailbox_holds_one_file_a_notice(tmp_path: Path) -> None:
    """The same notice delivered again, or by two at once, is one file; no draft stays behind."""
    mailbox = Mailbox(tmp_path / "mail", "guiyan@guiyan.example", CLOCK)
    outcomes = await asyncio.gather(*(mailbox.deliver(MESSAGE) for _ in range(10)))
    assert all(isinstance(outcome, Taken) for outcome in outcomes)
    assert [file.name for file in (tmp_path / "mail").iterdir()] == [f"{MESSAGE.reference}.eml"]
    mail = email.message_from_bytes((tmp_path / "mail" / f"{MESSAGE.reference}.eml").read_bytes())
    assert str(email.header.make_header(email.header.decode_header(mail["Subject"]))) == "提醒"


async def test_a_mailbox_that_cannot_be_written_defers(tmp_path: Path) -> None:
    """A folder that is a file: certainly not delivered, to be tried again."""
    blocked = tmp_path / "mail"
    blocked.write_text("")
    assert isinstance(await Mailbox(blocked, "a@b.example", CLOCK).deliver(MESSAGE), Deferred)


@pytest.mark.parametrize(
    "address", ["nobody", "a@b@c", "a b@c", "<a@b>", "a,b@c", '"a"@b', "a@b\r\nBcc: c@d", "a@", "张@b", "a@b\n"]
)
def test_no_address_ends_a_header_or_names_another(address: str) -> None:
    """What is no plain address is refused before any mail is made of it."""
    with pytest.raises(ValueError, match="no mail address"):
        compose(replace(MESSAGE, to_address=address), "guiyan@guiyan.example", CLOCK.now())


@given(st.text(max_size=200), st.text(max_size=60), st.text(max_size=60))
def test_words_stay_words(body: str, subject: str, name: str) -> None:
    """Whatever stands in them: no header more, the reference as it was, lines ended by CR LF and short."""
    message = replace(MESSAGE, body=_sound(body), subject=_sound(subject), to_name=_sound(name))
    mail = compose(message, "guiyan@guiyan.example", CLOCK.now())
    read = email.message_from_bytes(mail, policy=email.policy.default)
    assert len(read.keys()) == len(PLAIN.keys())
    assert read["X-Guiyan-Notice"] == MESSAGE.reference
    assert [one.addr_spec for one in read["To"].addresses] == [MESSAGE.to_address]
    assert mail.count(b"\n") == mail.count(b"\r\n")
    head, _, text = mail.partition(b"\r\n\r\n")
    words = [line for line in head.split(b"\r\n") if b"=?" in line and b"<" not in line]
    assert max(map(len, [*words, *text.split(b"\r\n")])) <= 76, "as RFC 2047 and RFC 2045 say"
    plain = email.message_from_bytes(mail)
    assert "".join(part.decode() for part, _ in decode_header(plain["Subject"])) == HIDDEN.sub(" ", message.subject)
    assert plain.get_payload(decode=True) == message.body.encode()


@pytest.mark.parametrize("changed", [{"reference": "r\r\nBcc: c@d.example"}, {"cause": "c\nX: y"}, {"cause": "a b"}])
def test_no_other_value_ends_a_header_either(changed: dict[str, str]) -> None:
    """Ids are ids: one with a line's end in it is refused."""
    with pytest.raises(ValueError, match="no line's end"):
        compose(replace(MESSAGE, **changed), "guiyan@guiyan.example", CLOCK.now())


def _sound(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


async def test_an_address_that_is_none_is_returned(tmp_path: Path) -> None:
    """A recipient without a mail address is a bounce with its reason, not an exception."""
    bad = Message("r", "c", "", "nobody", "s", "b")
    assert await Mailbox(tmp_path, "a@b.example", CLOCK).deliver(bad) == Returned(NoticeFailure.ADDRESS_INVALID)
