"""What the tests of the servers share."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.server_sources import make_scratch


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder for data and keys, in memory where there is room."""
    with ExitStack() as stack:
        yield make_scratch(stack)
