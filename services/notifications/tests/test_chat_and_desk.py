"""A chat group by apprise against a real HTTP peer, and the desk inside."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from services.notifications.tests.test_http_sms import Gateway

from guiyan.notifications.channels.chat import Chat
from guiyan.notifications.channels.config import ProvidersError, read_providers
from guiyan.notifications.channels.desk import Desk
from guiyan.notifications.channels.port import Message
from guiyan.notifications.domain.notice import Lost, Taken

MESSAGE = Message("n-1", "cause", "张示例", "p-1", "提醒", "您有一项事务待办")


async def test_a_group_gets_title_and_text_and_a_no_stays_open() -> None:
    """Apprise says yes or no: after a no nobody can tell, so it is never sent again blindly."""
    peer = Gateway()
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    chat = Chat(SecretStr(f"json://127.0.0.1:{port}/?rto=2&cto=2"))
    assert await chat.deliver(MESSAGE) == Taken("n-1")
    ((request, _),) = peer.seen
    told = json.loads(request.body)
    assert (told["title"], told["message"]) == ("提醒", "您有一项事务待办")
    peer.status = 500
    assert await chat.deliver(MESSAGE) == Lost()
    server.close()


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
