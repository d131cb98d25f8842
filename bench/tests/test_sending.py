"""What the sending row relies on: providers that the service takes, and a peer that counts what is different."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench.peers import Taken
from bench.sending import CHANNELS, Peer, _provider

from guiyan.notifications.channels.config import read_providers


@pytest.mark.parametrize("kind", CHANNELS)
def test_the_service_takes_the_providers_of_the_row(tmp_path: Path, kind: str) -> None:
    """One provider of that kind."""
    file = tmp_path / "providers.toml"
    file.write_text(_provider(kind, 2525))
    (found,) = read_providers(file)
    assert (found.name, found.kind) == ("peer", kind)


def test_what_comes_twice_is_counted_and_is_not_different() -> None:
    """So a message sent twice is a fault of the row."""
    taken = Taken()
    for reference in ("a", "b", "a"):
        taken.note(reference)
    told = json.loads(taken.tell(everything=True))
    assert (told["count"], told["different"], set(told["at"])) == (3, 2, {"a", "b"})


@pytest.mark.parametrize("kind", CHANNELS)
async def test_a_peer_is_a_process_that_tells(kind: str) -> None:
    """It has a port, has taken nothing, and ends when it is left."""
    async with Peer.open(kind) as peer:
        assert peer.port > 0
        assert (await peer.ask())["count"] == 0
        assert (await peer.ask("forget"))["different"] == 0
