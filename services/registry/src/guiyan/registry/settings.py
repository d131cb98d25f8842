"""What the registry is told from outside."""

from typing import ClassVar

from pydantic import Field

from guiyan.registry.roster.archive import Limits
from guiyan.service.settings import Settings


class RegistrySettings(Settings):
    """The registry's settings: those of every service, and how large a roster may be."""

    service: ClassVar[str] = "registry"
    default_port: ClassVar[int] = 8101

    import_body_limit_bytes: int = Field(default=67_108_864, description="Largest roster file", ge=1024, le=536_870_912)
    import_unpacked_limit_bytes: int = Field(
        default=268_435_456,
        description="To how much a roster may unpack (XLSX); a row has about 2.6 kB",
        ge=1_048_576,
        le=4_294_967_296,
    )


def limits_of(settings: RegistrySettings) -> Limits:
    """How large a roster may be, as this installation allows."""
    unpacked = settings.import_unpacked_limit_bytes
    return Limits(settings.import_body_limit_bytes, unpacked, copied_bytes=unpacked)
