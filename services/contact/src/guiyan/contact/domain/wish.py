"""The member's own wish in writing: what family and relay persons are contacted by, and nothing else (S-50, R6)."""

from dataclasses import dataclass
from datetime import date

from guiyan.ledger import Refused


@dataclass(frozen=True, slots=True)
class WrittenWish:
    """The paper that the office holds, or the member's own act, which needs none."""

    document_no: str | None = None
    signed_on: date | None = None
    by_member: bool = False

    @property
    def names_paper(self) -> bool:
        """Whether any of the paper was told."""
        return self.document_no is not None or self.signed_on is not None

    def check(self, on: date) -> None:
        """Raise Refused where the office names no number and day of the paper, or one signed after the act of `on`."""
        if self.document_no is None and not self.by_member:
            raise Refused("wish_document_missing", pointer="/wish_document_no")
        if self.signed_on is None and not self.by_member:
            raise Refused("wish_document_missing", pointer="/wish_on")
        if self.signed_on is not None and self.signed_on > on:
            raise Refused("wish_after_act", pointer="/wish_on", latest=on.isoformat())
