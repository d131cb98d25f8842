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

    def check_stands(self, on: date, withdrawn_on: date | None) -> None:
        """Raise Refused where the consent was taken back on the day the paper was signed, or later (PIPL 15).

        The member's own act of the very day, without a paper, is of after it: the withdrawal was recorded before.
        """
        if withdrawn_on is None:
            return
        old = self.signed_on <= withdrawn_on if self.signed_on is not None else on < withdrawn_on
        if old:
            raise Refused("wish_withdrawn", pointer="/wish_on", withdrawn_on=withdrawn_on.isoformat())
