"""Bearer tokens of an installation that has no identity provider of its own: an Ed25519 issuer key and its JWKS."""

import time
import uuid
import warnings
from collections.abc import Sequence
from pathlib import Path

from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey

from guiyan.cli.keys.files import read_json, write_secret_json

ISSUER = "guiyan"


def issuer_file(folder: Path) -> Path:
    """The issuer's private key (JWK)."""
    return folder / "issuer.json"


def jwks_file(folder: Path) -> Path:
    """The public keys a service checks tokens with; GUIYAN_JWKS names this file."""
    return folder / "jwks.json"


def make_issuer(folder: Path) -> None:
    """Makes the issuer's key and the JWKS file; raises FileExistsError when they are there."""
    key = OKPKey.generate_key("Ed25519", {"kid": f"issuer-{uuid.uuid4().hex[:8]}", "use": "sig", "alg": "EdDSA"})
    write_secret_json(issuer_file(folder), key.as_dict(private=True))
    write_secret_json(jwks_file(folder), {"keys": [key.as_dict(private=False)]})


def issue_token(folder: Path, sub: str, roles: Sequence[str], org: str, ttl_seconds: int = 3600) -> str:
    """A signed token for `sub` with `roles` in organisation `org` (12-digit code), valid for `ttl_seconds`.

    `folder` is the installation's key folder. Raises FileNotFoundError where no issuer key was made: such an
    installation takes its tokens from an identity provider.
    """
    key = OKPKey.import_key(read_json(issuer_file(folder)))
    now = int(time.time())
    claims = {
        "iss": ISSUER, "sub": sub, "roles": list(roles), "org": org,
        "iat": now, "nbf": now, "exp": now + ttl_seconds, "jti": uuid.uuid4().hex,
    }  # fmt: skip
    header = {"alg": "EdDSA", "kid": key.kid, "typ": "JWT"}
    with warnings.catch_warnings():
        # RFC 9864 renames EdDSA to Ed25519; the contract names EdDSA, which every identity provider knows.
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.encode(header, claims, key, algorithms=["EdDSA"])
