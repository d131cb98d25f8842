"""What every process with HTTP doors is told: read from `GUIYAN_*` variables only, checked at start, in sentences.

SettingsError - one or more variables are missing or wrong; holds one sentence for each.
"""

import os
import sys
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "GUIYAN_"
USAGE_EXIT_CODE = 2


class SettingsError(Exception):
    """Settings are missing or wrong; `sentences` has one sentence per variable."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def is_file(path: Path) -> bool:
    """Whether there is a file; a path that no file can have, such as one too long, is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _readable(path: Path) -> Path:
    if not (is_file(path) and os.access(path, os.R_OK)):
        raise ValueError("no readable file is there")
    return path


def _addresses(told: str) -> str:
    for one in told.split(",") if told else ():
        try:
            ip_network(one.strip())
        except ValueError:
            raise ValueError("it holds what is no IP address and no network") from None
    return told


ReadableFile = Annotated[Path, AfterValidator(_readable)]
"""A file that is read later: one that cannot be read is told at start, not when it is needed first."""


class ProcessSettings(BaseSettings):
    """Where it listens, what it logs and how it stops; a service adds its own by a subclass that names itself."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )
    service: ClassVar[str] = "service"
    default_port: ClassVar[int] = 8100
    file_tables: ClassVar[Mapping[str, type[BaseModel]]] = {}
    """What tables of a file named by a setting may say, by what they are called; they stand in the reference too."""

    host: str = Field(default="127.0.0.1", description="Address that HTTP listens on", min_length=1)
    port: int = Field(
        default=0, description="Port that HTTP listens on; unset = the service's own port", ge=0, le=65535
    )
    log_format: Literal["json", "console"] = Field(default="json", description="One JSON object a line, or for eyes")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least level logged")
    otlp_endpoint: str | None = Field(
        default=None,
        description="Where traces are sent (OTLP over HTTP); unset = no tracing",
        pattern=r"^https?://\S+$",
    )
    drain_seconds: Annotated[float, Field(gt=0, le=300)] = Field(
        default=20.0, description="How long a stopping service may finish what it has begun"
    )
    trusted_proxies: Annotated[str, AfterValidator(_addresses)] = Field(
        default="",
        description="Addresses or networks of reverse proxies and consoles, several parted by commas: of a request that"
        " comes from one of them, X-Forwarded-For says whose it is. Unset = nobody is believed",
        examples=["127.0.0.1,10.0.0.0/8"],
    )
    body_limit_bytes: int = Field(default=1_048_576, description="Largest request body", ge=1024, le=67_108_864)

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

    @model_validator(mode="before")
    @classmethod
    def _service_defaults(cls, values: Any) -> Any:
        """What is not told is the service's own."""
        if not isinstance(values, dict):
            return values
        return cls.own_defaults() | {name: value for name, value in values.items() if value not in ("", None)}

    @classmethod
    def own_defaults(cls) -> dict[str, Any]:
        """What a service has where nothing is told: its port."""
        return {"port": cls.default_port}

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


AnySettings = TypeVar("AnySettings", bound=ProcessSettings)


def load_or_exit(settings: type[AnySettings]) -> AnySettings:
    """Settings from the environment; on faults tells each in one sentence on stderr and exits with code 2."""
    try:
        return settings.load()
    except SettingsError as error:
        for sentence in error.sentences:
            print(sentence, file=sys.stderr)  # noqa: T201 - logs are not set up before the settings are right
        raise SystemExit(USAGE_EXIT_CODE) from None


def _sentence(settings: type[ProcessSettings], fault: Any) -> str:
    """One fault as a sentence: which variable, what is wrong, what is expected. The value itself is never told."""
    wrong = fault["msg"].removeprefix("Value error, ")
    if not fault["loc"]:  # several variables together, which the words name
        return f"{wrong}."
    name = str(fault["loc"][0])
    variable = PREFIX + name.upper()
    field = settings.model_fields.get(name)
    expected = expectation(field) if field else ""
    told = "is missing" if fault["type"] == "missing" else f"is wrong: {wrong}"
    return f"{variable} {told}; expected: {expected}."


def expectation(field: FieldInfo) -> str:
    """What a setting should be, with an example where there is one."""
    example = f" (for example {field.examples[0]})" if field.examples else ""
    return f"{field.description}{example}"
