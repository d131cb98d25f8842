"""What a chat service answered: apprise says yes or no, and neither says enough.

WeCom, DingTalk and Feishu answer 200 to what they refuse, with a code in the body; apprise calls some of that a yes.
Its no may be a refusal, a connection that never was, or one that broke after the text. So its HTTP calls are watched.
"""

from __future__ import annotations

import re
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum, auto
from typing import Any, Final

import requests
from apprise.plugins.base import NotifyBase
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, SSLError

from guiyan.notifications.channels.port import Message, Outcome
from guiyan.notifications.domain.notice import Deferred, Lost, Taken

SUCCESS, REDIRECT, CLIENT_ERROR, SERVER_ERROR, UNAVAILABLE = 200, 300, 400, 500, 503
VERBS: Final = frozenset({"get", "post", "put", "patch", "delete", "request"})
CODE_IN: Final[Mapping[str, Sequence[str]]] = {
    "NotifyWeComBot": ("errcode",),
    "NotifyDingTalk": ("errcode",),
    "NotifyFeishu": ("code", "StatusCode"),
    "NotifyLark": ("code", "StatusCode"),
}
"""By apprise's class: the fields of the answer that are 0 when it was taken, as each service documents them."""
_BEFORE: Final = (NewConnectionError, ConnectTimeoutError)
"""No connection, also for a name that is not found: nothing has left."""


_STRANGE: Final = re.compile(r"[^A-Za-z0-9.-]")


class Answer(Enum):
    """What one HTTP call came to."""

    TAKEN = auto()
    REFUSED = auto()
    NEVER_LEFT = auto()
    UNTOLD = auto()


Call = tuple[Answer, str]
"""What it came to, and the status that says so."""
_calls: ContextVar[list[Call] | None] = ContextVar("calls", default=None)


@contextmanager
def watched() -> Iterator[list[Call]]:
    """The HTTP calls of what is done inside, in this task and in the threads that it hands its context to."""
    calls: list[Call] = []
    token = _calls.set(calls)
    try:
        yield calls
    finally:
        _calls.reset(token)


def outcome_of(message: Message, says_yes: bool, calls: Sequence[Call]) -> Outcome:  # noqa: FBT001 - apprise's own word
    """As apprise says when all calls were taken, or none was seen; certain when the only one failed; else Lost."""
    if all(answer is Answer.TAKEN for answer, _ in calls):
        return Taken(message.reference) if says_yes else Lost()
    answer, status = calls[0]
    if len(calls) == 1 and answer in {Answer.REFUSED, Answer.NEVER_LEFT}:
        return Deferred(status=status)
    return Lost()


def watch(plugin: NotifyBase) -> None:
    """From now on the calls of this kind of plugin are seen; one that does not use requests is not."""
    module = sys.modules[type(plugin).__module__]
    if getattr(module, "requests", None) is requests:
        watched_requests = _Watched(CODE_IN.get(type(plugin).__name__, ()))
        module.requests = watched_requests  # type: ignore[attr-defined] # some plugins' modules have it, as just seen


class _Watched:
    """requests, as a plugin's module sees it, with its calls noted."""

    def __init__(self, codes: Sequence[str]) -> None:
        self._codes = codes

    def __getattr__(self, name: str) -> Any:
        found = getattr(requests, name)
        return self._noted(found) if name in VERBS else found

    def _noted(self, call: Callable[..., requests.Response]) -> Callable[..., requests.Response]:
        def noted(*args: Any, **kwargs: Any) -> requests.Response:
            calls = _calls.get()
            note = (list[Call]() if calls is None else calls).append
            try:
                response = call(*args, **kwargs)
            except requests.RequestException as fault:
                note(_broken(fault))
                raise
            note(_answered(response, self._codes))
            return response

        return noted


def _broken(fault: requests.RequestException) -> Call:
    inner = fault.args[0] if fault.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    stranger = isinstance(reason, SSLError) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    if stranger or isinstance(reason, _BEFORE):
        return Answer.NEVER_LEFT, "no_connection"
    return Answer.UNTOLD, "no_answer"


def _answered(response: requests.Response, codes: Sequence[str]) -> Call:
    """A refusal is certain; after a gateway's trouble the service may have taken it."""
    status = response.status_code
    if status >= SERVER_ERROR and status != UNAVAILABLE:
        return Answer.UNTOLD, str(status)
    if not SUCCESS <= status < REDIRECT:
        return Answer.REFUSED, str(status)
    try:
        body = response.json() if codes else {}
    except ValueError:
        return Answer.UNTOLD, "no_json"
    told = [body[one] for one in codes if one in body] if isinstance(body, dict) else []
    if codes and not told:
        return Answer.UNTOLD, "no_code"
    bad = next((one for one in told if str(one) != "0"), None)
    return (Answer.TAKEN, str(status)) if bad is None else (Answer.REFUSED, f"code_{_STRANGE.sub('_', str(bad))}"[:40])
