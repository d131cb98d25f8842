"""The port: one holder per key, whatever races, whatever crashes.

A reservation only names the aggregate that may be written for a key (an ID number's member, a member's one open
departure). Whether that aggregate came to be stands in the ledger alone: a reservation left behind by a crash is
taken up by the next try, which writes to the same aggregate id, and the ledger lets one of the two through.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Reservations(Protocol):
    """Keys and their one holder each."""

    async def hold(self, key: str, proposed: str) -> str:
        """Reserve `key` for `proposed` unless somebody holds it; gives the holder, ours or the earlier one."""

    async def hold_many(self, proposed: Mapping[str, str]) -> Mapping[str, str]:
        """The same for many keys at once; gives every key's holder."""

    async def swap(self, key: str, held: str, proposed: str) -> bool:
        """Pass `key` from `held` to `proposed`; False when `held` did not hold it any more."""

    async def find(self, key: str) -> str | None:
        """The holder, if there is one."""
