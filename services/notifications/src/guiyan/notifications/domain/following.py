"""What becomes of a digest becomes of each notice that left in it: event by event, in the digest's own order.

An entry's events name neither the provider's reference nor the contact point: those are the digest's, and a receipt or
a dead number is told once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guiyan.events import Payload
from guiyan.events.notifications.notice import (
    NoticeAcknowledged,
    NoticeBounced,
    NoticeDelivered,
    NoticeEntriesLeftOut,
    NoticeFailed,
    NoticeGathered,
    NoticeOutcomeUnknown,
    NoticeQueued,
    NoticeSent,
    NoticeSettled,
    NoticeSuppressed,
    NoticeTextErased,
)
from guiyan.notifications.domain.notice_state import TEXT_IS_PAST, NoticeState

_IN_IT: Final = frozenset({NoticeState.GATHERED})
FROM: Final[Mapping[type[Payload], frozenset[NoticeState]]] = {
    NoticeQueued: frozenset({NoticeState.HELD}),
    NoticeEntriesLeftOut: _IN_IT,
    NoticeSuppressed: _IN_IT,
    NoticeSent: _IN_IT,
    NoticeFailed: _IN_IT,
    NoticeOutcomeUnknown: _IN_IT,
    NoticeBounced: _IN_IT | {NoticeState.SENT, NoticeState.UNKNOWN},
    NoticeDelivered: _IN_IT | {NoticeState.SENT, NoticeState.FAILED},
    NoticeSettled: frozenset({NoticeState.UNKNOWN}),
    NoticeAcknowledged: frozenset({NoticeState.SENT, NoticeState.DELIVERED}),
    NoticeTextErased: TEXT_IS_PAST,
}
"""Which events of a digest an entry follows, and from where; what it has followed already leads nowhere."""
FOLLOWED: Final = frozenset(one.type_name() for one in FROM)


def followed(told: Payload, state: NoticeState, digest_id: str) -> Payload | None:
    """The entry's own event for one of its digest; None where it has none to follow."""
    if state not in FROM.get(type(told), ()):
        return None
    match told:
        case NoticeQueued():
            return NoticeGathered(digest_id=digest_id)
        case NoticeEntriesLeftOut():
            return NoticeSuppressed(reason=told.reason)
        case NoticeBounced():
            return told.model_copy(update={"contact_point_id": None})
        case NoticeSent() | NoticeDelivered() | NoticeSettled():
            return told.model_copy(update={"provider_reference": None})
        case _:
            return told
