"""What contact is told from outside."""

from typing import ClassVar

from pydantic import Field

from guiyan.contact.domain.parameters import Parameters
from guiyan.service.settings import Settings


class ContactSettings(Settings):
    """The settings of contact: those of every service, and the office's parameters (domain.md §2.6, §2.14)."""

    service: ClassVar[str] = "contact"
    default_port: ClassVar[int] = 8103

    early_miss_attempts: int = Field(
        default=3, description="Attempts before a contact may be called missed", ge=1, le=99
    )
    early_miss_channels: int = Field(default=2, description="Different channels among these attempts", ge=1, le=8)
    early_miss_days: int = Field(default=2, description="Different days among these attempts", ge=1, le=90)
    misses_to_township: int = Field(default=2, description="Misses in a row that go to the township", ge=1, le=99)

    def parameters(self) -> Parameters:
        """The parameters as the rules take them."""
        return Parameters(
            early_miss_attempts=self.early_miss_attempts,
            early_miss_channels=self.early_miss_channels,
            early_miss_days=self.early_miss_days,
            misses_to_township=self.misses_to_township,
        )
