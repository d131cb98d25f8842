"""Settings of a service: read from `GUIYAN_*` variables only, checked at start, told in plain sentences.

SettingsError - one or more variables are missing or wrong; holds one sentence for each.
"""

import os
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

PREFIX = "GUIYAN_"
USAGE_EXIT_CODE = 2
MONGO_SCHEMES: Final = ("mongodb://", "mongodb+srv://")
PATH_FIELDS = ("nats_nkey_seed_file", "nats_ca_file", "mac_keys_file", "master_keys_file")


class SettingsError(Exception):
    """Settings are missing or wrong; `sentences` has one sentence per variable."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def _is_file(path: Path) -> bool:
    """Whether there is a file; a path that no file can have, such as one too long, is none."""
    try:
        return path.is_file()
    except OSError:
        return False


class Settings(BaseSettings):
    """What every service is told from outside; a service adds its own by a subclass that names itself."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )
    service: ClassVar[str] = "service"
    default_port: ClassVar[int] = 8100
    file_tables: ClassVar[Mapping[str, type[BaseModel]]] = {}
    """What tables of a file named by a setting may say, by what they are called; they stand in the reference too."""

    nats_url: str = Field(
        description="Address of NATS, nats:// or tls://, several parted by commas",
        pattern=r"^(nats|tls|ws|wss)://\S+$",
        examples=["nats://127.0.0.1:4222"],
    )
    nats_nkey_seed_file: Path = Field(
        description="File with the nkey seed of this service's NATS user", examples=["data/keys/nats/registry.nk"]
    )
    nats_ca_file: Path | None = Field(
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
    mac_keys_file: Path = Field(
        description="JSON file with the keys by which commits are signed and checked",
        examples=["data/keys/mac/registry.json"],
    )
    master_keys_file: Path = Field(
        description="JSON file with the keys that wrap the persons' keys, and the key of the blind indexes",
        examples=["data/keys/master.json"],
    )
    jwks: str = Field(
        description="Public keys of the token issuer (JWK Set): a file, or an http(s) address",
        min_length=1,
        examples=["data/keys/jwks.json"],
    )
    clock: Literal["system", "manual"] = Field(
        default="system", description="system = the machine's clock; manual = moved by `guiyan clock advance`"
    )
    host: str = Field(default="127.0.0.1", description="Address that HTTP listens on", min_length=1)
    port: int = Field(
        default=0, description="Port that HTTP listens on; unset = the service's own port", ge=0, le=65535
    )
    log_format: Literal["json", "console"] = Field(default="json", description="One JSON object a line, or for eyes")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least level logged")
    stream_prefix: str = Field(
        default="",
        description="Put before every stream and subject, so that one server holds several installations",
        pattern=r"^[A-Za-z0-9_]{0,32}$",
    )
    otlp_endpoint: str | None = Field(
        default=None,
        description="Where traces are sent (OTLP over HTTP); unset = no tracing",
        pattern=r"^https?://\S+$",
    )
    drain_seconds: Annotated[float, Field(gt=0, le=300)] = Field(
        default=20.0, description="How long a stopping service may finish what it has begun"
    )
    body_limit_bytes: int = Field(default=1_048_576, description="Largest request body", ge=1024, le=67_108_864)
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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only arguments (tests) and the environment are read: no .env file surprises an operator."""
        del settings_cls, dotenv_settings, file_secret_settings
        return (init_settings, env_settings)

    @field_validator(*PATH_FIELDS)
    @classmethod
    def _file_is_there(cls, value: Path | None) -> Path | None:
        """A key file that cannot be read is told at start, not at the first event."""
        if value is not None and not (_is_file(value) and os.access(value, os.R_OK)):
            raise ValueError("no readable file is there")
        return value

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
        """The issuer's keys are an address or a readable file."""
        if not value.startswith(("http://", "https://")) and not _is_file(Path(value)):
            raise ValueError("it is neither an http(s) address nor a readable file")
        return value

    @model_validator(mode="before")
    @classmethod
    def _service_defaults(cls, values: Any) -> Any:
        """Port and database default to the service's own."""
        if not isinstance(values, dict):
            return values
        own = {"mongo_database": f"guiyan_{cls.service}", "port": cls.default_port}
        return own | {name: value for name, value in values.items() if value not in ("", None)}

    def stream(self, name: str) -> str:
        """Name of the stream `name` in this installation."""
        return self.stream_prefix + name

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Settings from the environment (or from `environ`, in tests); raises SettingsError with every fault."""
        try:
            if environ is None:
                return cls()
            names = {PREFIX + name.upper(): name for name in cls.model_fields}
            return cls.model_validate(
                {names[key]: value for key, value in environ.items() if key in names and value != ""}
            )
        except ValidationError as error:
            raise SettingsError(tuple(_sentence(cls, fault) for fault in error.errors(include_input=False))) from None


AnySettings = TypeVar("AnySettings", bound=Settings)


def load_or_exit(settings: type[AnySettings]) -> AnySettings:
    """Settings from the environment; on faults tells each in one sentence on stderr and exits with code 2."""
    try:
        return settings.load()
    except SettingsError as error:
        for sentence in error.sentences:
            print(sentence, file=sys.stderr)  # noqa: T201 - logs are not set up before the settings are right
        raise SystemExit(USAGE_EXIT_CODE) from None


def _sentence(settings: type[Settings], fault: Any) -> str:
    """One fault as a sentence: which variable, what is wrong, what is expected. The value itself is never told."""
    name = str(fault["loc"][0]) if fault["loc"] else ""
    variable = PREFIX + name.upper()
    field = settings.model_fields.get(name)
    expected = expectation(field) if field else ""
    wrong = "is missing" if fault["type"] == "missing" else f"is wrong: {fault['msg'].removeprefix('Value error, ')}"
    return f"{variable} {wrong}; expected: {expected}."


def expectation(field: FieldInfo) -> str:
    """What a setting should be, with an example where there is one."""
    example = f" (for example {field.examples[0]})" if field.examples else ""
    return f"{field.description}{example}"
