"""The settings each service gets: from the installation's addresses and keys, nothing else from this process."""

from __future__ import annotations

from guiyan.cli.installation import Installation, console_port, service_ports

MAILBOX = "mailbox"
TOKENS = "tokens"
LOCAL = "127.0.0.1,::1"
"""Where the console asks from: each person who signs in there is limited by the own address (ADR 0036)."""


def console_environment(installation: Installation) -> dict[str, str]:
    """GUIYAN_* for the console of this installation: its services' addresses, and the tokens of the made-up city."""
    return {
        "GUIYAN_SESSION_KEYS_FILE": str(installation.keys.session_keys_file()),
        "GUIYAN_PUBLIC_URL": installation.service_url("console"),
        "GUIYAN_SAMPLE_TOKENS": str(installation.folder / TOKENS),
        "GUIYAN_HOST": installation.host,
        "GUIYAN_PORT": str(console_port()),
        "GUIYAN_LOG_FORMAT": "json",
        **{f"GUIYAN_{name.upper()}_URL": installation.service_url(name) for name in service_ports()},
    }


def environment_of(service: str, installation: Installation, *, clock: str) -> dict[str, str]:
    """GUIYAN_* for one service of this installation; `clock` is `manual` or `system`."""
    keys = installation.keys
    settings = {
        "GUIYAN_NATS_URL": installation.nats_url,
        "GUIYAN_NATS_NKEY_SEED_FILE": str(keys.nkey_seed_file(service)),
        "GUIYAN_MONGO_URL": installation.mongo_url,
        "GUIYAN_MONGO_DATABASE": f"guiyan_{service}",
        "GUIYAN_MAC_KEYS_FILE": str(keys.mac_keys_file(service)),
        "GUIYAN_MASTER_KEYS_FILE": str(keys.master_keys_file()),
        "GUIYAN_JWKS": str(keys.jwks_file()),
        "GUIYAN_CLOCK": clock,
        "GUIYAN_HOST": installation.host,
        "GUIYAN_PORT": str(service_ports()[service]),
        "GUIYAN_LOG_FORMAT": "json",
    }
    if installation.monitor_url:
        settings["GUIYAN_NATS_MONITOR_URL"] = installation.monitor_url
    if service == "registry":
        settings |= {"GUIYAN_SIGN_IN_KEYS_FILE": str(keys.sign_in_keys_file())}
        settings |= {"GUIYAN_TRUSTED_PROXIES": LOCAL}
    if service == "transfers":
        settings |= {"GUIYAN_CERTIFICATE_KEYS_FILE": str(keys.certificate_keys_file())}
    if service == "notifications":
        settings |= {"GUIYAN_CHANNEL": "mailbox", "GUIYAN_MAILBOX": str(installation.folder / MAILBOX)}
    return settings
