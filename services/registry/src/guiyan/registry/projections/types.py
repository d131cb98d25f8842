"""Which event types belong to an aggregate: a document whose version guards changes must count every one of them."""

import guiyan.events.registry  # noqa: F401 - its import is what makes the types known
from guiyan.events import EVENT_TYPES


def types_of(aggregate: str) -> frozenset[str]:
    """The names of all event types of one of the registry's aggregates."""
    return frozenset(
        name for name, kind in EVENT_TYPES.items() if (kind.service, kind.aggregate) == ("registry", aggregate)
    )
