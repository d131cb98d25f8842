"""What the registry is told from outside."""

from typing import ClassVar

from pydantic import Field

from guiyan.service.settings import Settings


class RegistrySettings(Settings):
    """The registry's settings: those of every service, and how large a roster may be."""

    service: ClassVar[str] = "registry"
    default_port: ClassVar[int] = 8101

    import_body_limit_bytes: int = Field(default=67_108_864, description="Largest roster file", ge=1024, le=536_870_912)
