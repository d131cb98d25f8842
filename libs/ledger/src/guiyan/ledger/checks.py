"""Looks at the server before a service starts: is the ledger set as it must be?

A wrong setting is told at start, in one sentence each (which, what it is, what it must be, how to mend it), not
discovered when an event is lost.
"""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client

from guiyan.ledger.errors import LedgerUnavailable, UnsafeLedger
from guiyan.ledger.nats.names import Names
from guiyan.ledger.nats.replies import Replies

ANSWER_SECONDS = 5.0
DUPLICATE_WINDOW_SECONDS = 15 * 60
_SECOND_NS = 1_000_000_000
_MEND = "run the deploy step with --update, or correct deploy/nats/streams"
_RECREATE = "it cannot be changed on a stream that exists: copy it into one that is made with deploy/nats/streams"
Config = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One setting of a stream: its name, whether a value is right, what it must be, why, and how to mend it."""

    setting: str
    is_right: Callable[[Any], bool]
    must_be: str
    why: str
    mend: str = _MEND

    def problem(self, stream: str, config: Config) -> str | None:
        """The sentence for a wrong setting, None for a right one."""
        value = config.get(self.setting)
        if self.is_right(value):
            return None
        return f"{stream}: {self.setting} is {json.dumps(value)}, must be {self.must_be}, {self.why}; {self.mend}"


def _on(value: Any) -> bool:
    return value is True


def _off(value: Any) -> bool:
    return not value


def _unlimited(value: Any) -> bool:
    return value in {None, 0, -1}


_NO_LIMIT = "or old events are dropped or new ones refused"
_EVERY_STREAM = (
    Rule("storage", lambda v: v == "file", '"file"', "or a restart forgets everything", _RECREATE),
    Rule("persist_mode", lambda v: v in {None, "", "default"}, '"default"', "or acknowledged writes can be lost"),
    Rule("no_ack", _off, "off", "or no writer learns whether it wrote"),
    Rule("discard", lambda v: v == "new", '"new"', "or a full stream drops its oldest messages"),
    Rule("allow_direct", _on, "on", "or reads all go to one server"),
    Rule("allow_atomic", _on, "on", "or several commits cannot be written together"),
    Rule("max_age", _unlimited, "0", _NO_LIMIT),
    Rule("max_msgs", _unlimited, "-1", _NO_LIMIT),
    Rule("max_bytes", _unlimited, "-1", _NO_LIMIT),
    Rule("allow_msg_ttl", _off, "off", "or a writer can make a message vanish", _RECREATE),
    Rule("allow_msg_schedules", _off, "off", "schedules silently allow purging", _RECREATE),
    Rule("mirror", _off, "absent", "services write here"),
    Rule("sources", _off, "absent", "what is copied in carries no guard"),
)
_LEDGER = (
    *_EVERY_STREAM,
    Rule("retention", lambda v: v == "limits", '"limits"', "or messages vanish once they were read", _RECREATE),
    Rule("deny_delete", _on, "on", "or a single event can be removed", _RECREATE),
    Rule("deny_purge", _on, "on", "or the events of an aggregate can be removed", _RECREATE),
    Rule("allow_rollup_hdrs", _off, "off", "or a header of a writer removes older events"),
    Rule("compression", lambda v: v in {None, "none"}, '"none"', "compressed blocks make reads 40 times slower"),
    Rule("max_msgs_per_subject", _unlimited, "-1", _NO_LIMIT),
    Rule("max_msg_size", _unlimited, "-1", "the server's max_payload is the limit"),
    Rule("subject_transform", _off, "absent", "or commits stand on other subjects than they were signed for"),
    Rule(
        "duplicate_window",
        lambda v: isinstance(v, int) and v >= DUPLICATE_WINDOW_SECONDS * _SECOND_NS,
        f"at least {DUPLICATE_WINDOW_SECONDS} s",
        "or a command that is sent again late is carried out again",
    ),
)
_KEYS = (
    *_EVERY_STREAM,
    Rule("max_msgs_per_subject", lambda v: v == 1, "1", "or a destroyed key is still there"),
    Rule("allow_rollup_hdrs", _on, "on", "or a key cannot be destroyed"),
)


async def require_safe_ledger(client: Client, *, prefix: str = "", monitor_url: str | None = None) -> list[str]:
    """Check the ledger's stream and the keys' bucket; give what could not be checked, as sentences for the log.

    `monitor_url` is the server's HTTP address: only there it tells whether it syncs every write, which a stream with
    one replica needs. Raises UnsafeLedger with every problem, LedgerUnavailable.
    """
    names = Names(prefix)
    ledger, keys = await asyncio.gather(*[_config(client, name) for name in (names.stream, names.keys_stream)])
    problems = _problems(names.stream, ledger, _LEDGER) + _problems(names.keys_stream, keys, _KEYS)
    if ledger is not None and ledger.get("subjects") != [names.subject("evt.>")]:
        problems.append(
            f"{names.stream}: subjects are {json.dumps(ledger.get('subjects'))}, must be"
            f" {json.dumps([names.subject('evt.>')])}, or events fall beside the ledger; {_MEND}"
        )
    unchecked: list[str] = []
    if ledger is not None and int(ledger.get("num_replicas", 1)) == 1:
        fault, note = await _sync_fault(names.stream, monitor_url)
        problems += fault
        unchecked += note
    if problems:
        raise UnsafeLedger(problems)
    return unchecked


def _problems(stream: str, config: Config | None, rules: tuple[Rule, ...]) -> list[str]:
    if config is None:
        missing = f"{stream}: there is no such stream; a wrong encryption key or store folder also looks like this"
        return [f"{missing}, so look at the server's log first, then run the deploy step"]
    return [problem for rule in rules if (problem := rule.problem(stream, config)) is not None]


async def _config(client: Client, stream: str) -> Config | None:
    reply = await Replies(client).request(f"$JS.API.STREAM.INFO.{stream}", b"", timeout_seconds=ANSWER_SECONDS)
    if reply is None or not reply.data:
        raise LedgerUnavailable(
            f"JetStream does not answer about stream {stream}: is it enabled, and may this user ask for STREAM.INFO?"
        )
    document = json.loads(reply.data)
    config: Config | None = document.get("config")
    return config


async def _sync_fault(stream: str, monitor_url: str | None) -> tuple[list[str], list[str]]:
    """Problems, and what could not be checked."""
    if not monitor_url:
        advice = "set GUIYAN_NATS_MONITOR_URL so that it can be"
        return [], [f"{stream} has one replica; whether the server syncs every write was not checked: {advice}"]
    try:
        document = await asyncio.to_thread(_varz, monitor_url)
    except (OSError, ValueError) as error:
        return [], [f"whether the server syncs every write was not checked: {monitor_url}/varz gave {error}"]
    if document.get("jetstream", {}).get("config", {}).get("sync_always") is True:
        return [], []
    fault = f"{stream} has one replica and the server acknowledges before it syncs"
    mend = (
        "set `sync_interval: always` in the jetstream block of nats-server.conf, or keep three replicas on three hosts"
    )
    return [f"{fault}: {mend}"], []


def _varz(monitor_url: str) -> dict[str, Any]:
    if not monitor_url.startswith(("http://", "https://")):
        raise ValueError("an address that is not http")
    with urllib.request.urlopen(f"{monitor_url.rstrip('/')}/varz", timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - an address of our own settings
        document: dict[str, Any] = json.load(answer)
        return document
