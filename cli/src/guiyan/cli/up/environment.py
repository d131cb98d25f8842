"""The settings each service gets: from the installation's addresses and keys, nothing else from this process."""

from __future__ import annotations

from guiyan.cli.installation import Installation, service_ports

MAILBOX = "mailbox"


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
    if service == "transfers":
        settings |= {"GUIYAN_CERTIFICATE_KEYS_FILE": str(keys.certificate_keys_file())}
    if service == "notifications":
        settings |= {"GUIYAN_CHANNEL": "mailbox", "GUIYAN_MAILBOX": str(installation.folder / MAILBOX)}
    return settings
