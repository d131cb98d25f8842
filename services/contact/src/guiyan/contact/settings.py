"""What contact is told from outside."""

from typing import ClassVar

from guiyan.service.settings import Settings


class ContactSettings(Settings):
    """Those of every service; the figures of the rules are policy parameters, never settings (domain.md §2.14)."""

    service: ClassVar[str] = "contact"
    default_port: ClassVar[int] = 8103
