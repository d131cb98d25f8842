"""The AsyncAPI 3 document of a service: what it takes in (FastStream tells that), and what it writes."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from faststream.specification import AsyncAPI

from guiyan.events import BATCH_MEDIA_TYPE, EVENT_TYPES, Payload
from guiyan.service.bus import Bus
from guiyan.service.receipts import StoredReceipt


def asyncapi_document(bus: Bus, *, title: str, version: str) -> dict[str, Any]:
    """The document; channels of ledger events are named by aggregate, messages by event type."""
    document: dict[str, Any] = AsyncAPI(bus.broker, title=title, version=version).to_specification().to_jsonable()
    channels = document.setdefault("channels", {})
    operations = document.setdefault("operations", {})
    by_aggregate: dict[str, list[type[Payload]]] = defaultdict(list)
    for kind in EVENT_TYPES.values():
        if kind.service == bus.user:
            by_aggregate[kind.aggregate].append(kind)
    for aggregate, kinds in sorted(by_aggregate.items()):
        name = f"ledger_{aggregate}"
        channels[name] = _ledger_channel(bus, aggregate, kinds)
        operations[f"append_{aggregate}"] = {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
    channels["receipts"] = _receipts_channel(bus)
    operations["give_receipt"] = {"action": "send", "channel": {"$ref": "#/channels/receipts"}}
    return document


def _ledger_channel(bus: Bus, aggregate: str, kinds: Iterable[type[Payload]]) -> dict[str, Any]:
    return {
        "address": f"{bus.subject('evt')}.{bus.user}.{aggregate}.{{id}}",
        "description": f"One message is one commit: a CloudEvents batch of events of one {aggregate}.",
        "parameters": {"id": {"description": "Id of the aggregate"}},
        "messages": {
            kind.type_name(): {
                "name": kind.type_name(),
                "contentType": BATCH_MEDIA_TYPE,
                "summary": (kind.__doc__ or "").partition("\n")[0],
                "payload": kind.model_json_schema(),
            }
            for kind in sorted(kinds, key=lambda one: one.type_name())
        },
    }


def _receipts_channel(bus: Bus) -> dict[str, Any]:
    return {
        "address": f"{bus.subject('receipt')}.{{org_code}}.{{ingest_id}}",
        "description": "One receipt for each reported event, kept for 90 days.",
        "parameters": {
            "org_code": {"description": "The township's organisation code"},
            "ingest_id": {"description": "Id of the reported event"},
        },
        "messages": {
            "Receipt": {
                "name": "Receipt",
                "contentType": "application/json",
                "payload": StoredReceipt.model_json_schema(),
            }
        },
    }
