"""What a provider says afterwards of a message it took: it arrived, or it came back (SMPP 3.4 appendix B)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from guiyan.events.codes import NoticeFailure
from guiyan.notifications.domain.notice import Arrived, Returned, Said

_FIELD: Final = re.compile(r"(?:^|\s)(id|stat|err):(\S+)")


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt: which provider, its reference (or the notice's own id, where it tells that), what became of it."""

    provider: str
    told: Said
    provider_reference: str | None = None
    notice_id: str | None = None


Told = Callable[[Receipt], Awaitable[None]]

_BACK: Final[Mapping[str, NoticeFailure]] = {
    "EXPIRED": NoticeFailure.EXPIRED,
    "DELETED": NoticeFailure.EXPIRED,
    "UNDELIV": NoticeFailure.REFUSED_BY_RECIPIENT,
    "REJECTD": NoticeFailure.REFUSED_BY_PROVIDER,
}
STATES: Final[Mapping[int, str]] = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}
"""message_state of SMPP 3.4 §5.2.28 as the words of appendix B."""


def read_receipt_text(text: str) -> Mapping[str, str]:
    """The fields `id`, `stat`, `err` of a delivery receipt's text; empty where it is none."""
    return dict(_FIELD.findall(text))


def told_by(state: str, error: str | None, dead: frozenset[str]) -> Arrived | Returned | None:
    """What a final state says; None for one that says nothing yet. `dead`: errors that mean there is no such number."""
    if state == "DELIVRD":
        return Arrived()
    if state not in _BACK:
        return None
    reason = NoticeFailure.ADDRESS_INVALID if error in dead else _BACK[state]
    return Returned(reason, error if error not in {None, "000"} else state)
