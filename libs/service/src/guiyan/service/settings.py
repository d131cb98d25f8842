"""Settings of a service of the ledger: its servers, its keys, its clock, on top of what every process is told."""

import ssl
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from guiyan.service.process_settings import ProcessSettings, ReadableFile, is_file

MONGO_SCHEMES: Final = ("mongodb://", "mongodb+srv://")


class Settings(ProcessSettings):
    """What every service of the ledger is told from outside; it adds its own by a subclass that names itself."""

    nats_url: str = Field(
        description="Address of NATS, nats:// or tls://, several parted by commas",
        pattern=r"^(nats|tls|ws|wss)://\S+$",
        examples=["nats://127.0.0.1:4222"],
    )
    nats_nkey_seed_file: ReadableFile = Field(
        description="File with the nkey seed of this service's NATS user", examples=["data/keys/nats/registry.nk"]
    )
    nats_ca_file: ReadableFile | None = Field(
        default=None, description="Certificates that NATS's certificate is checked against; unset = the system's"
    )
    nats_monitor_url: str | None = Field(
        default=None,
        description="HTTP address of the NATS server, where it tells whether it syncs every write; unset = not checked",
        pattern=r"^https?://\S+$",
        examples=["http://127.0.0.1:8222"],
    )
    mongo_url: SecretStr = Field(
        description="Address of the MongoDB replica set (transactions are needed)",
        examples=["mongodb://127.0.0.1:27017/?replicaSet=rs0"],
    )
    mongo_database: str = Field(
        default="",
        description="Database of this service alone; unset = guiyan_<service>",
        pattern=r"^[A-Za-z0-9_-]{0,63}$",
    )
    mongo_driver: Literal["motor", "pymongo"] = Field(
        default="motor", description="Driver: Motor, or PyMongo's own asynchronous client"
    )
    mac_keys_file: ReadableFile = Field(
        description="JSON file with the keys by which commits are signed and checked",
        examples=["data/keys/mac/registry.json"],
    )
    master_keys_file: ReadableFile = Field(
        description="JSON file with the keys that wrap the persons' keys, and the key of the blind indexes",
        examples=["data/keys/master.json"],
    )
    jwks: str = Field(
        description="Public keys of the token issuers (JWK Set): files or http(s) addresses, several parted by commas",
        min_length=1,
        examples=["data/keys/jwks.json"],
    )
    clock: Literal["system", "manual"] = Field(
        default="system", description="system = the machine's clock; manual = moved by `guiyan clock advance`"
    )
    stream_prefix: str = Field(
        default="",
        description="Put before every stream and subject, so that one server holds several installations",
        pattern=r"^[A-Za-z0-9_]{0,32}$",
    )
    ingest_body_limit_bytes: int = Field(
        default=8_388_608, description="Largest body of POST /v1/ingest", ge=1024, le=268_435_456
    )
    rate_limit_per_second: float = Field(
        default=200.0, description="Requests a second that one caller may keep up", gt=0, le=100_000
    )
    rate_limit_burst: int = Field(
        default=400, description="Requests that one caller may send at once", ge=1, le=1_000_000
    )
    jwks_refresh_seconds: float = Field(
        default=300.0, description="How often the issuer's keys are read again", ge=1, le=86_400
    )
    token_leeway_seconds: int = Field(
        default=30, description="How far the issuer's clock may differ from ours", ge=0, le=300
    )
    ready_lag_seconds: float = Field(
        default=60.0, description="A projection further behind makes the service not ready", gt=0, le=86_400
    )
    list_wait_seconds: float = Field(
        default=5.0, description="How long a read with after_sequence waits for the projection", gt=0, le=5
    )
    export_limit_rows: int = Field(
        default=100_000, description="Most rows of one CSV or XLSX answer", ge=1, le=1_000_000
    )

    @field_validator("nats_url")
    @classmethod
    def _servers_can_be_named(cls, value: str) -> str:
        """An address without a host, or with a port that is none, is told at start."""
        try:
            known = all(one.hostname and one.port != 0 for one in map(urlsplit, value.split(",")))
        except ValueError:
            known = False
        if not known:
            raise ValueError("it holds an address without a host, or with a wrong port")
        return value

    @field_validator("mongo_url")
    @classmethod
    def _replica_set_can_be_named(cls, value: SecretStr) -> SecretStr:
        """An address that the driver could not read is told at start, without the password in it."""
        text = value.get_secret_value()
        if not text.startswith(MONGO_SCHEMES):
            raise ValueError(f"it begins with neither {' nor '.join(MONGO_SCHEMES)}")
        try:
            if text.startswith(MONGO_SCHEMES[0]):  # the other kind is looked up by DNS
                parse_uri(text, warn=True)
        except (PyMongoError, ValueError):
            raise ValueError("it is not an address that MongoDB's driver can read") from None
        return value

    @field_validator("nats_ca_file")
    @classmethod
    def _certificates_can_be_read(cls, value: Path | None) -> Path | None:
        """A file that holds no certificate is told at start."""
        try:
            if value is not None:
                ssl.create_default_context(cafile=str(value))
        except (ssl.SSLError, OSError):
            raise ValueError("it holds no certificate (PEM)") from None
        return value

    @field_validator("jwks")
    @classmethod
    def _keys_are_there(cls, value: str) -> str:
        """The issuers' keys are addresses or readable files."""
        for one in (part.strip() for part in value.split(",")):
            if not one.startswith(("http://", "https://")) and not is_file(Path(one)):
                raise ValueError("it is neither an http(s) address nor a readable file")
        return value

    @classmethod
    def own_defaults(cls) -> dict[str, Any]:
        """Port and database default to the service's own."""
        return {**super().own_defaults(), "mongo_database": f"guiyan_{cls.service}"}

    def stream(self, name: str) -> str:
        """Name of the stream `name` in this installation."""
        return self.stream_prefix + name
