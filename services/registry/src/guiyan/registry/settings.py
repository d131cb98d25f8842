"""What the registry is told from outside."""

from typing import ClassVar

from pydantic import Field

from guiyan.registry.roster.archive import Limits
from guiyan.service.process_settings import ReadableFile
from guiyan.service.settings import Settings


class RegistrySettings(Settings):
    """The registry's settings: those of every service, how large a roster may be, how local accounts are kept.

    The figures of passwords and sessions are policy parameters, never settings (domain.md §2.14, §5.2).
    """

    service: ClassVar[str] = "registry"
    default_port: ClassVar[int] = 8101

    import_body_limit_bytes: int = Field(default=67_108_864, description="Largest roster file", ge=1024, le=536_870_912)
    import_unpacked_limit_bytes: int = Field(
        default=268_435_456,
        description="To how much a roster may unpack (XLSX); a row has about 2.6 kB",
        ge=1_048_576,
        le=4_294_967_296,
    )
    sign_in_keys_file: ReadableFile | None = Field(
        default=None,
        description="JSON file with the key that signs the tokens of local accounts; unset = nobody signs in here",
        examples=["data/keys/sign-in.json"],
    )
    password_hash_passes: int = Field(default=2, description="Argon2id: passes over the memory", ge=2, le=10)
    password_hash_kib: int = Field(
        default=47_104, description="Argon2id: memory of one hash in KiB", ge=19_456, le=1_048_576
    )
    password_hashes_at_once: int = Field(
        default=2, description="How many threads hash passwords; each takes one core while it works", ge=1, le=64
    )
    sign_ins_per_minute: float = Field(
        default=120.0, description="Sign-ins a minute that one address may try, and that may name one account", gt=0
    )
    sign_in_beat_seconds: float = Field(
        default=0.25,
        description="Refused sign-ins are answered on this beat, so that no answer tells by its time why",
        ge=0,
        le=5,
    )


def limits_of(settings: RegistrySettings) -> Limits:
    """How large a roster may be, as this installation allows."""
    unpacked = settings.import_unpacked_limit_bytes
    return Limits(settings.import_body_limit_bytes, unpacked, copied_bytes=unpacked)
