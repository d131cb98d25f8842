"""Python's garbage collector, held back while many documents are in memory.

By default it walks over all of them every few hundred new objects: measured, a third of the time of a build.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

RARELY: Final = (500_000, 50, 100)
_before: list[tuple[int, int, int]] = []


@contextmanager
def rarely() -> Iterator[None]:
    """Collect rarely inside; uses may overlap, and the last one out sets back what was before the first."""
    _before.append(gc.get_threshold())
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        outer = _before.pop()
        if not _before:
            gc.set_threshold(*outer)
