"""SMPP 3.4: one session, kept and bound again when it breaks; so many messages at once as the window allows.

A refusal is certain. A call that ends without an answer is not: the centre may have taken the message, and it can be
asked by its own number alone, which is what was lost. Such a message is Lost. Receipts tell what became of the others.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import phonenumbers
import smpp34
import structlog
from pydantic import SecretStr

from guiyan.events.codes import NoticeChannel, NoticeFailure
from guiyan.notifications.channels.port import Message, Outcome
from guiyan.notifications.channels.receipts import STATES, Receipt, Told, read_receipt_text, told_by
from guiyan.notifications.channels.smpp_text import Part, parts_of
from guiyan.notifications.domain.notice import Deferred, Lost, Returned, Taken

INTERNATIONAL, ISDN, UNKNOWN_TYPE = 1, 1, 0
NO_SUCH_NUMBER: Final = 0x0B
"""ESME_RINVDSTADR"""
RECEIPTED_MESSAGE_ID: Final = 0x001E
MESSAGE_STATE: Final = 0x0427
RECEIPT_CLASS: Final = 0x04
RECEIPT_WANTED: Final = 1
BIND_AGAIN_SECONDS: Final = 5.0

log = structlog.get_logger("guiyan.smpp")


@dataclass(frozen=True, slots=True)
class SmppCentre:
    """Which message centre, and as whom."""

    host: str
    port: int
    system_id: str
    source: str
    """Sender number or name, as the contract with the provider says."""
    password: SecretStr = field(default_factory=lambda: SecretStr(""))
    system_type: str = ""
    tls: bool = True
    window: int = 32
    """Messages without an answer at once."""
    timeout_seconds: float = 20.0
    country: str = "CN"
    """Numbers without a country code are of this country."""
    international: bool = True
    """Whether numbers are given with the country code."""
    dead_number_errors: frozenset[str] = frozenset({"001"})
    """Errors of receipts by which this provider says that there is no such number."""


class Smpp:
    """Hands short messages to one message centre and hears its receipts."""

    channel = NoticeChannel.SMS
    repeatable = False
    answers = False
    patience_seconds = 0.0

    def __init__(self, centre: SmppCentre, told: Told, name: str = "smpp") -> None:
        self.name = name
        self._centre = centre
        self._told = told
        self._window = asyncio.Semaphore(centre.window)
        self._binding = asyncio.Lock()
        self._session: smpp34.Smsc | None = None
        self._client: smpp34.Client | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._failed_at = float("-inf")

    async def deliver(self, message: Message) -> Outcome:
        """Hand one message over, part by part; a part that fails after another went out leaves the outcome open."""
        to = self._number(message.to_address)
        if to is None:
            return Returned(NoticeFailure.ADDRESS_INVALID)
        try:
            parts = parts_of(message.body, int(message.reference[-2:], 16))
        except ValueError:
            return Returned(NoticeFailure.REFUSED_BY_PROVIDER, "too_long")
        async with self._window:
            session = await self._bound()
            if session is None:
                return Deferred(status="no_session")
            return await self._submit(session, to, parts)

    async def ask(self, reference: str) -> Outcome:  # noqa: ARG002 - the centre knows its own numbers alone
        """A centre cannot be asked by our reference."""
        return Lost()

    async def open(self) -> None:
        """Bind, so that receipts are heard although nothing is being sent."""
        await self._bound()

    async def close(self) -> None:
        """Unbind."""
        if self._hearing is not None:
            self._hearing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._hearing
        await self._leave()

    async def _submit(self, session: smpp34.Smsc, to: str, parts: Sequence[Part]) -> Outcome:
        taken: str | None = None
        for part in parts:
            last = part is parts[-1]
            outcome = await self._submit_part(session, to, part, receipt=last)
            if not isinstance(outcome, Taken):
                return outcome if taken is None else Lost()
            taken = outcome.reference or ""
        return Taken(taken or None)

    async def _submit_part(self, session: smpp34.Smsc, to: str, part: Part, *, receipt: bool) -> Outcome:
        centre = self._centre
        try:
            async with asyncio.timeout(centre.timeout_seconds):
                answer = await session.submit_sm(
                    to,
                    part.content,
                    source_addr=centre.source,
                    dest_addr_ton=INTERNATIONAL if centre.international else UNKNOWN_TYPE,
                    dest_addr_npi=ISDN,
                    esm_class=part.esm_class,
                    data_coding=part.data_coding,
                    registered_delivery=RECEIPT_WANTED if receipt else 0,
                )
        except (smpp34.SmppError, TimeoutError):
            return Lost()
        if answer.is_success:
            return Taken(answer.message_id)
        if answer.command_status == NO_SUCH_NUMBER:
            return Returned(NoticeFailure.ADDRESS_INVALID, f"{answer.command_status:08x}")
        return Deferred(status=f"{answer.command_status:08x}")

    def _number(self, written: str) -> str | None:
        try:
            number = phonenumbers.parse(written, self._centre.country)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_possible_number(number):
            return None
        national = phonenumbers.national_significant_number(number)
        return f"{number.country_code}{national}" if self._centre.international else national

    async def _bound(self) -> smpp34.Smsc | None:
        """The session, bound anew where it broke; None while the centre cannot be reached."""
        async with self._binding:
            if self._session is not None:
                return self._session
            if time.monotonic() - self._failed_at < BIND_AGAIN_SECONDS:
                return None
            centre = self._centre
            self._client = smpp34.Client(
                centre.host,
                centre.port,
                centre.system_id,
                centre.password.get_secret_value(),
                system_type=centre.system_type,
                tls=centre.tls,
                window_size=centre.window,
                connect_timeout_ms=int(centre.timeout_seconds * 1000),
            )
            try:
                async with asyncio.timeout(centre.timeout_seconds):
                    self._session = await self._client.connect()
            except (smpp34.SmppError, TimeoutError, RuntimeError) as error:
                self._failed_at = time.monotonic()
                log.warning("smpp_not_bound", provider=self.name, error=type(error).__name__)
                await self._leave()
                return None
            self._hearing = asyncio.create_task(self._hear(self._session))
            return self._session

    async def _hear(self, session: smpp34.Smsc) -> None:
        """Receipts, until the session ends."""
        while isinstance(event := await session.next(), smpp34.DeliverSmEvent):
            try:
                await self._heard(event)
            except Exception:
                log.exception("smpp_receipt_failed", provider=self.name)
        if self._session is session:
            self._session = None
            log.warning("smpp_session_ended", provider=self.name)

    async def _heard(self, event: smpp34.DeliverSmEvent) -> None:
        if not event.esm_class & RECEIPT_CLASS:
            return
        fields = read_receipt_text(event.short_message.decode("ascii", "replace"))
        tlvs = {one.tag: one for one in event.tlvs}
        id_tlv, state_tlv = tlvs.get(RECEIPTED_MESSAGE_ID), tlvs.get(MESSAGE_STATE)
        reference = (id_tlv.as_string() if id_tlv else None) or fields.get("id")
        state = STATES.get(state_tlv.as_int() or 0, "") if state_tlv else fields.get("stat", "")
        told = told_by(state, fields.get("err"), self._centre.dead_number_errors)
        if reference is not None and told is not None:
            await self._told(Receipt(self.name, told, provider_reference=reference))

    async def _leave(self) -> None:
        client, self._client, self._session = self._client, None, None
        if client is not None:
            with contextlib.suppress(smpp34.SmppError, RuntimeError):
                await client.stop()
