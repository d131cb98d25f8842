"""The mark of a mail: its notice and its provider, signed, so that what comes back is matched and cannot be made up.

It goes out in the envelope sender (VERP), as ENVID (RFC 3461) and in a header, and comes back in whichever of them the
other side keeps. Who never had the mail cannot make one; who had it can speak of his own mail alone.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

HEADER: Final = "X-Guiyan-Return"
SIGNED_BYTES: Final = 10
LENGTH: Final = 42
"""Characters: 16 bytes of the notice's id and the signature, in base32; 64 with a mailbox's name (RFC 5321)."""
_MARK: Final = re.compile(rf"(?<![A-Za-z0-9])[A-Za-z2-7]{{{LENGTH}}}(?![A-Za-z0-9])")
_PAD: Final = "=" * (-LENGTH % 8)


@dataclass(frozen=True, slots=True)
class Marked:
    """Whose mail it is."""

    provider: str
    notice_id: str


class Marks:
    """Makes and checks marks; `digest` is keyed: 32 hexadecimal digits that nobody else can compute."""

    def __init__(self, digest: Callable[..., str]) -> None:
        self._digest = digest

    def mark(self, provider: str, notice_id: str) -> str:
        """The mark of a notice at a provider; raises ValueError for an id that is no UUID."""
        id_ = UUID(notice_id).bytes
        return base64.b32encode(id_ + self._signature(provider, id_)).decode().rstrip("=").lower()

    def find(self, texts: Iterable[str], providers: Iterable[str]) -> Marked | None:
        """Whose mark stands in these texts; None where there is none that holds, or there are several."""
        names = list(providers)
        found = {self._read(one, names) for text in texts for one in _MARK.findall(text)} - {None}
        return found.pop() if len(found) == 1 else None

    def _read(self, mark: str, providers: Iterable[str]) -> Marked | None:
        try:
            content = base64.b32decode(mark.upper() + _PAD)
        except binascii.Error:
            return None
        id_, signature = content[:-SIGNED_BYTES], content[-SIGNED_BYTES:]
        for name in providers:
            if hmac.compare_digest(signature, self._signature(name, id_)):
                return Marked(name, str(UUID(bytes=id_)))
        return None

    def _signature(self, provider: str, id_: bytes) -> bytes:
        return bytes.fromhex(self._digest(b"returned mail", provider.encode(), id_))[:SIGNED_BYTES]


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """Where a provider's mails come back to, and what is asked of the servers on their way."""

    address: str
    tag: str | None
    """What parts the mailbox's name from a mark; None: the address stays as it is, the mark goes beside it."""
    arrival: bool
    """Whether arrival is to be reported as well."""
    mark: Callable[[str], str]
    """The mark of a notice."""

    def sender(self, mark: str) -> str:
        """The envelope sender of a mail (VERP)."""
        name, _, domain = self.address.rpartition("@")
        return self.address if self.tag is None else f"{name}{self.tag}{mark}@{domain}"

    @staticmethod
    def for_mail(mark: str) -> list[str]:
        """MAIL FROM of a server that knows RFC 3461: the mark stands in every report, and the text in none."""
        return ["RET=HDRS", f"ENVID={mark}"]

    @property
    def for_recipient(self) -> list[str]:
        """RCPT TO likewise: what is to be reported."""
        return ["NOTIFY=SUCCESS,FAILURE,DELAY" if self.arrival else "NOTIFY=FAILURE,DELAY"]
