"""Who asks for a change, and why: what an event's envelope says besides its payload."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of one command.

    `command_id` makes a repeat harmless; `actor` is a subject of a token or `system:<service>`; `org` the actor's
    organisation code; `causation_id` the event or request that led here; `correlation_id` the whole conversation.
    `request_digest` tells another request that was given the same command id apart from a repeat (ADR 0012).
    """

    command_id: str
    actor: str
    org: str
    causation_id: str
    correlation_id: str
    import_batch: str | None = None
    request_digest: str | None = None
