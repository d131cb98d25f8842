"""What transfers is told from outside."""

import os
from pathlib import Path
from typing import ClassVar

from pydantic import Field, field_validator

from guiyan.service.settings import Settings


class TransfersSettings(Settings):
    """Those of every service, and the key that certificates are signed with.

    The figures of the rules are policy parameters, never settings (domain.md §2.14).
    """

    service: ClassVar[str] = "transfers"
    default_port: ClassVar[int] = 8102

    certificate_keys_file: Path | None = Field(
        default=None,
        description="JSON file with the key that signs the codes on activity certificates; unset = none is printed",
        examples=["data/keys/certificates.json"],
    )

    @field_validator("certificate_keys_file")
    @classmethod
    def _certificate_keys_are_there(cls, value: Path | None) -> Path | None:
        """A key file that cannot be read is told at start, not at the first print."""
        if value is not None and not (value.is_file() and os.access(value, os.R_OK)):
            raise ValueError("no readable file is there")
        return value
