"""What is told when a process ended by itself: how it ended, whether it was started again, where its log is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from guiyan.cli.servers.problems import ServerFailed, ServersError
from guiyan.cli.speech import Sentence

FAILING = 3
LAST_EVENT_CHARS = 200
TAIL_BYTES = 64_000


@dataclass(frozen=True)
class Restart:
    """One try to start a process again.

    `failures` counts the starts in a row that did not last; `refused` says why this one could not even begin.
    """

    name: str
    ending: str
    log: Path
    failures: int
    refused: ServersError | None = None

    @property
    def failing(self) -> bool:
        """Whether it ends again and again, soon after each start."""
        return self.failures >= FAILING

    def sentence(self) -> Sentence:
        """One sentence, without lines of the log: of what cannot stay up the text of the last event alone."""
        if self.refused is not None:
            return Sentence(
                f"{self.name} ended ({self.ending}) and could not be started again, which is tried on: {self.refused}",
                f"{self.name} 已退出({self.ending}),未能重新启动,将继续尝试:{self.refused.say('zh-CN')}",
            )
        if self.failing:
            last = last_event(self.log)
            return Sentence(
                f"{self.name} keeps ending ({self.ending}) and was started again; it said last: {last} "
                f"(log: {self.log})",
                f"{self.name} 反复退出({self.ending}),已再次启动;最后一条记录:{last}(日志:{self.log})",
            )
        return Sentence(
            f"{self.name} ended ({self.ending}) and was started again (log: {self.log})",
            f"{self.name} 已退出({self.ending}),并已重新启动(日志:{self.log})",
        )


class Watched(Protocol):
    """A process that is started again when it ends by itself."""

    def look_after(self) -> Restart | None:
        """Start it again when it ended and the pause is over; what was done, or None when there was nothing to do."""


def try_to(start: Callable[[], None], name: str, log: Path) -> ServersError | None:
    """Start a process; what kept it from beginning, a full disk for instance, or None when it runs."""
    try:
        start()
    except ServersError as problem:
        return problem
    except OSError as problem:
        return ServerFailed(name=name, reason=f"cannot begin ({problem.strerror})", tail=last_event(log), log=log)
    return None


def last_event(log: Path) -> str:
    """The text of the last line of a log: of a JSON line what it says happened, cut where it is long."""
    if not log.exists():
        return "-"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL_BYTES))
        lines = file.read().decode("utf-8", errors="replace").split("\n")
    line = next((line.strip() for line in reversed(lines) if line.strip()), "-")
    try:
        document = json.loads(line)
    except ValueError:
        return line[:LAST_EVENT_CHARS]
    told = (document.get("event") or document.get("msg")) if isinstance(document, dict) else None
    return str(told or "-")[:LAST_EVENT_CHARS]
