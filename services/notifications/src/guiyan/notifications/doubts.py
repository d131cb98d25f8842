"""What is claimed without a result: how long it is left alone, and which answer of a provider is believed (ADR 0010).

That a message is there is believed at once. That it is not there is a word of the moment: a slow provider may still be
at work on it. So it is believed when it was said twice, a settle time apart and nothing else between, the second time
after the longest that the provider may take over a hand-over. Until then the message waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from guiyan.notifications.channels.port import Outcome
from guiyan.notifications.domain.notice import Deferred, Lost

SETTLE_SECONDS: Final = 60.0
ASKS_MOST: Final = 5
"""So many questions without an answer, and the outcome is unknown."""


@dataclass(slots=True)
class _Doubt:
    """One attempt of a notice, by the monotonic clock."""

    attempt: int
    since: float
    asked_at: float
    vain: int = 0
    absent: bool = False
    """Whether the last answer was that it is not there."""


class Doubts:
    """The notices whose outcome is open."""

    def __init__(self, settle_seconds: float = SETTLE_SECONDS, now: Callable[[], float] = time.monotonic) -> None:
        self._settle_seconds = settle_seconds
        self._now = now
        self._open: dict[str, _Doubt] = {}

    def __contains__(self, id_: str) -> bool:
        return id_ in self._open

    def found(self, attempts: Iterable[tuple[str, int]]) -> None:
        """These are open now, each with its attempt; whichever is not among them any more is forgotten.

        What was answered of one attempt says nothing of the next.
        """
        now, before = self._now(), self._open
        self._open = {
            id_: known if (known := before.get(id_)) and known.attempt == attempt else _Doubt(attempt, now, now)
            for id_, attempt in attempts
        }

    def lain_seconds(self, id_: str) -> float:
        """How long it has been seen open."""
        return self._now() - self._open[id_].since

    def may_be_asked(self, id_: str) -> bool:
        """Whether a settle time has passed since it was found, or asked the last time."""
        return self._now() - self._open[id_].asked_at > self._settle_seconds

    def believed(self, id_: str, answer: Outcome, patience_seconds: float) -> Outcome | None:
        """What is to be believed after this answer; None: ask again after another settle time.

        `patience_seconds` is the longest that the provider may take over a hand-over.
        """
        doubt = self._open.get(id_)
        if doubt is None:  # settled meanwhile
            return None
        doubt.asked_at = self._now()
        match answer:
            case Lost():
                doubt.vain += 1
                doubt.absent = False
                return answer if doubt.vain >= ASKS_MOST else None
            case Deferred():
                sure = doubt.absent and self.lain_seconds(id_) > patience_seconds
                doubt.absent = True
                return answer if sure else None
            case _:
                return answer
