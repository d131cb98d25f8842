"""Sealing personal text: the port between commands, projections and the keys of persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pydantic import BaseModel

from guiyan.events import Event, Sealed


class Sealer(Protocol):
    """Seals personal text under the person's own key, and opens it again while the key is there."""

    async def seal(self, person_id: str, pii: BaseModel, *, stream: str, version: int, type_: str) -> Sealed:
        """AES-256-GCM under the person's data key, bound to stream, version and type; makes the key when needed.

        Raises PersonErased when the person's key was destroyed.
        """

    async def prepare(self, person_ids: Sequence[str]) -> None:
        """Make the missing keys of many persons at once (an import); one round trip for all."""

    async def open(self, events: Sequence[Event]) -> Mapping[str, BaseModel | None]:
        """Event id → the opened personal text; None when the key is gone. Events without any are left out."""

    async def destroy(self, person_id: str) -> None:
        """Destroy a key for ever: what was sealed with it is unreadable in every copy; safe to repeat (§5.3)."""
