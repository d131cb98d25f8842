"""Idempotency keys: the same key is the same command, and the request's digest proves that it is a repeat (ADR 0012).

The command id is made of caller and key alone. The digest goes into the events that the command writes; whoever uses
the key for something else is found out where the first use stands: no store of keys, no look-up of its own.
"""

import json
from typing import Final

import pydantic_core
from fastapi import Request

from guiyan.ledger.blind import BlindIndex

MAX_SORTED_BYTES: Final = 65_536


async def digest_of(request: Request, key: str, index: BlindIndex) -> str:
    """A keyed digest of what is asked for: method, path, query and body; the key in it lets nobody try bodies out."""
    address = (key, request.method, request.url.path, request.url.query)
    return index.digest(*(part.encode() for part in address), _sorted(await request.body()))


def _sorted(body: bytes) -> bytes:
    """JSON in one spelling, so that a client may write its body anew for a repeat; anything else as it is.

    A long body stays as it is too: sorting it would hold up everybody else.
    """
    if len(body) > MAX_SORTED_BYTES:
        return body
    try:
        return json.dumps(pydantic_core.from_json(body), sort_keys=True).encode()
    except (ValueError, RecursionError):
        return body
