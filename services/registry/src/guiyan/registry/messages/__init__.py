"""What the registry tells when it refuses, in both languages; placeholders hold codes, numbers and dates only."""

from collections.abc import Mapping
from typing import Final

from guiyan.registry.messages import accounts, members, movement, organisations, rosters, standing
from guiyan.service.messages import Message

MESSAGES: Final[Mapping[str, Message]] = {
    **rosters.MESSAGES,
    **organisations.MESSAGES,
    **members.MESSAGES,
    **standing.MESSAGES,
    **movement.MESSAGES,
    **accounts.MESSAGES,
}
"""By code; what rosters tell too is told in the registry's own words where it has some."""
