"""An event too large to be read still gets its receipt under the id it was sent with."""

import json

import pytest

from guiyan.service.ingest_event import Address, Unreadable, read_event

ID = "01a20834-1eee-7807-875c-49df72244cd7"
SUBJECT = "ingest.654002001000.MemberLeft"


def test_the_sender_finds_the_receipt_of_an_oversize_event() -> None:
    """The refusal names the event's own id; bytes that are no JSON have none."""
    address = Address.parse(SUBJECT)
    assert address is not None
    for body, expected in (
        (json.dumps({"id": ID, "data": {"dest_address": "x" * 70_000}}).encode(), ID),
        (b" " * 70_000, None),
        (json.dumps({"id": "x" * 70_000}).encode(), None),
    ):
        with pytest.raises(Unreadable) as refused:
            read_event(body, address)
        assert refused.value.event_id == expected
