"""A chat group by apprise against a real HTTP peer, and the desk inside."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from apprise.plugins.base import NotifyBase
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.wecombot import NotifyWeComBot
from pydantic import SecretStr
from services.notifications.tests.centre import free_port
from services.notifications.tests.test_channels import a_certificate
from services.notifications.tests.test_http_sms import Gateway

from guiyan.notifications.channels.chat import Chat
from guiyan.notifications.channels.chat_answers import Answer, outcome_of
from guiyan.notifications.channels.config import ProvidersError, read_providers
from guiyan.notifications.channels.desk import Desk
from guiyan.notifications.channels.port import Message, Outcome
from guiyan.notifications.domain.notice import Deferred, Lost, Taken

MESSAGE = Message("n-1", "cause", "张示例", "p-1", "提醒", "您有一项事务待办")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Apprise leaves five seconds between two messages to a group."""
    monkeypatch.setattr(NotifyBase, "request_rate_per_sec", 0)


@pytest.fixture
async def peer() -> AsyncIterator[tuple[Gateway, int]]:
    """A group's server on loopback, and its port."""
    gateway = Gateway()
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", 0)
    yield gateway, server.sockets[0].getsockname()[1]
    server.close()


async def test_a_group_gets_title_and_text(peer: tuple[Gateway, int]) -> None:
    """The notice's own words, whatever apprise makes of them for the service."""
    gateway, port = peer
    assert await Chat(SecretStr(f"json://127.0.0.1:{port}/")).deliver(MESSAGE) == Taken("n-1")
    ((request, _),) = gateway.seen
    told = json.loads(request.body)
    assert (told["title"], told["message"]) == ("提醒", "您有一项事务待办")


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        ({"status": 403}, Deferred("403")),
        ({"status": 429}, Deferred("429")),
        ({"status": 503}, Deferred("503")),
        ({"status": 500}, Lost()),
        ({"status": 504}, Lost()),
        ({"hang_up": True}, Lost()),
        ({"silent": True}, Lost()),
    ],
)
async def test_what_a_no_means_is_told_by_the_answer(
    peer: tuple[Gateway, int], trouble: dict[str, Any], outcome: Outcome
) -> None:
    """A refusal is certain, and goes elsewhere; after a gateway's trouble or a silence it may be there."""
    gateway, port = peer
    for name, value in trouble.items():
        setattr(gateway, name, value)
    assert await Chat(SecretStr(f"json://127.0.0.1:{port}/?rto=1&cto=1")).deliver(MESSAGE) == outcome
    assert len(gateway.seen) == 1


async def test_nobody_there_is_certain(tmp_path: Path) -> None:
    """Nothing listens, or who listens cannot prove who it is: nothing has left."""
    chat = Chat(SecretStr(f"json://127.0.0.1:{free_port()}/?rto=1&cto=1"))
    assert await chat.deliver(MESSAGE) == Deferred("no_connection")
    _, certificate, key = a_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(Gateway().serve, "127.0.0.1", 0, ssl=context)
    chat = Chat(SecretStr(f"jsons://127.0.0.1:{server.sockets[0].getsockname()[1]}/?rto=1&cto=1"))
    assert await chat.deliver(MESSAGE) == Deferred("no_connection")
    server.close()


@pytest.mark.parametrize(
    ("plugin", "path", "url", "code"),
    [
        (NotifyWeComBot, "{key}", "wecombot://0123456789abcdef", "errcode"),
        (NotifyDingTalk, "{token}", "dingtalk://0123456789abcdef/", "errcode"),
        (NotifyFeishu, "{token}", "feishu://0123456789", "code"),
        (NotifyLark, "", "lark://0123456789abcdef", "code"),
    ],
)
async def test_a_refusal_that_looks_like_a_yes_is_none(  # noqa: PLR0913, PLR0917 - the four services
    peer: tuple[Gateway, int], monkeypatch: pytest.MonkeyPatch, plugin: Any, path: str, url: str, code: str
) -> None:
    """These answer 200 to what they refuse: a code that is not 0 is a no, an answer without one tells nothing."""
    gateway, port = peer
    monkeypatch.setattr(plugin, "notify_url", f"http://127.0.0.1:{port}/{path}")
    chat = Chat(SecretStr(url))
    for body, outcome in [
        ({code: 0, "msg": "ok"}, Taken("n-1")),
        ({code: 45009, "msg": "too many"}, Deferred("code_45009")),
        ({code: "a b/c"}, Deferred("code_a_b_c")),
        ({}, Lost()),
        ("<html>a proxy's page</html>", Lost()),
    ]:
        gateway.body = body if isinstance(body, str) else json.dumps(body)
        assert await chat.deliver(MESSAGE) == outcome
    assert len(gateway.seen) == 5


def test_a_message_in_pieces_is_certain_only_as_a_whole() -> None:
    """A later piece that was refused: the first is there to be read, so it is not sent again blindly."""
    taken, refused = (Answer.TAKEN, "200"), (Answer.REFUSED, "403")
    assert outcome_of(MESSAGE, True, [taken, taken]) == Taken("n-1")
    assert outcome_of(MESSAGE, False, [taken, refused]) == Lost()
    assert outcome_of(MESSAGE, False, [refused, refused]) == Lost()
    assert outcome_of(MESSAGE, False, [taken]) == Lost()
    assert outcome_of(MESSAGE, False, []) == Lost(), "a service that is not watched"
    assert outcome_of(MESSAGE, True, []) == Taken("n-1")


async def test_two_groups_at_once_hear_each_its_own_answer(peer: tuple[Gateway, int]) -> None:
    """What one is told says nothing about the other."""
    _, port = peer
    good = Chat(SecretStr(f"json://127.0.0.1:{port}/"))
    bad = Chat(SecretStr(f"json://127.0.0.1:{free_port()}/?rto=1&cto=1"))
    outcomes = await asyncio.gather(*(one.deliver(MESSAGE) for one in (good, bad) * 5))
    assert outcomes == [Taken("n-1"), Deferred("no_connection")] * 5


@pytest.mark.parametrize("url", ["wecombot://0123456789abcdef", "dingtalk://0123456789abcdef/", "feishu://0123456789"])
def test_the_groups_of_the_country_are_known(tmp_path: Path, url: str) -> None:
    """WeCom, DingTalk, Feishu; what apprise does not know is told without repeating the address, which is a secret."""
    file = tmp_path / "providers.toml"
    file.write_text(f'[[provider]]\nname = "group"\nkind = "chat"\nurl = "{url}"\n')
    assert read_providers(file)[0].kind == "chat"
    file.write_text('[[provider]]\nname = "group"\nkind = "chat"\nurl = "pigeon://geheim"\n')
    with pytest.raises(ProvidersError, match="provider 1: url") as caught:
        read_providers(file)
    assert "geheim" not in str(caught.value)


async def test_what_lies_on_the_desk_is_there_however_often_it_is_put_there() -> None:
    """A repeat is harmless, and a question has an answer."""
    desk = Desk()
    assert [await desk.deliver(MESSAGE), await desk.deliver(MESSAGE), await desk.ask("n-1")] == [Taken("n-1")] * 3
    assert desk.repeatable
