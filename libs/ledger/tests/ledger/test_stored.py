"""The short way to read a stored message comes to the same commit as the long one, for every input."""

from __future__ import annotations

import base64
import dataclasses
import hmac
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client

from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.mac import KeyRing, Mac, MacKey
from guiyan.ledger.message import BATCH_COMMIT, BATCH_ID, BATCH_SEQUENCE, Message, decode, encode
from guiyan.ledger.nats.headers import (
    parse_strictly,
    read_headers,
    read_headers_strictly,
    read_line_by_line,
    read_lines,
)
from guiyan.ledger.nats.stored import read_stored
from guiyan.ledger.testing.events import a_commit, a_subject

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RING = KeyRing([MacKey("k-1", "tests", b"1" * 32), MacKey("k-2", "other", b"2" * 32)], "k-1")


def _message(*, batch: bool) -> Message:
    message = encode(a_commit(a_subject("tests"), 7, events=2, command_id="c-1"), RING)
    if batch:
        message.headers.update({BATCH_ID: "abc", BATCH_SEQUENCE: "2", BATCH_COMMIT: "1"})
    return message


def _block(headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"NATS/1.0\r\n{lines}\r\n".encode()


def _long_way(subject: bytes, header: bytes, body: bytes) -> StoredCommit:
    headers = read_headers(header) or {}
    plain = {**headers}  # a plain dict, whose every header is looked at
    text = subject.decode("utf-8", "replace")
    return decode(sequence=3, subject=text, headers=plain, body=body, stored_at=NOW, ring=RING)


def _same(subject: bytes, header: bytes, body: bytes) -> StoredCommit:
    short = read_stored(3, subject, header, body, stored_at=NOW, ring=RING)
    assert dataclasses.asdict(short) == dataclasses.asdict(_long_way(subject, header, body))
    return short


@given(batch=st.booleans())
def test_what_services_write_is_believed(*, batch: bool) -> None:
    """A commit in our own form, alone or in an atomic batch, keeps its parts and its MAC is right."""
    message = _message(batch=batch)
    commit = _same(message.subject.encode(), _block(message.headers), message.body)
    assert (commit.forged, commit.command_id, commit.types, str(commit.subject)) == (
        None,
        "c-1",
        ("OrganisationRenamed",),
        message.subject,
    )


@st.composite
def _damaged(draw: st.DrawFn) -> tuple[bytes, bytes, bytes]:
    message = _message(batch=draw(st.booleans()))
    parts = [message.subject.encode(), _block(message.headers), message.body]
    which = draw(st.integers(0, 2))
    start = draw(st.integers(0, len(parts[which])))
    end = min(len(parts[which]), start + draw(st.integers(0, 40)))
    put = draw(
        st.one_of(st.binary(max_size=6), st.just(parts[which][start:end] * 2), st.sampled_from([b"0", b" ", b"\r\n"]))
    )
    parts[which] = parts[which][:start] + put + parts[which][end:]
    return parts[0], parts[1], parts[2]


@given(_damaged())
def test_what_differs_is_judged_alike(parts: tuple[bytes, bytes, bytes]) -> None:
    """Subject, headers or body with a piece put in, taken out, doubled or changed: one judgement on both ways."""
    _same(*parts)


@given(st.permutations(range(6)), st.lists(st.integers(0, 5), max_size=2))
def test_headers_in_another_order_or_twice_are_judged_alike(order: list[int], again: list[int]) -> None:
    """Order is no fault, a second copy is."""
    message = _message(batch=False)
    lines = [f"{name}: {value}\r\n".encode() for name, value in message.headers.items()]
    block = b"NATS/1.0\r\n" + b"".join(lines[n] for n in [*order, *again]) + b"\r\n"
    commit = _same(message.subject.encode(), block, message.body)
    assert (commit.forged is None) == (not again)


_BLOCKS = st.one_of(
    st.binary(max_size=60).map(lambda one: b"NATS/1.0\r\n" + one + b"\r\n\r\n"),
    st.from_regex(rb"NATS/1\.0 (100|204|404|408)( [A-Za-z ]{1,20})?\r\n\r\n", fullmatch=True),
    st.from_regex(rb"NATS/1\.0\r\n([A-Za-z-]{1,5}: ?[a-z ]{0,5}\r\n){0,4}\r\n", fullmatch=True),
)


@given(_BLOCKS)
async def test_header_blocks_are_read_as_nats_py_reads_them(block: bytes) -> None:
    """Status lines and named lines come to the same names and values as on a connection that reads strictly."""
    client = Client()
    read_headers_strictly(client)
    assert read_headers(block) == await client._process_headers(block)


def test_nothing_is_no_headers() -> None:
    """A message without headers has none, and the strict reading of no lines is empty."""
    assert read_headers(b"") is None
    assert parse_strictly(b"") == {}


@given(
    st.lists(
        st.from_regex(r"([A-Za-z-]{0,2}|[A-Z]{79,81}): {0,2}[a-z: \t\u00e9]{0,3}(\r\n|\n|)", fullmatch=True), max_size=4
    ).map("".join),
    st.sampled_from(["\r\n", ""]),
)
def test_lines_at_once_are_lines_one_by_one(lines: str, end: str) -> None:
    """Usual lines read by one match, odd or repeated ones by the rule itself: never another answer."""
    assert read_lines(lines + end) == read_line_by_line(lines + end)


def test_a_servers_answer_is_read_at_once() -> None:
    """What a server answers with is of the usual form."""
    lines = "Nats-Stream: KV_KEYS\r\nNats-Subject: $KV.KEYS.a\r\nNats-Sequence: 2\r\n\r\n"
    assert read_lines(lines)["Nats-Sequence"] == "2"
    assert list(read_lines(lines)) == list(read_line_by_line(lines))


@given(st.binary(min_size=1, max_size=200), st.binary(max_size=300))
def test_the_mac_is_hmac_sha256(secret: bytes, text: bytes) -> None:
    """Ours is the standard library's, for keys shorter and longer than a block, and again under the same key."""
    mac, expected = Mac(secret), base64.b64encode(hmac.digest(secret, text, "sha256"))
    assert mac.of(text) == expected
    assert mac.of(text) == expected
