# ruff: noqa: S101 - a suite of tests
"""What every ledger must do with forged messages; a test class gives a fixture `world` as for the ledger's suite."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from guiyan.ledger.errors import CommandIdTaken
from guiyan.ledger.message import COMMAND_ID, EXPECTED, KEY_ID, MAC, TYPES, encode
from guiyan.ledger.testing.events import a_commit, a_subject
from guiyan.ledger.testing.ledger_conformance import World, take


class ForgeryConformance:
    """A message without the right MAC, from inside the services' account, is flagged and never believed."""

    async def test_no_mac(self, world: World) -> None:
        """A message that carries no MAC at all is set aside."""
        subject = a_subject()
        commit = a_commit(subject)
        message = encode(commit, world.ring())
        assert await world.write_raw(message.subject, [(EXPECTED, "0"), (COMMAND_ID, "x"), (TYPES, "A")], message.body)
        await expect_forged(world, commit.subject, "no MAC")

    async def test_no_headers(self, world: World) -> None:
        """A bare message is set aside."""
        subject = a_subject()
        assert await world.write_raw(str(subject), [], b"[]")
        await expect_forged(world, subject, "without the guard")

    async def test_unknown_key(self, world: World) -> None:
        """A MAC made with a key of the forger's own is set aside."""
        commit = a_commit(a_subject())
        assert await forge(world, commit, {KEY_ID: "forger-1"})
        await expect_forged(world, commit.subject, "not known")

    async def test_wrong_mac(self, world: World) -> None:
        """A MAC of another message is set aside."""
        commit = a_commit(a_subject())
        other = encode(a_commit(commit.subject), world.ring())
        assert await forge(world, commit, {MAC: other.headers[MAC]})
        await expect_forged(world, commit.subject, "MAC is wrong")

    async def test_key_of_another_service(self, world: World) -> None:
        """A service that is broken into cannot write for another: its key does not fit the subject."""
        theirs = encode(a_commit(a_subject("contact", "duty")), world.ring("contact"))
        subject = a_subject()
        assert await world.write_raw(str(subject), list(theirs.headers.items()), theirs.body)
        await expect_forged(world, subject, "belongs to the service contact")

    async def test_replayed_on_another_subject(self, world: World) -> None:
        """A genuine message copied to another aggregate is set aside."""
        genuine = encode(a_commit(a_subject()), world.ring())
        subject = a_subject()
        assert await world.write_raw(str(subject), list(genuine.headers.items()), genuine.body)
        await expect_forged(world, subject, "MAC is wrong")

    async def test_altered_types(self, world: World) -> None:
        """Who changes the header that followers filter by cannot hide an event."""
        commit = a_commit(a_subject())
        assert await forge(world, commit, {TYPES: "MemberLeft"})
        await expect_forged(world, commit.subject, "MAC is wrong")

    async def test_altered_body(self, world: World) -> None:
        """A changed body is set aside."""
        commit = a_commit(a_subject())
        message = encode(commit, world.ring())
        assert await world.write_raw(
            message.subject, list(message.headers.items()), message.body.replace(b"654002", b"110101")
        )
        await expect_forged(world, commit.subject, "MAC is wrong")

    async def test_replayed_guard_is_refused_by_the_server(self, world: World) -> None:
        """An old commit written again as it was meets its own guard."""
        ledger, commit = world.ledger(), a_commit(a_subject())
        await ledger.append(commit)
        message = encode(commit, world.ring())
        assert not await world.write_raw(message.subject, list(message.headers.items()), message.body)

    @pytest.mark.parametrize(
        "trick",
        [
            "no guard",
            "guard twice",
            "guard twice, last first",
            "guard with a blank",
            "guard in lower case",
            "guard on another subject",
            "guard hidden in another header",
            "guard hidden in the batch id",
            "status line",
        ],
    )
    async def test_replayed_with_a_trick(self, world: World, trick: str) -> None:
        """An old commit written again with a guard that only the server, or only the reader, sees is set aside."""
        ledger, commit = world.ledger(), a_commit(a_subject())
        appended = await ledger.append(commit)
        message = encode(commit, world.ring())
        rest = [(name, value) for name, value in message.headers.items() if name not in {EXPECTED, COMMAND_ID}]
        rest = [(COMMAND_ID, f"{commit.command_id}x"), *rest, (COMMAND_ID, commit.command_id)]
        once = [(name, value) for name, value in message.headers.items() if name != EXPECTED]
        now = str(appended.sequence)
        headers = {
            "no guard": once,
            "guard twice": [(EXPECTED, now), (EXPECTED, "0"), *rest],
            "guard twice, last first": [(EXPECTED, "0"), (EXPECTED, now), *rest],
            "guard with a blank": [(f"{EXPECTED} ", "0"), *once],
            "guard in lower case": [(EXPECTED.lower(), "0"), *once],
            "guard on another subject": [(EXPECTED, "0"), (f"{EXPECTED}-Subject", "evt.registry.nothing.x"), *once],
            "guard hidden in another header": [("X", EXPECTED), (EXPECTED, "0"), *once],
            "guard hidden in the batch id": [("Nats-Batch-Id", EXPECTED), (EXPECTED, "0"), *once],
            "status line": [(" 204 EOB", ""), (EXPECTED, now), *rest],
        }[trick]
        await world.write_raw(message.subject, headers, message.body)
        history = await ledger.read(commit.subject, fresh=True)
        assert [c.sequence for c in history.commits] == [appended.sequence]
        followed = await take(ledger.follow(appended.sequence - 1), history.last_sequence - appended.sequence + 1)
        assert [c.sequence for c in followed if c.forged is None] == [appended.sequence]

    async def test_a_stray_subject(self, world: World) -> None:
        """A message on a subject that names no aggregate neither stops a follower nor is believed."""
        ledger = world.ledger()
        start = await ledger.head()
        assert await world.write_raw("evt.registry.stray", [], b"")
        assert await world.write_raw("evt.registry.member.a.b", [], b"")
        followed = await take(ledger.follow(start), 2)
        assert [c.forged for c in followed] == ["its subject is no aggregate's"] * 2

    async def test_the_chain_goes_on_after_a_forgery(self, world: World) -> None:
        """A forged message on an aggregate is left out of its state, and the next commit follows it."""
        ledger, subject = world.ledger(), a_subject()
        first = a_commit(subject)
        appended = await ledger.append(first)
        assert await world.write_raw(str(subject), [(EXPECTED, str(appended.sequence))], b"[]")
        with capture_logs() as logs:
            history = await ledger.read(subject)
        assert [line["log_level"] for line in logs] == ["critical"]
        assert history.last_sequence == appended.sequence + 1
        assert history.events == first.events
        second = a_commit(subject, history.last_sequence, version=2)
        await ledger.append(second)
        assert (await ledger.read(subject)).events == first.events + second.events

    async def test_a_squatted_command_id_is_not_success(self, world: World) -> None:
        """Who writes junk with a guessed command id cannot make a service believe that its command was done."""
        ledger, commit = world.ledger(), a_commit(a_subject())
        other = a_subject()
        assert await world.write_raw(str(other), [(EXPECTED, "0"), (COMMAND_ID, commit.command_id)], b"[]")
        with pytest.raises(CommandIdTaken):
            await ledger.append(commit)


async def forge(world: World, commit: Any, changed: dict[str, str]) -> bool:
    """Write a commit with some headers changed."""
    message = encode(commit, world.ring())
    return await world.write_raw(message.subject, list((message.headers | changed).items()), message.body)


async def expect_forged(world: World, subject: Any, reason: str) -> None:
    """The aggregate has no believed commit, and a follower is told why."""
    ledger = world.ledger()
    for fresh in (False, True):
        history = await ledger.read(subject, fresh=fresh)
        assert history.commits == ()
        assert history.last_sequence > 0
    (followed,) = await take(ledger.follow(history.last_sequence - 1), 1)
    assert followed.forged is not None
    assert reason in followed.forged
