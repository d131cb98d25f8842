"""What the file of providers may say: one table a provider, checked before the service starts.

The file is TOML: `[[provider]]` tables with `name`, `kind` and what the kind needs. It holds passwords: like a key file
it is readable by the service alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from guiyan.notifications.channels.chat import a_group
from guiyan.notifications.channels.marks import LENGTH as MARK_LENGTH

WEB_ADDRESS: Final = r"^(https://|http://(127\.0\.0\.1|localhost)[:/])[^\s?#]+$"
"""TLS, or this machine."""
MAIL_ADDRESS: Final = r"^[^@\s<>]+@[^@\s<>]+$"
LOCAL_PART_MOST: Final = 64


class ProviderConfig(BaseModel):
    """What every provider has."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="Its name in events, logs and metrics")]
    weight: Annotated[int, Field(ge=1, le=1_000, description="Its share against the channel's other providers")] = 1
    rate_per_second: Annotated[
        float | None, Field(gt=0, le=10_000, description="Messages a second at most; unset = no limit")
    ] = None


class MailboxConfig(ProviderConfig):
    """A folder of .eml files, for trying out."""

    kind: Annotated[Literal["mailbox"], Field(description="Which kind")]
    folder: Annotated[Path, Field(description="The folder")]
    sender: Annotated[str, Field(pattern=MAIL_ADDRESS, description="Sender address")] = "guiyan@localhost"


class ImapConfig(BaseModel):
    """A mailbox over IMAP."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: Annotated[Literal["imap"], Field(description="Which kind")]
    host: Annotated[str, Field(min_length=1, description="The server")]
    user: Annotated[str, Field(min_length=1, description="User")]
    port: Annotated[int, Field(ge=1, le=65535, description="Its port")] = 993
    tls: Annotated[
        Literal["tls", "starttls", "none"], Field(description="none only for a server on the same machine")
    ] = "tls"
    password: Annotated[SecretStr, Field(description="Password")] = SecretStr("")
    folder: Annotated[str, Field(min_length=1, description="The folder that is read")] = "INBOX"
    timeout_seconds: Annotated[float, Field(gt=0, le=120, description="Longest wait for an answer")] = 20.0
    ca_file: Annotated[
        Path | None, Field(description="Certificates that the server's is checked against; unset = the system's")
    ] = None


class MaildirConfig(BaseModel):
    """A Maildir that the mail server writes into."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: Annotated[Literal["maildir"], Field(description="Which kind")]
    folder: Annotated[Path, Field(description="The Maildir: it holds new and cur")]


AnyBox = Annotated[ImapConfig | MaildirConfig, Field(discriminator="kind")]


class SmtpConfig(ProviderConfig):
    """A mail server (RFC 5321)."""

    kind: Annotated[Literal["smtp"], Field(description="Which kind")]
    host: Annotated[str, Field(min_length=1, description="The server")]
    sender: Annotated[str, Field(pattern=MAIL_ADDRESS, description="Sender address of every mail")]
    port: Annotated[int, Field(ge=1, le=65535, description="Its port")] = 587
    tls: Annotated[
        Literal["starttls", "tls", "none"], Field(description="none only for a server on the same machine")
    ] = "starttls"
    user: Annotated[str, Field(description="User; unset = no login")] = ""
    password: Annotated[SecretStr, Field(description="Password")] = SecretStr("")
    timeout_seconds: Annotated[float, Field(gt=0, le=300, description="Longest wait for an answer")] = 20.0
    connections_most: Annotated[int, Field(ge=1, le=100, description="Connections at once")] = 8
    ca_file: Annotated[
        Path | None, Field(description="Certificates that the server's is checked against; unset = the system's")
    ] = None
    return_address: Annotated[
        str | None,
        Field(pattern=MAIL_ADDRESS, max_length=200, description="Where mails come back to; unset = sender, and unread"),
    ] = None
    return_tag: Annotated[
        Literal["+", "-", "="] | None,
        Field(description="What parts the mailbox's name from a mark of the mail; unset = that server knows no marks"),
    ] = None
    arrival_reports: Annotated[
        bool, Field(description="Whether the other side is asked to report arrival as well: as many mails again")
    ] = False
    returns: Annotated[
        AnyBox | None, Field(description="The mailbox in which they are read, `[provider.returns]` below")
    ] = None

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        """A mailbox needs an address, and an address with a mark has 64 characters before the @ (RFC 5321)."""
        if (self.return_address is None) != (self.returns is None):
            raise ValueError("return_address and [provider.returns] belong together")
        name = (self.return_address or "").partition("@")[0]
        if self.return_tag is not None and len(name) + 1 + MARK_LENGTH > LOCAL_PART_MOST:
            raise ValueError(f"return_address: at most {LOCAL_PART_MOST - 1 - MARK_LENGTH} characters before the @")
        return self


class SmppConfig(ProviderConfig):
    """A short message centre (SMPP 3.4)."""

    kind: Annotated[Literal["smpp"], Field(description="Which kind")]
    host: Annotated[str, Field(min_length=1, description="The centre")]
    system_id: Annotated[str, Field(min_length=1, max_length=15, description="As whom to bind")]
    source: Annotated[str, Field(min_length=1, max_length=20, description="Sender number or name, as agreed")]
    port: Annotated[int, Field(ge=1, le=65535, description="Its port")] = 2775
    password: Annotated[SecretStr, Field(description="Password")] = SecretStr("")
    system_type: Annotated[str, Field(max_length=12, description="As the provider says; mostly unset")] = ""
    tls: Annotated[bool, Field(description="false only inside a protected network")] = True
    window: Annotated[int, Field(ge=1, le=1_000, description="Messages without an answer at once")] = 32
    timeout_seconds: Annotated[float, Field(gt=0, le=29, description="Longest wait for an answer")] = 20.0
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", description="Country of numbers without a code")] = "CN"
    international: Annotated[bool, Field(description="Whether numbers are given with the country code")] = True
    dead_number_errors: Annotated[
        list[str], Field(max_length=50, description="Errors of receipts that mean there is no such number")
    ] = ["001"]


class HttpSmsConfig(ProviderConfig):
    """An SMS provider by HTTP: POST `{reference, to, text}`, answered `{code, id}`."""

    kind: Annotated[Literal["http_sms"], Field(description="Which kind")]
    send_url: Annotated[str, Field(pattern=WEB_ADDRESS, description="Where messages are posted to")]
    key_id: Annotated[str, Field(min_length=1, max_length=100, description="Name of the key, as agreed")]
    secret: Annotated[SecretStr, Field(description="The key")]
    signature: Annotated[Literal["hmac_sha256", "bearer"], Field(description="How requests are signed")] = "hmac_sha256"
    query_url: Annotated[
        str | None, Field(pattern=WEB_ADDRESS, description="Asked with ?reference= what became of one; unset = cannot")
    ] = None
    repeatable: Annotated[bool, Field(description="Whether a reference sent twice is one message there")] = False
    timeout_seconds: Annotated[float, Field(gt=0, le=120, description="Longest wait for an answer")] = 20.0
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", description="Country of numbers without a code")] = "CN"
    accepted: Annotated[list[str], Field(min_length=1, description="Values of code that mean taken")] = ["OK", "0"]
    no_such_number: Annotated[
        list[str], Field(description="Values of code, and errors of receipts, for dead numbers")
    ] = ["NO_SUCH_NUMBER"]


class ChatConfig(ProviderConfig):
    """A chat group by apprise."""

    kind: Annotated[Literal["chat"], Field(description="Which kind")]
    url: Annotated[SecretStr, Field(description="apprise's address of the group: wecombot://, dingtalk://, feishu://")]

    @field_validator("url")
    @classmethod
    def _known(cls, url: SecretStr) -> SecretStr:
        """Apprise knows it."""
        a_group(url)
        return url


class DeskConfig(ProviderConfig):
    """The desk inside: notices stay in the list and are acknowledged there."""

    kind: Annotated[Literal["desk"], Field(description="Which kind")]


AnyProvider = Annotated[
    MailboxConfig | SmtpConfig | SmppConfig | HttpSmsConfig | ChatConfig | DeskConfig, Field(discriminator="kind")
]
KINDS: Final[Mapping[str, type[ProviderConfig]]] = {
    "mailbox": MailboxConfig,
    "smtp": SmtpConfig,
    "smpp": SmppConfig,
    "http_sms": HttpSmsConfig,
    "chat": ChatConfig,
    "desk": DeskConfig,
}
BOXES: Final[Mapping[str, type[BaseModel]]] = {"imap": ImapConfig, "maildir": MaildirConfig}
_ALL: Final[TypeAdapter[list[AnyProvider]]] = TypeAdapter(list[AnyProvider])


class ProvidersError(ValueError):
    """The file of providers cannot be used; the sentences say which provider and why, never a value."""


def read_providers(file: Path) -> Sequence[AnyProvider]:
    """The providers of the file, in its order; raises ProvidersError."""
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ProvidersError(f"the file of providers cannot be read: {type(error).__name__}") from None
    except tomllib.TOMLDecodeError:
        raise ProvidersError("the file of providers is no TOML") from None
    if set(told) != {"provider"} or not told["provider"]:
        raise ProvidersError("the file of providers holds [[provider]] tables and nothing else, one at least")
    try:
        found = _ALL.validate_python(told["provider"])
    except ValidationError as error:
        raise ProvidersError("; ".join(_sentence(fault) for fault in error.errors())) from None
    names = [one.name for one in found]
    if len(set(names)) != len(names):
        raise ProvidersError("two providers have the same name")
    return found


def _sentence(fault: Mapping[str, Any]) -> str:
    number, *path = fault["loc"]
    field = ".".join(str(part) for part in path[1:]) or "kind"
    return f"provider {number + 1}: {field}: {fault['msg']}"
