"""SMS by an HTTP provider: JSON, signed; asked back by the notice's id; receipts at our own door.

What is certain: no connection (nothing was sent), and an answer that says no. After a broken connection, a
gateway's 5xx or an answer that cannot be read the provider may have taken it, and is asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
import phonenumbers

from guiyan.events.codes import NoticeChannel, NoticeFailure
from guiyan.ledger import Clock
from guiyan.notifications.channels.port import Message, Outcome
from guiyan.notifications.channels.receipts import Receipt, told_by
from guiyan.notifications.channels.signatures import Request, Signature
from guiyan.notifications.domain.notice import Arrived, Deferred, Lost, Returned, Taken

OK, NOT_FOUND, SERVER_ERROR, UNAVAILABLE = 200, 404, 500, 503
RECEIPTS_MOST: Final = 1_000
REFERENCE_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class HttpSmsServer:
    """Where, and what its JSON is called."""

    send_url: str
    query_url: str | None
    """Asked with `?reference=`; None: the provider cannot be asked."""
    repeatable: bool
    """Whether the provider takes a reference once, however often it is sent."""
    timeout_seconds: float
    country: str
    accepted: frozenset[str]
    """Values of `code` that mean taken."""
    no_such_number: frozenset[str]
    """Values of `code` that mean that there is no such number."""


class HttpSms:
    """Hands short messages to an HTTP provider: `{reference, to, text}` → `{code, id}`."""

    channel = NoticeChannel.SMS

    def __init__(self, server: HttpSmsServer, signature: Signature, clock: Clock, name: str = "http_sms") -> None:
        self.name = name
        self.repeatable = server.repeatable
        self.answers = server.query_url is not None
        self.patience_seconds = server.timeout_seconds
        self._server = server
        self._signature = signature
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=server.timeout_seconds, follow_redirects=False)

    async def deliver(self, message: Message) -> Outcome:
        """Hand one message over."""
        to = self._number(message.to_address)
        if to is None:
            return Returned(NoticeFailure.ADDRESS_INVALID)
        body = json.dumps({"reference": message.reference, "to": to, "text": message.body}, ensure_ascii=False)
        try:
            answer = await self._ask("POST", self._server.send_url, body.encode())
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return Deferred(status="no_connection")
        except httpx.HTTPError:
            return Lost()
        return self._said(answer)

    async def ask(self, reference: str) -> Outcome:
        """What the provider knows of our reference: taken, come back, never there, or nothing that can be read."""
        if self._server.query_url is None:
            return Lost()
        try:
            answer = await self._ask("GET", f"{self._server.query_url}?{urlencode({'reference': reference})}", b"")
        except httpx.HTTPError:
            return Lost()
        if answer.status_code == NOT_FOUND:
            return Deferred(status="not_there")
        code = _code(answer) if answer.status_code == OK else None
        return (self._known(code, answer) if code is not None else None) or Lost()

    def heard(self, request: Request, headers: Mapping[str, str]) -> Sequence[Receipt] | None:
        """The receipts of a request to our door; None when it is not from this provider; ValueError for no receipts."""
        if not self._signature.holds(request, headers, int(self._clock.now().timestamp())):
            return None
        try:
            told = json.loads(request.body)
        except RecursionError:
            raise ValueError("nested deeper than any receipt") from None
        rows = told if isinstance(told, list) else [told]
        if len(rows) > RECEIPTS_MOST or not all(isinstance(one, dict) for one in rows):
            raise ValueError("an object or a list of up to 1,000 objects is a body of receipts")
        found = [self._receipt(one) for one in rows]
        return [one for one in found if one is not None]

    async def open(self) -> None:
        """Receipts come to our door."""

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _receipt(self, row: Mapping[str, Any]) -> Receipt | None:
        reference, own, state = row.get("reference"), row.get("id"), row.get("state")
        if not isinstance(state, str) or not (isinstance(reference, str) or isinstance(own, str)):
            raise ValueError("a receipt has a state, and reference or id")  # noqa: TRY004 - a value of the request
        if any(isinstance(one, str) and len(one) > REFERENCE_MOST for one in (reference, own)):
            raise ValueError("a reference is longer than any of ours or of a provider")
        error = row.get("error")
        told: Arrived | Returned | None = told_by(
            state, error if isinstance(error, str) else None, self._server.no_such_number
        )
        if told is None:
            return None
        return Receipt(
            self.name,
            told,
            provider_reference=own if isinstance(own, str) else None,
            notice_id=reference if isinstance(reference, str) else None,
        )

    async def _ask(self, method: str, url: str, body: bytes) -> httpx.Response:
        place = urlsplit(url)
        path = place.path + (f"?{place.query}" if place.query else "")
        signed = self._signature.headers(Request(method, path, body), int(self._clock.now().timestamp()))
        headers = {**signed, "Content-Type": "application/json"}
        return await self._client.request(method, url, content=body, headers=headers)

    def _said(self, answer: httpx.Response) -> Outcome:
        """What an answer says of a hand-over: a status that is no 200 is a refusal, unless a gateway gave up."""
        if answer.status_code != OK:
            given_up = answer.status_code >= SERVER_ERROR and answer.status_code != UNAVAILABLE
            return Lost() if given_up else Deferred(status=str(answer.status_code))
        code = _code(answer)
        if code is None:
            return Lost()
        return self._known(code, answer) or Deferred(status=_status(code))

    def _known(self, code: str, answer: httpx.Response) -> Taken | Returned | None:
        """What a code means for certain: taken, or no such number."""
        if code in self._server.accepted:
            own = answer.json().get("id")
            return Taken(own if isinstance(own, str) else None)
        if code in self._server.no_such_number:
            return Returned(NoticeFailure.ADDRESS_INVALID, _status(code))
        return None

    def _number(self, written: str) -> str | None:
        try:
            number = phonenumbers.parse(written, self._server.country)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_possible_number(number):
            return None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _code(answer: httpx.Response) -> str | None:
    """The code of an answer, or None for one that cannot be read."""
    try:
        told = answer.json()
    except ValueError:
        return None
    code = told.get("code") if isinstance(told, dict) else None
    return str(code) if isinstance(code, str | int) else None


def _status(code: str) -> str:
    """A provider's code as one of ours: it stands in events."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in code)[:40] or "none"
