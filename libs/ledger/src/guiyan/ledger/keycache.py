"""Data keys held open for seconds: bounded, and forgetting soon enough that a destroyed key is soon unusable."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SIZE = 20_000
SECONDS = 5.0


class KeyCache:
    """Open keys by person; None stands for an erased person, which stays true for ever."""

    def __init__(
        self, size: int = SIZE, seconds: float = SECONDS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._size = size
        self._seconds = seconds
        self._monotonic = monotonic
        self._held: OrderedDict[str, tuple[float, AESGCM | None]] = OrderedDict()

    def __contains__(self, person_id: str) -> bool:
        held = self._held.get(person_id)
        if held is None:
            return False
        if held[1] is not None and self._monotonic() > held[0]:
            del self._held[person_id]
            return False
        return True

    def __getitem__(self, person_id: str) -> AESGCM | None:
        return self._held[person_id][1]

    def put(self, person_id: str, cipher: AESGCM | None) -> None:
        """Hold a key from now on; the oldest goes when there are too many."""
        self._held[person_id] = (self._monotonic() + self._seconds, cipher)
        self._held.move_to_end(person_id)
        if len(self._held) > self._size:
            self._held.popitem(last=False)
