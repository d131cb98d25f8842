"""The SMPP provider against a message centre with every kind of bad day, and read by a codec of other hands."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.notifications.tests.centre import NO_SUCH_NUMBER, SOURCE, THROTTLED, Centre, a_centre, free_port
from smpp.pdu.operations import BindTransceiver, BindTransceiverResp, SubmitSM
from smpp.pdu.pdu_encoding import PDUEncoder
from smpp.pdu.sm_encoding import SMStringEncoder

from guiyan.events.codes import NoticeFailure
from guiyan.notifications.channels.port import Message
from guiyan.notifications.channels.receipts import Receipt, read_receipt_text, told_by
from guiyan.notifications.channels.smpp import Smpp, SmppCentre
from guiyan.notifications.channels.smpp_text import PARTS_MOST, SMSC_DEFAULT, UCS2, parts_of
from guiyan.notifications.domain.notice import Arrived, Deferred, Lost, Returned, Taken
from guiyan.notifications.domain.sms import sms_length
from guiyan.service.testing import until

SHORT = Message("019c1bdd-1680-7712-bd27-176c707fb458", "cause", "张示例", "14000000001", "", "请回电 0999-0000001")
LONG = replace(SHORT, body="您好," + "请回电。" * 40)
NUMBER = "8614000000001"


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    """The peer."""
    async with a_centre() as running:
        yield running


@pytest.fixture
def heard() -> list[Receipt]:
    """Every receipt that the provider passed on."""
    return []


@pytest.fixture
async def smpp(centre: Centre, heard: list[Receipt]) -> AsyncIterator[Smpp]:
    """The provider, not yet bound."""

    async def told(receipt: Receipt) -> None:
        heard.append(receipt)

    settings = SmppCentre("127.0.0.1", centre.port, "guiyan", SOURCE, tls=False, timeout_seconds=1.0)
    provider = Smpp(settings, told, "sms_one")
    yield provider
    await provider.close()


async def test_a_message_is_taken_under_the_centres_number(smpp: Smpp, centre: Centre) -> None:
    """Chinese as UCS-2, the number with its country code, the centre's number as reference; one session for all."""
    assert await smpp.deliver(SHORT) == Taken("m-1")
    assert await smpp.deliver(SHORT) == Taken("m-2")
    assert centre.taken[0] == (NUMBER, SHORT.body.encode("utf-16-be"), UCS2, 0)
    assert len(centre.sessions) == 1


async def test_a_long_message_goes_in_parts_that_belong_together(smpp: Smpp, centre: Centre) -> None:
    """Header with the same number, count and place in each; put together again it is the text."""
    assert isinstance(await smpp.deliver(LONG), Taken)
    headers = [content[:6] for _, content, _, _ in centre.taken]
    count = sms_length(LONG.body).segments
    assert headers == [bytes((5, 0, 3, 0x58, count, place)) for place in range(1, count + 1)]
    assert b"".join(content[6:] for _, content, _, _ in centre.taken).decode("utf-16-be") == LONG.body


async def test_a_refusal_is_certain(smpp: Smpp, centre: Centre) -> None:
    """Throttled: later or elsewhere; no such number: never; no number at all: not even asked."""
    centre.status = THROTTLED
    assert await smpp.deliver(SHORT) == Deferred("00000058")
    centre.status = NO_SUCH_NUMBER
    assert await smpp.deliver(SHORT) == Returned(NoticeFailure.ADDRESS_INVALID, "0000000b")
    assert await smpp.deliver(replace(SHORT, to_address="nobody")) == Returned(NoticeFailure.ADDRESS_INVALID)


async def test_no_answer_leaves_the_outcome_open(smpp: Smpp, centre: Centre) -> None:
    """The centre took it and was silent, or ended the session: nobody can tell; the next one gets a new session."""
    centre.silent = True
    assert await smpp.deliver(SHORT) == Lost()
    centre.silent, centre.hang_up = False, True
    assert await smpp.deliver(SHORT) == Lost()
    centre.hang_up = False
    await until(lambda: _none(smpp))
    assert isinstance(await smpp.deliver(SHORT), Taken)


async def test_a_part_that_is_refused_after_another_went_out_leaves_it_open(smpp: Smpp, centre: Centre) -> None:
    """Something of it may be seen: it is not sent again blindly. Refused with the first part it is certain."""
    centre.refuse_after = 1
    assert await smpp.deliver(LONG) == Lost()
    assert await smpp.deliver(LONG) == Deferred("00000058")


async def test_no_centre_is_deferred() -> None:
    """Nothing listens: certainly not taken."""
    nobody = SmppCentre("127.0.0.1", free_port(), "guiyan", SOURCE, tls=False, timeout_seconds=1.0)
    assert await Smpp(nobody, _nothing).deliver(SHORT) == Deferred("no_session")


@pytest.mark.parametrize("by_text", [False, True])
async def test_receipts_are_heard(smpp: Smpp, centre: Centre, heard: list[Receipt], by_text: bool) -> None:  # noqa: FBT001 - a value that the test is tried with
    """By TLV or by text, twice, and for the last part alone; one that says nothing final is not passed on."""
    centre.receipts, centre.by_text = ("ENROUTE", "DELIVRD", "DELIVRD"), by_text
    await smpp.deliver(LONG)
    await until(lambda: _heard(heard, 2))
    last = f"m-{sms_length(LONG.body).segments}"
    assert heard == [Receipt("sms_one", Arrived(), provider_reference=last)] * 2


async def test_a_dead_number_is_told_by_the_error_of_the_receipt(
    smpp: Smpp, centre: Centre, heard: list[Receipt]
) -> None:
    """The provider's error for an unknown subscriber makes it an invalid address; another failure does not."""
    centre.receipts, centre.error = ("UNDELIV",), "001"
    await smpp.deliver(SHORT)
    centre.error = "027"
    await smpp.deliver(SHORT)
    await until(lambda: _heard(heard, 2))
    assert [one.told for one in heard] == [
        Returned(NoticeFailure.ADDRESS_INVALID, "001"),
        Returned(NoticeFailure.REFUSED_BY_RECIPIENT, "027"),
    ]


async def test_no_more_are_open_at_once_than_the_window_allows(centre: Centre) -> None:
    """The centre holds its answers: it sees as many as the window, and not one more."""
    centre.silent = True
    settings = SmppCentre("127.0.0.1", centre.port, "guiyan", SOURCE, tls=False, window=3, timeout_seconds=1.0)
    provider = Smpp(settings, _nothing)
    tasks = [asyncio.create_task(provider.deliver(SHORT)) for _ in range(9)]
    await until(lambda: _held(centre, 3))
    assert len(centre.held) == 3
    assert await asyncio.gather(*tasks) == [Lost()] * 9
    await provider.close()


async def test_another_codec_reads_what_is_sent() -> None:
    """smpppdu, of other hands, reads bind and submit_sm: text, number, receipt wanted."""
    seen: list[Any] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = await reader.readexactly(4)
                pdu = PDUEncoder().decode(io.BytesIO(head + await reader.readexactly(int.from_bytes(head) - 4)))
                seen.append(pdu)
                if isinstance(pdu, BindTransceiver):
                    answer = BindTransceiverResp(pdu.sequence_number, system_id="other")
                elif isinstance(pdu, SubmitSM):
                    answer = pdu.require_ack(pdu.sequence_number, message_id="other-1")
                else:
                    answer = pdu.require_ack(pdu.sequence_number)
                writer.write(PDUEncoder().encode(answer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    provider = Smpp(SmppCentre("127.0.0.1", port, "guiyan", SOURCE, tls=False, timeout_seconds=2.0), _nothing)
    assert await provider.deliver(SHORT) == Taken("other-1")
    bind, submit = seen[0], seen[1]
    assert bind.params["system_id"] == "guiyan"
    assert submit.params["destination_addr"] == NUMBER
    assert SMStringEncoder().decode_SM(submit).str == SHORT.body
    assert submit.params["registered_delivery"].receipt == "SMSC_DELIVERY_RECEIPT_REQUESTED"
    await provider.close()
    server.close()


@given(st.text(max_size=400), st.integers(0, 255))
def test_parts_are_as_many_as_the_preview_says_and_lose_nothing(text: str, number: int) -> None:
    """The office's preview counts what is sent; no part is too long, no sign is torn."""
    text = text.encode("utf-8", "ignore").decode()
    parts = parts_of(text, number)
    measured = sms_length(text)
    assert len(parts) == measured.segments
    assert (parts[0].data_coding == SMSC_DEFAULT) == (measured.encoding == "GSM-7")
    contents = [one.content[6:] if one.esm_class else one.content for one in parts]
    assert all(len(one.content) <= 254 for one in parts)
    if parts[0].data_coding == UCS2:
        assert "".join(one.decode("utf-16-be") for one in contents) == text


def test_a_text_beyond_all_parts_is_refused() -> None:
    """255 parts are the most that the header can count."""
    with pytest.raises(ValueError, match="parts"):
        parts_of("字" * 67 * (PARTS_MOST + 1), 1)


def test_receipt_texts_are_read_leniently() -> None:
    """Fields in any order, others between them; a text that is none says nothing."""
    text = "stat:UNDELIV foo:bar id:AB12 err:005 text:x"
    assert read_receipt_text(text) == {"stat": "UNDELIV", "id": "AB12", "err": "005"}
    assert read_receipt_text("hello") == {}
    assert told_by("ENROUTE", None, frozenset()) is None
    assert told_by("EXPIRED", "000", frozenset()) == Returned(NoticeFailure.EXPIRED, "EXPIRED")


async def _nothing(receipt: Receipt) -> None:
    del receipt


async def _none(smpp: Smpp) -> bool:
    return smpp._session is None


async def _heard(heard: list[Receipt], count: int) -> bool:
    return len(heard) >= count


async def _held(centre: Centre, count: int) -> bool:
    return len(centre.held) >= count
