"""`/v1/preferences`: how somebody wants to be told - said by the person, or by an office on the person's behalf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse

from guiyan.events.codes import NoticeChannel
from guiyan.ledger import Clock, Commands, Ledger
from guiyan.notifications.domain.preference import PREFERENCE, Command, Lift, Prefer, Refuse
from guiyan.notifications.projections.preferences import PREFERENCES, preference_of
from guiyan.notifications.queries import PostReads
from guiyan.service.asks import Ask
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.problems import NotFound
from guiyan.service.reads import Reads
from guiyan.service.resources import answer, document_answer, get_history, history_answer

Reader = Annotated[Caller, requires(*sorted(OFFICE_ROLES), Role.AUDITOR, Role.MEMBER)]
Teller = Annotated[Commander, commands(*sorted(OFFICE_ROLES), Role.MEMBER)]
Chosen = Literal[NoticeChannel.EMAIL, NoticeChannel.SMS, NoticeChannel.IN_APP, NoticeChannel.CHAT]


_DIGEST: Final = {None: None, True: "DAILY", False: "AT_ONCE"}


class Wish(Ask):
    """How somebody wants to be told."""

    channel: Annotated[Chosen, Field(description="The channel tried first, where the person can be reached by it")]
    language: Annotated[Literal["zh-CN", "en"], Field(description="The language of the messages")] = "zh-CN"
    digest: Annotated[
        Literal["DAILY", "AT_ONCE"] | None,
        Field(description="One message a day, or each at once; absent: as the office does"),
    ] = None


class OneChannel(Ask):
    """Which channel."""

    channel: Annotated[Chosen, Field(description="The channel that is refused, or welcome again")]


@dataclass(frozen=True)
class PreferenceDoors:
    """What these doors work with."""

    commands: Commands
    ledger: Ledger
    clock: Clock
    reads: Reads
    posts: PostReads

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["preferences"])
        one = "/v1/preferences/{recipient_id}"
        router.get(one, summary="How somebody wants to be told")(self.get_preference)
        router.get(one + "/history", summary="Every choice of somebody")(self.history)
        router.post(one + "/set", summary="Channel, language and digest")(self.set_preference)
        router.post(one + "/refuse", summary="No messages on a channel")(self.refuse)
        router.post(one + "/lift", summary="Messages on a channel again")(self.lift)
        return router

    async def get_preference(self, recipient_id: str, caller: Reader) -> JSONResponse:
        """As it stands; where nothing was said, that."""
        sequence = await caller.wait.until_applied(self.reads)
        await self._visible(recipient_id, caller)
        document = await self.reads.get(PREFERENCES, recipient_id)
        found = preference_of(document)
        body = {
            "id": recipient_id,
            "channel": found.channel,
            "language": found.language,
            "digest": _DIGEST[found.digest],
            "refused": sorted(found.refused),
        }
        return document_answer(body, version=(document or {"version": 0})["version"], sequence=sequence)

    async def history(self, recipient_id: str, caller: Reader) -> JSONResponse:
        """Every event of it, oldest first."""
        await caller.wait.until_applied(self.reads)
        await self._visible(recipient_id, caller)
        return history_answer(await get_history(self.ledger, PREFERENCE, recipient_id))

    async def set_preference(self, recipient_id: str, body: Wish, caller: Teller) -> JSONResponse:
        """From the next message on."""
        digest = None if body.digest is None else body.digest == "DAILY"
        return await self._do(caller, Prefer(recipient_id, body.channel, body.language, self.clock.today(), digest))

    async def refuse(self, recipient_id: str, body: OneChannel, caller: Teller) -> JSONResponse:
        """A channel, never a duty: what has to be told goes another way, or stands as not sent."""
        return await self._do(caller, Refuse(recipient_id, body.channel, self.clock.today()))

    async def lift(self, recipient_id: str, body: OneChannel, caller: Teller) -> JSONResponse:
        """From the next message on."""
        return await self._do(caller, Lift(recipient_id, body.channel, self.clock.today()))

    async def _do(self, caller: Commander, command: Command) -> JSONResponse:
        await self._visible(command.recipient_id, caller)
        done = await self.commands.execute(
            PREFERENCE, command.recipient_id, command, caller.context, caller.expected_version
        )
        return answer(done)

    async def _visible(self, recipient_id: str, caller: Caller) -> None:
        """The person's own, or of somebody who serves or belongs in the caller's scope; else 404."""
        own = caller.principal.sub == recipient_id
        office = set(caller.principal.roles) - {Role.MEMBER}
        belongs = await self.posts.organisations_of(recipient_id)
        if not (belongs and own) and not (office and belongs & caller.scope.codes):
            raise NotFound
