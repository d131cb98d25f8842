"""The key folder of an installation: where each secret lies, and the one call that makes what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from guiyan.cli.keys import mac
from guiyan.cli.keys.certificates import make_certificate_keys
from guiyan.cli.keys.master import make_master_keys
from guiyan.cli.keys.sessions import make_session_keys
from guiyan.cli.keys.sign_in import make_sign_in_key, publish_sign_in_key, rotate_sign_in_key
from guiyan.cli.keys.tokens import issuer_file, jwks_file, make_issuer
from guiyan.cli.keys.users import make_user, public_key

SERVICES = ("registry", "transfers", "contact", "notifications")
USERS = (*SERVICES, "deploy", "operator", "system")


@dataclass(frozen=True)
class KeyFolder:
    """The secrets under `path`; every `*_file` is what the setting of that name expects."""

    path: Path

    def make_missing(self, townships: Iterable[str] = (), more_users: Iterable[str] = ()) -> None:
        """Makes every secret that is not there yet; what is there stays as it is.

        `townships` are the organisation codes whose systems get an account of their own on the NATS server;
        `more_users` are NATS users beside the usual ones.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for user in (*USERS, *more_users, *(_township(code) for code in townships)):
            if not self.nkey_seed_file(user).exists():
                make_user(self.nkey_seed_file(user))
        mac.make_rings(self.path, SERVICES)
        if not self.master_keys_file().exists():
            make_master_keys(self.master_keys_file())
        if not self.session_keys_file().exists():
            make_session_keys(self.session_keys_file())
        if not self.certificate_keys_file().exists():
            make_certificate_keys(self.certificate_keys_file())
        if not (issuer_file(self.path).exists() and self.jwks_file().exists()):
            make_issuer(self.path)
        if not self.sign_in_keys_file().exists():
            make_sign_in_key(self.sign_in_keys_file())
        publish_sign_in_key(self.sign_in_keys_file(), self.jwks_file())

    def nkey_seed_file(self, user: str) -> Path:
        """The NATS seed of a service, of `deploy`, `operator`, `system`, or of a township (`township-<code>`)."""
        return self.path / "nats" / f"{user}.nk"

    def township_seed_file(self, org_code: str) -> Path:
        """The NATS seed that the system of township `org_code` connects with."""
        return self.nkey_seed_file(_township(org_code))

    def public_key(self, user: str) -> str:
        """The NATS public key of `user`."""
        return public_key(self.nkey_seed_file(user))

    def townships(self) -> tuple[str, ...]:
        """The organisation codes that have a seed here, in order."""
        return tuple(sorted(path.stem.removeprefix("township-") for path in self.path.glob("nats/township-*.nk")))

    def mac_keys_file(self, service: str) -> Path:
        """GUIYAN_MAC_KEYS_FILE of `service`."""
        return mac.ring_file(self.path, service)

    def master_keys_file(self) -> Path:
        """GUIYAN_MASTER_KEYS_FILE, the same for all services: a reader of a sealed event unwraps the same key."""
        return self.path / "master.json"

    def certificate_keys_file(self) -> Path:
        """GUIYAN_CERTIFICATE_KEYS_FILE of transfers, which alone signs the codes of activity certificates."""
        return self.path / "certificates.json"

    def session_keys_file(self) -> Path:
        """GUIYAN_SESSION_KEYS_FILE of the console, which alone opens its sessions."""
        return self.path / "sessions.txt"

    def sign_in_keys_file(self) -> Path:
        """GUIYAN_SIGN_IN_KEYS_FILE of registry, which alone signs the tokens of local accounts."""
        return self.path / "sign-in.json"

    def jwks_file(self) -> Path:
        """GUIYAN_JWKS of an installation that issues its own tokens."""
        return jwks_file(self.path)

    def rotate_mac_key(self, service: str) -> str:
        """A new signing key for `service`, the old ones kept for verification; returns the new key's id."""
        return mac.rotate_mac_key(self.path, service, SERVICES)

    def rotate_sign_in_key(self) -> str:
        """A new key signs sign-ins from now on; returns its id. What the old one signed is believed as before."""
        return rotate_sign_in_key(self.sign_in_keys_file(), self.jwks_file())


def _township(org_code: str) -> str:
    if len(org_code) != len("110000000000") or not (org_code.isascii() and org_code.isdigit()):
        raise ValueError(
            f"An organisation code has 12 digits, this has not: {org_code!r}. Correct the township's code."
        )
    return f"township-{org_code}"
