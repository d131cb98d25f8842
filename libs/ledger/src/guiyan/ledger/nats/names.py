"""Names on the wire: streams and subjects, with the prefix under which several installations share one server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """Where the ledger and its API are found; `prefix` is empty outside of tests."""

    prefix: str = ""
    ledger: str = "LEDGER"

    @property
    def stream(self) -> str:
        """The ledger's stream."""
        return f"{self.prefix}{self.ledger}"

    @property
    def keys_stream(self) -> str:
        """The stream of the bucket that holds the persons' wrapped keys."""
        return f"KV_{self.prefix}KEYS"

    def key(self, person_id: str) -> str:
        """The subject of one person's wrapped key."""
        return f"$KV.{self.prefix}KEYS.{person_id}"

    def subject(self, plain: object) -> str:
        """A subject as it stands on the server."""
        return f"{self.prefix}{plain}"

    def plain(self, subject: str) -> str:
        """A subject of the server without the prefix."""
        return subject.removeprefix(self.prefix)
