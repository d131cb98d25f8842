"""Runs a command's coroutine so that Ctrl-C cannot be lost, whatever the code on its way makes of a cancellation.

A cancellation is told once, and what it meets may lose it: `asyncio.wait_for` of Python 3.11 gives its result when that
comes at the same instant (bpo-37658), a client library that connects again catches it or fails by something else. So
the command is a task of its own, which is cancelled again until it has ended; and however it ended, it was interrupted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
AGAIN_SECONDS = 1.0
"""How long a task has for its clean-up before it is cancelled again."""


def run(main: Coroutine[Any, Any, T]) -> T:
    """What `main` gives or raises, as `asyncio.run` does; raises KeyboardInterrupt when Ctrl-C came before it ended.

    A second Ctrl-C ends it at once.
    """
    return asyncio.run(_run(main))


async def end(task: asyncio.Task[Any]) -> None:
    """Cancel a task, again and again until it has ended; what it came to is of no interest any more."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=AGAIN_SECONDS)
    if not task.cancelled():
        task.exception()  # looked at, so that nobody complains that it never was


async def _run(main: Coroutine[Any, Any, T]) -> T:
    task = asyncio.create_task(main)
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        await end(task)
        raise
    return task.result()
