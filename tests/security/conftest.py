"""Servers with the configuration of production, and their users."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack

import nats
import pytest
from tests.security.users import Counts, Login, User
from tests.server_sources import TOWNSHIPS, make_scratch

from guiyan.cli.servers import Embedded

STREAMS = ("LEDGER", "INGEST", "RECEIPTS", "KV_KEYS", "KV_CLOCK")


@pytest.fixture(scope="module")
def production() -> Iterator[Embedded]:
    """Servers with the permissions of production: no prefix, no test user."""
    with ExitStack() as stack:
        running = stack.enter_context(Embedded(make_scratch(stack), townships=TOWNSHIPS))
        stack.callback(running.kill)
        running.deploy()
        yield running


@pytest.fixture
async def login(production: Embedded) -> AsyncIterator[Login]:
    """Connects a user by name: a service, `operator`, `deploy`, or `township-<code>`."""
    async with AsyncExitStack() as stack:

        async def connect(user: str) -> User:
            told: list[str] = []

            async def remember(error: Exception) -> None:
                told.append(str(error).lower())

            client = await nats.connect(
                production.addresses.nats_url,
                nkeys_seed=str(production.keys.nkey_seed_file(user)),
                inbox_prefix=f"_INBOX_{user}",
                error_cb=remember,
            )
            stack.push_async_callback(client.close)
            return User(client, told)

        yield connect


@pytest.fixture
async def counts(login: Login) -> Counts:
    """How many messages each stream has had (its last sequence)."""
    operator = await login("operator")

    async def count() -> dict[str, int]:
        infos = {name: await operator.answer(f"$JS.API.STREAM.INFO.{name}") for name in STREAMS}
        return {name: info["state"]["last_seq"] for name, info in infos.items()}

    return count
