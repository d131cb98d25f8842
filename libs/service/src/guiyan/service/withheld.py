"""Whose data may not be used: processing restricted (PIPL Art. 47), or the key destroyed (domain.md §5.3).

A service that shows or prints personal text lets a projection of its own note it (`HANDLES`, `key_of`, `noted`), and
asks `require_shown` before it records a look or a print: then nothing is shown, nor recorded.
"""

from __future__ import annotations

import asyncio
from typing import Final, Self

from guiyan.events import Payload
from guiyan.events.codes.base import Code
from guiyan.events.registry import DekDestroyed, ProcessingRestricted
from guiyan.ledger import Docs, Fact, Key, Ledger, Refused
from guiyan.service.reads import Reads, wait_for

WITHHELD: Final = "withheld"
HANDLES: Final = frozenset({"ProcessingRestricted", "DekDestroyed"})
WAIT_SECONDS: Final = 5.0


class Withheld(Code):
    """Why what is kept of somebody is neither shown nor used."""

    RESTRICTED = "RESTRICTED", "已限制处理", "Processing restricted"
    ERASED = "ERASED", "已删除", "Erased"

    @classmethod
    def after(cls, payload: Payload) -> Self | None:
        """What an event of an erasure leads to; None for those that withhold nothing yet."""
        match payload:
            case ProcessingRestricted():
                return cls.RESTRICTED
            case DekDestroyed():
                return cls.ERASED
            case _:
                return None


def newer(before: str | None, now: str) -> str:
    """What stands after one more event: erased stays erased."""
    return str(Withheld.ERASED) if before == Withheld.ERASED else now


def require_usable(withheld: Withheld | None) -> None:
    """Nothing is shown, added or proved of whom processing has stopped for; what ends a use stays allowed."""
    if withheld is Withheld.RESTRICTED:
        raise Refused("processing_restricted")
    if withheld is Withheld.ERASED:
        raise Refused("personal_data_erased")


def key_of(fact: Fact) -> Key | None:
    """The document that `noted` writes; None for every other fact."""
    payload = fact.payload
    return Key(WITHHELD, payload.person_id) if isinstance(payload, ProcessingRestricted | DekDestroyed) else None


def noted(fact: Fact, docs: Docs) -> bool:
    """Note of whom nothing is shown any more; False for every other fact, which changes nothing here."""
    key, now = key_of(fact), Withheld.after(fact.payload)
    if key is None or now is None:
        return False
    before = docs.get(WITHHELD, key.id) or {"why": None}
    docs.put(WITHHELD, key.id, {"why": newer(before["why"], str(now))})
    return True


async def require_shown(reads: Reads, ledger: Ledger, *person_ids: str) -> None:
    """Raise Refused where the text of one of them may not be shown, by everything that the ledger holds now."""
    await wait_for(reads, await ledger.head(), WAIT_SECONDS)
    # All at once: `Reads` asks the database once for what is wanted at one moment.
    for found in await asyncio.gather(*(reads.get(WITHHELD, one) for one in person_ids)):
        require_usable(None if found is None else Withheld(found["why"]))
