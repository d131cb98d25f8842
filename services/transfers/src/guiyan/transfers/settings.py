"""What transfers is told from outside."""

from typing import ClassVar

from pydantic import Field

from guiyan.service.process_settings import ReadableFile
from guiyan.service.settings import Settings


class TransfersSettings(Settings):
    """Those of every service, and the key that certificates are signed with.

    The figures of the rules are policy parameters, never settings (domain.md §2.14).
    """

    service: ClassVar[str] = "transfers"
    default_port: ClassVar[int] = 8102

    certificate_keys_file: ReadableFile | None = Field(
        default=None,
        description="JSON file with the key that signs the codes on activity certificates; unset = none is printed",
        examples=["data/keys/certificates.json"],
    )
