"""Which stream a duty has: derived from member and quarter, so that whoever plans it twice writes it once."""

from guiyan.events import derived_id
from guiyan.ledger.calendar import Quarter, moment_of


def duty_id(member_id: str, quarter: Quarter) -> str:
    """The id of a member's duty in a quarter; its time part is the quarter's first moment in Shanghai."""
    return derived_id(moment_of(quarter.first_day), "duty", member_id, str(quarter))
