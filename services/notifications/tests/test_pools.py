"""Which provider gets a message: weights, health, rates; and what the file of providers may say."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.events.codes import NoticeChannel, NoticeFailure
from guiyan.events.notifications.delivery import ProviderResumed, ProviderSuspended
from guiyan.ledger.testing.deciders import Scenario
from guiyan.notifications.channels.config import ProvidersError, read_providers
from guiyan.notifications.channels.health import FIRST_SHARE, Course, Health, Limits
from guiyan.notifications.channels.pool import Member, Pool, Pools, a_rate
from guiyan.notifications.channels.port import Message, Outcome
from guiyan.notifications.domain.notice import Deferred, Lost, Returned, Taken
from guiyan.notifications.domain.provider import PROVIDER, ResumeProvider, SuspendProvider
from guiyan.notifications.settings import NotificationsSettings

NOW = datetime(2026, 4, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Named:
    """A provider that takes everything."""

    repeatable = answers = False
    patience_seconds = 0.0

    def __init__(self, name: str, channel: NoticeChannel = NoticeChannel.EMAIL) -> None:
        self.name = name
        self.channel = channel

    async def deliver(self, message: Message) -> Outcome:
        """Take it."""
        return Taken(message.reference)

    async def ask(self, reference: str) -> Outcome:
        """Know it."""
        return Taken(reference)

    async def open(self) -> None:
        """Nothing is heard."""

    async def close(self) -> None:
        """Nothing is open."""


def turns(pool: Pool, count: int, now: datetime = NOW) -> list[str]:
    """Who gets the next messages."""
    found = [pool.choose(now) for _ in range(count)]
    return [one.provider.name for one in found if one is not None]


def fail(health: Health, count: int, now: datetime) -> list[Course]:
    """So many failures at a moment."""
    return [health.note(False, now) for _ in range(count)]


def test_shares_follow_the_weights_and_are_mixed() -> None:
    """Over any ten messages each has its share, and nobody has a run longer than its part."""
    pool = Pool([Member(Named("a"), 7), Member(Named("b"), 2), Member(Named("c"), 1)])
    assert Counter(turns(pool, 1_000)) == {"a": 700, "b": 200, "c": 100}
    assert turns(pool, 10)[:3] != ["a", "a", "a"]


def test_who_failed_it_last_is_passed_over_while_there_is_another() -> None:
    """A retry goes elsewhere; with nobody else it goes to the same one."""
    pool = Pool([Member(Named("a"), 100), Member(Named("b"))])
    assert {pool.choose(NOW, rather_not="a").provider.name for _ in range(5)} == {"b"}  # type: ignore[union-attr] # one of them is able
    alone = Pool([Member(Named("a"))])
    assert alone.choose(NOW, rather_not="a") is not None


def test_too_many_failures_suspend_and_a_probe_lets_it_come_back_slowly() -> None:
    """Half of five: suspended; after the pause one message; then a tenth of its share, growing to the whole."""
    health, limits = Health(), Limits()
    assert fail(health, 4, NOW) == [Course.NONE] * 4, "fewer tell nothing"
    assert fail(health, 1, NOW) == [Course.SUSPENDED]
    assert health.share(NOW) == 0
    after = NOW + limits.pause
    assert (health.share(after), health.probing) == (FIRST_SHARE, True)
    assert health.note(True, after) is Course.RESUMED
    assert (health.share(after), health.probing) == (FIRST_SHARE, False)
    halfway = health.share(after + limits.ramp / 2)
    assert FIRST_SHARE < halfway < 1
    assert health.share(after + limits.ramp) == 1


def test_a_probe_that_fails_doubles_the_pause_up_to_a_ceiling() -> None:
    """It is left alone longer and longer, never longer than the ceiling; suspended is told once."""
    health, limits, at = Health(), Limits(), NOW
    fail(health, 5, at)
    pause = limits.pause
    for _ in range(12):
        at += pause
        assert health.share(at) == FIRST_SHARE
        assert health.note(False, at) is Course.NONE
        pause = min(pause * 2, limits.pause_most)
        assert health.share(at + pause - SECOND) == 0
    assert pause == limits.pause_most


def test_old_failures_do_not_count_and_answers_to_old_messages_prove_nothing() -> None:
    """Outcomes leave the window; what was handed over before a suspension does not end it."""
    health, limits = Health(), Limits()
    fail(health, 4, NOW)
    assert fail(health, 1, NOW + limits.window + SECOND) == [Course.NONE]
    fail(health, 4, NOW + limits.window + SECOND)
    assert health.share(NOW + limits.window + SECOND) == 0
    assert health.note(True, NOW + limits.window + 2 * SECOND) is Course.NONE


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 600)), max_size=200))
def test_a_share_is_always_a_share_and_every_suspension_ends(steps: list[tuple[bool, int]]) -> None:
    """Whatever happens: between nothing and all, and after the longest pause somebody may try it."""
    health, limits, at, suspended = Health(), Limits(), NOW, False
    for well, seconds in steps:
        at += seconds * SECOND
        course = health.note(well, at)
        assert course is Course.NONE or (course is Course.SUSPENDED) != suspended, "told once each"
        suspended = suspended if course is Course.NONE else course is Course.SUSPENDED
        assert 0 <= health.share(at) <= 1
        assert health.share(at + limits.pause_most) > 0


def test_a_provider_that_is_tried_has_one_message_in_hand() -> None:
    """While it is being probed nobody else gets it; the others go on."""
    pool = Pool([Member(Named("a"), 100), Member(Named("b"))])
    shaky = pool.find("a")
    assert shaky is not None
    shaky.health.suspend(NOW)
    with pool.in_hand(shaky):
        assert set(turns(pool, 50)) == {"b"}
    assert "a" in turns(pool, 50)


async def test_a_rate_holds_back_and_the_others_take_over() -> None:
    """Three a second: the fourth goes to another; with nobody else it waits."""
    limited = Member(Named("a"), 100, a_rate(3))
    pool = Pool([limited])
    for _ in range(3):
        assert pool.choose(NOW) is limited
        assert limited.rate is not None
        await limited.rate.acquire()
    assert pool.choose(NOW) is None
    assert pool.open(NOW), "it is not suspended"


def test_only_the_providers_own_failures_count_against_it() -> None:
    """A dead number or a full mailbox says nothing about who carries the message; silence and throttling do."""
    member = Member(Named("a"))
    for _ in range(20):
        Pool.note(member, Returned(NoticeFailure.ADDRESS_INVALID, "550"), NOW)
        Pool.note(member, Deferred("452", provider_at_fault=False), NOW)
    assert member.health.failures == 0
    other = Member(Named("b"))
    assert [Pool.note(other, Lost(), NOW) for _ in range(5)][-1] is Course.SUSPENDED


def test_a_channel_nobody_serves_is_stood_in_for_by_the_first() -> None:
    """Every channel that providers can serve is in one pool; letters by post are in none."""
    pools = Pools(Member(Named("a")), Member(Named("b", NoticeChannel.SMS)))
    mail, sms = pools
    assert set(pools.channels_of(mail)) == {"EMAIL", "MAILBOX", "IN_APP", "CHAT"}
    assert pools.channels_of(sms) == ["SMS"]
    with pytest.raises(ValueError, match="names of their own"):
        Pools(Member(Named("a")), Member(Named("a")))


def test_a_suspension_is_an_event_and_so_is_its_end() -> None:
    """Told once each; a repeat is nothing new."""
    today = NOW.date()
    suspended, resumed = ProviderSuspended(provider="a", failures=5), ProviderResumed(provider="a")
    Scenario(PROVIDER).given().when(SuspendProvider("a", 5, today)).then(suspended)
    Scenario(PROVIDER).given(suspended).when(SuspendProvider("a", 6, today)).then()
    Scenario(PROVIDER).given(suspended).when(ResumeProvider("a", today)).then(resumed)
    Scenario(PROVIDER).given(suspended, resumed).when(ResumeProvider("a", today)).then()


GOOD = """
[[provider]]
name = "smtp_main"
kind = "smtp"
host = "mail.example"
sender = "office@guiyan.example"
weight = 3
rate_per_second = 20

[[provider]]
name = "folder"
kind = "mailbox"
folder = "mail"
"""


def test_the_file_of_providers_is_read_in_order(tmp_path: Path) -> None:
    """Names, weights, rates, what each kind needs."""
    file = tmp_path / "providers.toml"
    file.write_text(GOOD)
    first, second = read_providers(file)
    assert (first.name, first.weight, first.rate_per_second, second.kind) == ("smtp_main", 3, 20, "mailbox")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "one at least"),
        ("[[provider", "no TOML"),
        (GOOD + "[other]\na = 1", "nothing else"),
        (GOOD.replace('folder"\nkind', 'smtp_main"\nkind'), "same name"),
        (GOOD.replace('kind = "smtp"', 'kind = "pigeon"'), "provider 1: kind"),
        (GOOD.replace("rate_per_second = 20", "rate_per_second = 0"), "provider 1: rate_per_second"),
        (GOOD.replace('folder = "mail"', 'folder = "mail"\npasswort = "geheim"'), "provider 2: passwort"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_repeats_no_value(tmp_path: Path, text: str, says: str) -> None:
    """One sentence: which provider, which key, what is wrong; never the value, it may be a password."""
    file = tmp_path / "providers.toml"
    file.write_text(text)
    with pytest.raises(ProvidersError, match=says) as caught:
        read_providers(file)
    assert "geheim" not in str(caught.value)


def test_the_settings_tell_of_a_bad_file_at_start(tmp_path: Path) -> None:
    """The service does not start with it."""
    with pytest.raises(ValueError, match="cannot be read"):
        NotificationsSettings.model_validate({**_needed(tmp_path), "providers_file": tmp_path / "none.toml"})


def _needed(folder: Path) -> dict[str, object]:
    for name in ("seed", "mac", "master"):
        (folder / name).write_text("{}")
    return {
        "nats_url": "nats://127.0.0.1:4222",
        "nats_nkey_seed_file": folder / "seed",
        "mongo_url": "mongodb://127.0.0.1:27017/?replicaSet=rs0",
        "mac_keys_file": folder / "mac",
        "master_keys_file": folder / "master",
        "jwks": str(folder / "seed"),
    }
