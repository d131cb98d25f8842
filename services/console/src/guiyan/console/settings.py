"""What the console is told from outside: where the services are, how people sign in, what seals their sessions."""

from pathlib import Path
from typing import ClassVar, Final, Self

from pydantic import Field, model_validator

from guiyan.service.process_settings import ProcessSettings, ReadableFile

HTTP: Final = r"^https?://[^/\s]+$"
SERVICES: Final = ("registry", "transfers", "contact", "notifications", "audit")


class ConsoleSettings(ProcessSettings):
    """No ledger, no database: the console asks the services with the user's own token."""

    service: ClassVar[str] = "console"
    default_port: ClassVar[int] = 8100

    registry_url: str = Field(default="http://127.0.0.1:8101", description="HTTP address of registry", pattern=HTTP)
    transfers_url: str = Field(default="http://127.0.0.1:8102", description="HTTP address of transfers", pattern=HTTP)
    contact_url: str = Field(default="http://127.0.0.1:8103", description="HTTP address of contact", pattern=HTTP)
    notifications_url: str = Field(
        default="http://127.0.0.1:8104", description="HTTP address of notifications", pattern=HTTP
    )
    audit_url: str = Field(default="http://127.0.0.1:8105", description="HTTP address of audit", pattern=HTTP)
    public_url: str | None = Field(
        default=None,
        description="Address under which people reach the console; only where it is http:// may the session's cookie"
        " go over an unencrypted connection, else it is Secure",
        pattern=HTTP,
        examples=["https://guiyan.example.org"],
    )
    session_keys_file: ReadableFile = Field(
        description="File with the keys that seal the sessions' cookies (Fernet, base64), one a line, the newest first;"
        " the others are still read, so that keys can be changed",
        examples=["data/keys/sessions.txt"],
    )
    session_idle_minutes: float = Field(
        default=15, description="A session in which nothing was done for so long has ended", gt=0, le=60
    )
    session_hours: float = Field(default=10, description="A session ends after so long in any case", gt=0, le=24)
    local_accounts: bool = Field(default=True, description="People may sign in with an account kept by registry")
    oidc_issuer: str | None = Field(
        default=None,
        description="OpenID Connect provider by which people sign in; its access tokens are what the services take"
        " (GUIYAN_JWKS of theirs); unset = none",
        pattern=r"^https?://\S+$",
        examples=["https://id.example.org/realms/guiyan"],
    )
    oidc_client_id: str = Field(default="guiyan-console", description="Name of the console at the provider")
    oidc_client_secret_file: ReadableFile | None = Field(
        default=None, description="File with the console's secret at the provider; unset = a public client (PKCE alone)"
    )
    oidc_scope: str = Field(default="openid", description="What the provider is asked for")
    sample_tokens: Path | None = Field(
        default=None,
        description="Folder with a token for each role: who opens the page chooses one. For a made-up city alone",
        examples=["data/tokens"],
    )
    api_timeout_seconds: float = Field(default=8.0, description="How long a service may take to answer", gt=0, le=60)
    export_timeout_seconds: float = Field(default=120.0, description="How long a file may take", gt=0, le=600)

    upload_limit_bytes: int = Field(
        default=67_108_864,
        description="Largest file that a page may send; registry's own limit counts as well",
        ge=1024,
        le=268_435_456,
    )

    @model_validator(mode="after")
    def _somebody_can_sign_in(self) -> Self:
        """A console that lets nobody in is told at start."""
        if not (self.local_accounts or self.oidc_issuer or self.sample_tokens):
            raise ValueError("nobody could sign in: set GUIYAN_OIDC_ISSUER, or leave GUIYAN_LOCAL_ACCOUNTS on")
        if self.oidc_issuer and not self.public_url:
            raise ValueError("GUIYAN_OIDC_ISSUER needs GUIYAN_PUBLIC_URL, to which the provider sends people back")
        return self

    @property
    def secure(self) -> bool:
        """Whether the session's cookie goes over encrypted connections only."""
        return not (self.public_url or "https:").startswith("http:")

    def url(self, service: str) -> str:
        """Where a service is."""
        return str(getattr(self, f"{service}_url"))
