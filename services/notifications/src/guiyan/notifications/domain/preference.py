"""What a recipient chose: the channel tried first, the language, one message a day, the channels not wanted.

A channel is refused, never a duty: what has to be told is told by another way, or stands as not sent, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from guiyan.events import Event
from guiyan.events.codes import NoticeChannel
from guiyan.events.notifications.delivery import DoNotContactLifted, DoNotContactSet, PreferenceSet
from guiyan.ledger import Decider, Draft

SAME: Final = {NoticeChannel.MAILBOX: NoticeChannel.EMAIL}
"""What counts as another: the folder of a sample run stands for mail."""


@dataclass(frozen=True, slots=True)
class Preference:
    """As it stands; nothing was said yet where `channel` is None and nothing is refused."""

    channel: NoticeChannel | None = None
    language: str | None = None
    refused: frozenset[NoticeChannel] = frozenset()
    digest: bool | None = None
    """One message a day, or each at once; None: as the office does."""

    def choose(self, ways: Sequence[NoticeChannel]) -> NoticeChannel | None:
        """Of the ways there are the one wished for, else the first that is not refused; None when all are."""
        allowed = [one for one in ways if SAME.get(one, one) not in self.refused]
        wished = [one for one in allowed if SAME.get(one, one) == self.channel]
        return next(iter([*wished, *allowed]), None)


@dataclass(frozen=True, slots=True)
class Prefer:
    """Channel, language and digest from now on; `digest` None: as the office does."""

    recipient_id: str
    channel: NoticeChannel
    language: str
    on: date
    digest: bool | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """No message on a channel."""

    recipient_id: str
    channel: NoticeChannel
    on: date


@dataclass(frozen=True, slots=True)
class Lift:
    """Messages on a channel are welcome again."""

    recipient_id: str
    channel: NoticeChannel
    on: date


Command = Prefer | Refuse | Lift


def decide(command: Command, state: Preference) -> Sequence[Draft]:
    """The event of a command; what is so already gives none."""
    who = {"recipient_id": command.recipient_id, "channel": command.channel}
    match command:
        case Prefer():
            wished = (command.channel, command.language, command.digest)
            if (state.channel, state.language, state.digest) == wished:
                return []
            daily, at_once = command.digest is True, command.digest is False
            chosen = PreferenceSet(**who, language=command.language, daily_digest=daily, each_at_once=at_once)
            return [Draft(chosen, command.on)]
        case Refuse():
            return [] if command.channel in state.refused else [Draft(DoNotContactSet(**who), command.on)]
        case Lift():
            return [Draft(DoNotContactLifted(**who), command.on)] if command.channel in state.refused else []


def evolve(state: Preference, event: Event) -> Preference:
    """The preference after one more event."""
    match event.payload:
        case PreferenceSet() as told:
            digest = True if told.daily_digest else False if told.each_at_once else None
            return replace(state, channel=told.channel, language=told.language, digest=digest)
        case DoNotContactSet() as told:
            return replace(state, refused=state.refused | {told.channel})
        case DoNotContactLifted() as told:
            return replace(state, refused=state.refused - {told.channel})
        case _:
            return state


PREFERENCE: Final = Decider("notifications", "preference", Preference, evolve, decide)
