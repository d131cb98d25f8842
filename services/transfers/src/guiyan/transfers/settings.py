"""What transfers is told from outside."""

from typing import ClassVar

from guiyan.service.settings import Settings


class TransfersSettings(Settings):
    """Those of every service; the figures of the rules are policy parameters, never settings (domain.md §2.14)."""

    service: ClassVar[str] = "transfers"
    default_port: ClassVar[int] = 8102
