"""The in-memory twin of the reservations, for tests and for the example of the port."""

from __future__ import annotations

from collections.abc import Mapping


class MemoryReservations:
    """Reservations of one process; passes the same suite as the ones in MongoDB."""

    def __init__(self) -> None:
        self._holders: dict[str, str] = {}

    async def hold(self, key: str, proposed: str) -> str:
        """Reserve a key unless it is held; gives its holder."""
        return self._holders.setdefault(key, proposed)

    async def hold_many(self, proposed: Mapping[str, str]) -> Mapping[str, str]:
        """Reserve many keys; gives every key's holder."""
        return {key: self._holders.setdefault(key, holder) for key, holder in proposed.items()}

    async def swap(self, key: str, held: str, proposed: str) -> bool:
        """Pass a key on, if it is still held by `held`."""
        if self._holders.get(key) != held:
            return False
        self._holders[key] = proposed
        return True

    async def find(self, key: str) -> str | None:
        """The holder, if there is one."""
        return self._holders.get(key)
