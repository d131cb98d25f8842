"""Header lines read as strictly as the server reads them.

A server takes the first of two equal headers, nats-py the last; and it ignores `Name : value`, which nats-py takes.
Between the two, an old commit could be written again with a guard that only the reader sees. So a connection that reads
the ledger marks such messages (REPEATED), and `guiyan.ledger.message` refuses them.
"""

from __future__ import annotations

import re

import nats.aio.client as nats_client
from nats.aio.client import Client

from guiyan.ledger.errors import LedgerError
from guiyan.ledger.message import REPEATED, read_well_formed

_NAME_LENGTH_MAX = 80
_PREAMBLE_LENGTH = len("NATS/1.0")
_STATUS_LENGTH = 3
_LINE_END = b"\r\n"
_PLAIN_LINE = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]{0,79}): ([^\r\n ]*)\r\n")
_PLAIN_LINES = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9-]{0,79}: [^\r\n ]*\r\n)+\r\n")


def parse_strictly(raw: bytes) -> dict[str, str]:
    """`Name: value` lines as a dict, with REPEATED among the keys when a line is odd or a name comes twice."""
    well_formed = read_well_formed(raw)
    return well_formed if well_formed is not None else read_lines(raw.decode("utf-8", "replace"))


def read_lines(text: str) -> dict[str, str]:
    """Any lines: the usual ones by one match (they are most of what a server answers), odd ones one by one."""
    if _PLAIN_LINES.fullmatch(text):
        lines = _PLAIN_LINE.findall(text)
        headers: dict[str, str] = dict(lines)
        if len(headers) == len(lines):
            return headers
    return read_line_by_line(text)


def read_line_by_line(text: str) -> dict[str, str]:
    """The rule itself, see `parse_strictly`."""
    headers: dict[str, str] = {}
    for line in text.split("\r\n"):
        if not line:
            continue
        name, colon, value = line.partition(":")
        if not colon or name in headers or not name.replace("-", "").isalnum() or len(name) > _NAME_LENGTH_MAX:
            headers[REPEATED] = name[:_NAME_LENGTH_MAX]
        headers[name] = value.strip(" ")
    return headers


def read_headers(block: bytes) -> dict[str, str] | None:
    """A whole header block, as nats-py tells one: a status line as `Status` and `Description`; None for no headers."""
    if block[_PREAMBLE_LENGTH : _PREAMBLE_LENGTH + 1] != b" ":
        return parse_strictly(block[_PREAMBLE_LENGTH + len(_LINE_END) :]) or None
    line, _, lines = block[_PREAMBLE_LENGTH + 1 :].partition(_LINE_END)
    status, description = line[:_STATUS_LENGTH].strip(), line[_STATUS_LENGTH + 1 :]
    headers = {"Status": status.decode()} if status.isdigit() else {}
    if description:
        headers["Description"] = description.decode("utf-8", "replace")
    return (headers | parse_strictly(lines)) or None


def read_headers_strictly(client: Client) -> None:
    """Make this connection mark odd headers; safe to call twice.

    Raises LedgerError when the installed nats-py no longer lets it: then forged messages could not be told apart.
    """
    client._parse_header_lines = parse_strictly  # type: ignore[method-assign] # noqa: SLF001 - no public hook exists
    if getattr(nats_client, "parse_email", None) is not None:
        raise LedgerError("the package fast-mail-parser hides repeated headers from nats-py: uninstall it")
