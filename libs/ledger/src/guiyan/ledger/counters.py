"""What a follower counts while it works; a service shows them as metrics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Counts since the process started."""

    commits: int = 0
    facts: int = 0
    batches: int = 0
    forged: int = 0
    parked: int = 0
    commands: int = 0
    refused: int = 0
    timers_fired: int = 0
    takeovers: int = 0
    retries: int = 0
