"""What comes back is read as real mail servers write it, and matched by its mark alone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.events.codes import NoticeFailure
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.keys import MasterKeys
from guiyan.notifications.channels.marks import LENGTH, Marked, Marks, ReturnPath
from guiyan.notifications.channels.returned_mail import UNSTATED, read_mail
from guiyan.notifications.domain.notice import Arrived, Late, Returned, Said

FOLDER: Final = Path(__file__).with_name("returned")
MARKS: Final = Marks(BlindIndex(MasterKeys.made_up()).digest)
NOTICE: Final = "019c1bdd-1680-7712-bd27-176c707fb458"
OURS: Final = Marked("mail_main", NOTICE)
NAMES: Final = ("mail_second", "mail_main")
PLACEHOLDER: Final = "abcdefghijklmnopqrstuvwxyz234567abcdefghij"
"""Stands where the mark was in the mails that the servers wrote."""


def returned(name: str, mark: str | None = None) -> bytes:
    """A mail as a server wrote it, with the mark of the notice in it."""
    text = (FOLDER / f"{name}.eml").read_text("utf-8")
    assert PLACEHOLDER in text
    return text.replace(PLACEHOLDER, mark or MARKS.mark("mail_main", NOTICE)).encode()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("postfix_gone", Returned(NoticeFailure.ADDRESS_INVALID, "5.1.1")),
        ("postfix_late", Late("4.4.1")),
        ("postfix_given_up", Returned(NoticeFailure.EXPIRED, "4.4.1")),
        ("postfix_arrived", Arrived()),
        ("exim_gone", Returned(NoticeFailure.REFUSED_BY_RECIPIENT, "5.0.0")),
        ("exim_arrived", Arrived()),
        ("qmail_gone", Returned(NoticeFailure.REFUSED_BY_RECIPIENT, UNSTATED)),
    ],
)
def test_reports_of_real_servers_are_read(name: str, said: Said) -> None:
    """Postfix 3.7 and Exim 4.96 wrote these; qmail's form is older than the standard."""
    mail = read_mail(returned(name))
    assert (mail.said, mail.report) == (said, True)
    assert MARKS.find(mail.places, NAMES) == OURS


@pytest.mark.parametrize("name", ["out_of_office", "answer"])
def test_an_answer_is_no_report(name: str) -> None:
    """A machine on holiday answers to the envelope sender, mark and all; a person quotes the mail."""
    mail = read_mail(returned(name))
    assert (mail.said, mail.report) == (None, False)


def test_a_machines_answer_is_no_bounce_whatever_its_words_are() -> None:
    """Words like those of an old bounce in an automatic answer (RFC 3834)."""
    mail = read_mail(b"Auto-Submitted: auto-replied\n" + returned("qmail_gone"))
    assert (mail.said, mail.report) == (None, False)


def test_a_report_keeps_its_mark_without_the_address() -> None:
    """A server that knows no tags: the mark comes back as the envelope's id, and in the head of the mail."""
    plain = returned("postfix_gone").decode().replace(f"bounces+{MARKS.mark('mail_main', NOTICE)}", "bounces")
    assert MARKS.find(read_mail(plain.encode()).places, NAMES) == OURS
    for line in ("Original-Envelope-Id: ", "X-Guiyan-Return: "):
        alone = "\n".join(one for one in plain.splitlines() if not one.startswith(line))
        assert MARKS.find(read_mail(alone.encode()).places, NAMES) == OURS, line
    bare = "\n".join(one for one in plain.splitlines() if MARKS.mark("mail_main", NOTICE) not in one)
    assert MARKS.find(read_mail(bare.encode()).places, NAMES) is None


def test_a_mark_inside_what_hangs_on_it_does_not_count() -> None:
    """Somebody passed our mail on as an attachment, and that came back: ours did arrive."""
    mark = MARKS.mark("mail_main", NOTICE)
    inner = f"Subject: notice\nX-Guiyan-Return: {mark}\n\ntext"
    passed_on = (
        f'Subject: Fwd\nContent-Type: multipart/mixed; boundary="i"\n\n'
        f"--i\nContent-Type: message/rfc822\n\n{inner}\n--i--"
    )
    report = (
        'To: office@guiyan.example\nContent-Type: multipart/report; report-type=delivery-status; boundary="o"\n\n'
        "--o\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nAction: failed\nStatus: 5.1.1\n\n"
        f"--o\nContent-Type: message/rfc822\n\n{passed_on}\n--o--\n"
    )
    mail = read_mail(report.encode())
    assert mail.said == Returned(NoticeFailure.ADDRESS_INVALID, "5.1.1")
    assert MARKS.find(mail.places, NAMES) is None


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        (("failed 5.1.1", "delivered 2.0.0"), Arrived()),
        (("failed 5.1.1", "delayed 4.2.2"), Late("4.2.2")),
        (("relayed 2.0.0",), None),
        (("expanded 2.0.0", "failed 5.2.2"), None),
        (("failed 5.2.2",), Returned(NoticeFailure.REFUSED_BY_RECIPIENT, "5.2.2")),
        (("failed 5.7.1 (spam)",), Returned(NoticeFailure.REFUSED_BY_PROVIDER, "5.7.1")),
        (("failed 5.4.7",), Returned(NoticeFailure.EXPIRED, "5.4.7")),
        (("failed nonsense",), Returned(NoticeFailure.REFUSED_BY_RECIPIENT, UNSTATED)),
        (("pondered 5.1.1",), None),
    ],
)
def test_what_the_report_says_is_what_counts(actions: tuple[str, ...], said: Said | None) -> None:
    """Behind an alias are several: it came back only if all of it did; what is not final says nothing."""
    fields = "\n\n".join(f"Action: {one.partition(' ')[0]}\nStatus: {one.partition(' ')[2]}" for one in actions)
    report = (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="o"\n\n'
        f"--o\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n{fields}\n\n--o--\n"
    )
    mail = read_mail(report.encode())
    assert (mail.said, mail.report) == (said, True)


@given(st.binary(max_size=400), st.sampled_from(["", "Content-Type: multipart/report; boundary=o\n\n--o\n"]))
def test_whatever_lies_in_the_mailbox_is_read_without_a_fault(content: bytes, head: str) -> None:
    """Strangers write what they like."""
    mail = read_mail(head.encode() + content)
    assert MARKS.find(mail.places, NAMES) is None


def test_a_mark_holds_for_its_notice_and_its_provider_alone() -> None:
    """Any sign changed, another provider, another installation's key: none of ours; case does not matter."""
    mark = MARKS.mark("mail_main", NOTICE)
    assert len(mark) == LENGTH
    assert MARKS.find([f"<b+{mark.upper()}@x.example>"], NAMES) == OURS
    assert MARKS.find([mark], ["mail_second"]) is None
    assert Marks(BlindIndex(MasterKeys.made_up()).digest).find([mark], NAMES) is None
    for place in range(LENGTH - 1):
        other = "a" if mark[place] != "a" else "b"
        assert MARKS.find([mark[:place] + other + mark[place + 1 :]], NAMES) is None
    assert MARKS.find([mark + "a"], NAMES) is None
    assert MARKS.find([PLACEHOLDER], NAMES) is None


def test_two_marks_are_none() -> None:
    """Whoever knows two mails of ours cannot speak of both in one report."""
    marks = [MARKS.mark("mail_main", NOTICE), MARKS.mark("mail_second", NOTICE)]
    assert MARKS.find(marks, NAMES) is None


def test_an_envelope_sender_has_room_for_the_mark() -> None:
    """The mailbox's name, the sign between, the mark: 64 characters at most before the @."""
    path = ReturnPath("b" * 21 + "@guiyan.example", "+", arrival=False, mark=lambda id_: MARKS.mark("mail_main", id_))
    assert len(path.sender(path.mark(NOTICE)).partition("@")[0]) == 64
    assert path.for_recipient == ["NOTIFY=FAILURE,DELAY"]
