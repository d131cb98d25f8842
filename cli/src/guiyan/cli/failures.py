"""What ends a command before it is done: one sentence in both languages, a stable code, and an exit code.

Failure               exit code 1: it could not be done
├── Misuse            exit code 2: it was asked in a way the command does not take
├── NoInstallation    there is nothing here to talk to
├── Unreachable       a server or service does not answer
├── NotFound          what was asked for is not there
├── ImportFailed      the registry did not take the roster
├── SeedFailed        the sample city could not be brought in
├── ClockStuck        the manual clock cannot be moved
├── ServiceRefused    a service could not do what was asked
└── JourneyFailed     a step of the journey did not come out as it must
"""

# ruff: noqa: N818 - a failure is named by what happened

from __future__ import annotations

import re
from typing import Any, ClassVar

from guiyan.cli.speech import say

FAILED = 1
USAGE = 2


class Failure(Exception):
    """A command could not be done; `str()` is the sentence in the language of the locale."""

    exit_code: ClassVar[int] = FAILED

    def __init__(self, en: str, zh: str, *, code: str | None = None, **details: Any) -> None:
        super().__init__(en, zh)
        self.en, self.zh = en, zh
        self.code = code or snake_case(type(self).__name__)
        self.details = details

    def __str__(self) -> str:
        return say(self.en, self.zh)

    def document(self) -> dict[str, Any]:
        """What `--json` prints: `{"error": {"code", "message", …}}`."""
        return {"error": {"code": self.code, "message": str(self), **self.details}}


class Misuse(Failure):
    """The command does not take what it was given."""

    exit_code = USAGE


class NoInstallation(Failure):
    """There is no installation in that folder, and no addresses were given."""


class Unreachable(Failure):
    """A server or service does not answer, or does not let us in."""


class NotFound(Failure):
    """What was asked for is not there."""


class ImportFailed(Failure):
    """The registry did not take the roster; the text says why."""


class SeedFailed(Failure):
    """The sample city could not be brought in; the text says what was refused."""


class ClockStuck(Failure):
    """A service does not come to rest, does not answer, or runs by the machine's clock."""


class ServiceRefused(Failure):
    """The service could not do what was asked."""


class JourneyFailed(Failure):
    """A step of the journey did not come out as it must; the text says which and what was seen instead."""


def snake_case(name: str) -> str:
    """`NoInstallation` as `no_installation`: the code a program looks for."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
