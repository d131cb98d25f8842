"""What transfers is told from outside."""

from typing import ClassVar

from pydantic import Field

from guiyan.service.settings import Settings
from guiyan.transfers.domain.parameters import Parameters


class TransfersSettings(Settings):
    """The settings of transfers: those of every service, and the office's parameters (domain.md §2.14)."""

    service: ClassVar[str] = "transfers"
    default_port: ClassVar[int] = 8102

    letter_valid_days: int = Field(default=30, description="Days a letter is valid by default", ge=1, le=90)
    letter_valid_days_cap: int = Field(default=90, description="Most days a letter may be valid", ge=1, le=366)
    dues_prepay_max_months: int = Field(default=6, description="Months that dues may be paid ahead", ge=0, le=12)

    def parameters(self) -> Parameters:
        """The parameters as the rules take them."""
        return Parameters(
            letter_valid_days=min(self.letter_valid_days, self.letter_valid_days_cap),
            letter_valid_days_cap=self.letter_valid_days_cap,
            dues_prepay_max_months=self.dues_prepay_max_months,
        )
