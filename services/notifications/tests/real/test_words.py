"""An office's words and letters on real servers: published, used in a mail, printed, kept over a restart."""

from __future__ import annotations

import email
import email.policy
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
from nats.aio.client import Client
from pypdf import PdfReader
from services.notifications.tests.real.at_work import ISSUER, Environment, done, opened, read
from services.notifications.tests.study_town import PLAN
from services.notifications.tests.town import CITY, HOME

from guiyan.events.codes import DepartureSource, FlowReason, MemberSource, PersonCategory
from guiyan.events.registry import ContactPersonAppointed, MemberLeft, MemberRegistered
from guiyan.events.registry.departure import DestinationText
from guiyan.events.registry.member import MemberText
from guiyan.events.registry.post import PersonText
from guiyan.service.auth import Role
from guiyan.service.testing import until
from guiyan.service.twins import World

WORDS: Final = {
    "wordings": [
        {"channel": "EMAIL", "language": "zh-CN", "subject": "本市的话", "lines": ["{{ activity }}", "{{ phone }}"]},
        {"channel": "SMS", "language": "zh-CN", "lines": ["请致电{{ phone }}。"]},
    ]
}
IN_OFFICE_HOURS: Final = datetime(2027, 3, 16, 2, tzinfo=UTC)
BATCH: Final = {"kind": "LETTER_TO_MEMBER", "reason": "POSTING", "branch": HOME}


async def _printed(http: httpx.AsyncClient, verb: str, body: dict[str, Any], key: str) -> httpx.Response:
    headers = {**ISSUER.bearer(Role.CITY_OFFICER, org=CITY), "Idempotency-Key": key}
    return await http.post(f"/v1/letters/{verb}", json=body, headers=headers)


def _subjects(mailbox: Path) -> list[str]:
    mails = [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in mailbox.glob("*.eml")]
    return [str(mail["Subject"]) for mail in mails]


async def _people(registry: World) -> None:
    """A contact person with an address, and three members away."""
    person_id = registry.id("person")
    appointed = ContactPersonAppointed(org_code=HOME, person_id=person_id)
    await registry.happen(HOME, appointed, pii=PersonText(name="张示例", email="keeper@guiyan.example"))
    for name in "一二三":
        id_ = registry.id("member", name)
        told = {"branch": HOME, "person_category": PersonCategory.FULL, "source": MemberSource.DEVELOPED}
        await registry.happen(id_, MemberRegistered(member_id=id_, **told), pii=MemberText(name=f"李{name}"))
        left = MemberLeft(member_id=id_, branch=HOME, reason=FlowReason.OTHER, source=DepartureSource.ANNOUNCED)
        await registry.happen(registry.id("trip", name), left, pii=DestinationText(dest_address=f"远方路{name}号"))


async def test_words_and_letters_over_a_restart(environment: Environment, registry: World, admin: Client) -> None:
    """The mail is made from the office's version; three letters under one key are the same file after a restart.

    By a clock of its own, in office hours: at night, and on a day without work, the mail would wait.
    """
    await _people(registry)
    environment |= {"GUIYAN_CLOCK": "manual"}
    clock = f"$KV.{environment['GUIYAN_STREAM_PREFIX']}CLOCK.now"
    await admin.jetstream().publish(clock, IN_OFFICE_HOURS.isoformat().encode())
    soon = (IN_OFFICE_HOURS + timedelta(days=20)).isoformat(timespec="seconds")
    async with opened(environment) as http:

        async def known() -> bool:
            return len((await read(http, "study-hours"))["items"]) == 3

        await until(known, seconds=60)
        last = await done(http, "templates/study_announced/publish", WORDS)
        assert (await read(http, "templates/study_announced", after_sequence=last["sequence"]))["current"] == 101
        activity = (await done(http, "activities", PLAN | {"branch": HOME, "starts_at": soon}))["id"]
        await done(http, f"activities/{activity}/announce")

        async def sent() -> bool:
            return [one["state"] for one in (await read(http, "notices"))["items"]] == ["SENT"]

        await until(sent, seconds=60)
        first = await _printed(http, "print-branch", BATCH, "batch")
        assert first.status_code == 200, first.text
    assert _subjects(Path(environment["GUIYAN_MAILBOX"])) == ["本市的话"]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(first.content)).pages]
    assert sorted(name for name in "一二三" for page in pages if f"李{name}" in page) == sorted("一二三")
    async with opened(environment) as http:
        again = await _printed(http, "print-branch", BATCH, "batch")
        assert (again.content, again.headers["guiyan-left"]) == (first.content, "0")
        items = [{"member_id": registry.id("member", name)} for name in "一二三"]
        assert (await _printed(http, "dispatch", {"kind": "LETTER_TO_MEMBER", "items": items}, "post")).is_success
        assert (await read(http, "letters"))["items"][0]["print_count"] == 1
        last = await done(http, "templates/study_announced/retire", {"version": 101})
        assert (await read(http, "templates/study_announced", after_sequence=last["sequence"]))["current"] == 2
