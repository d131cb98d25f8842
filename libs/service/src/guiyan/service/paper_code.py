"""Codes on paper that anybody checks offline: a compact JWS (RFC 7515) signed with Ed25519, beside public keys (JWKS).

The office that issued a paper signs what stands in its code; whoever reads the code needs the office's public keys and
no network. A code tells a number, who issued it and days: nothing about a person, and nothing that means more than that
a paper of this number was issued (ADR 0024). Whether it is valid still is the issuer's to tell.

Errors: KeysUnusable   a key file cannot be used (at start)
        BadCode        a code is not to be believed: UNREADABLE, UNKNOWN_KEY or TAMPERED
"""

import json
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError, SecurityWarning
from joserfc.jwk import OKPKey

from guiyan.ledger.mac import KeysUnusable, read_key_file
from guiyan.service.signing_key import ed25519, load_signing_key

ALGORITHM: Final = "EdDSA"
TYPE: Final = "gy-paper"
MAX_CODE_CHARS: Final = 2_048
_COMPACT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}")
"""Header, facts, and the 64 bytes of a whole signature."""
_PUBLIC: Final = ("kty", "crv", "x", "kid", "use", "alg")


class Verdict(StrEnum):
    """What a reader of a code is told."""

    VALID = "VALID"
    CHECK_OVERDUE = "CHECK_OVERDUE"
    NOT_YET_ISSUED = "NOT_YET_ISSUED"
    UNREADABLE = "UNREADABLE"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    TAMPERED = "TAMPERED"


class BadCode(Exception):  # noqa: N818 - named for what happened
    """A code is not to be believed; `verdict` tells why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class CertificateCode:
    """What stands in the code of an activity certificate, and all that does."""

    number: str
    issuer: str
    issued_on: date
    check_due_on: date
    certificate_id: str

    def verdict(self, on: date) -> Verdict:
        """Whether it was issued by a day, and the yearly check that stands on the paper was not due before it."""
        if on < self.issued_on:
            return Verdict.NOT_YET_ISSUED
        return Verdict.CHECK_OVERDUE if on > self.check_due_on else Verdict.VALID

    def claims(self) -> dict[str, str]:
        """As it is signed: short names, so that the code stays small."""
        days = {"on": self.issued_on.isoformat(), "chk": self.check_due_on.isoformat()}
        return {"no": self.number, "by": self.issuer, **days, "id": self.certificate_id}

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> Self:
        """From what was signed; raises BadCode where that is something else."""
        try:
            issued_on, check_due_on = date.fromisoformat(claims["on"]), date.fromisoformat(claims["chk"])
            return cls(str(claims["no"]), str(claims["by"]), issued_on, check_due_on, str(claims["id"]))
        except (KeyError, TypeError, ValueError):
            raise BadCode(Verdict.UNREADABLE) from None


class PublicKeys:
    """The keys that codes are checked with, by their ids."""

    def __init__(self, keys: Sequence[OKPKey]) -> None:
        self._keys = {key.kid or "": key for key in keys}

    @classmethod
    def of(cls, document: Any) -> Self:
        """From a JWK Set, as the office publishes it. Raises KeysUnusable."""
        try:
            return cls([ed25519(_public(one)) for one in document["keys"]])
        except (KeyError, TypeError, ValueError, JoseError):
            raise KeysUnusable("expected a JWK Set with Ed25519 keys: {'keys': [{'kty': 'OKP', 'kid': …}]}") from None

    @classmethod
    def load(cls, path: Path) -> Self:
        """From a file. Raises KeysUnusable."""
        try:
            return cls.of(read_key_file(path))
        except KeysUnusable as error:
            raise KeysUnusable(f"{path}: {error}") from None

    def read(self, text: str) -> CertificateCode:
        """What a scanned code says. Raises BadCode."""
        code = text.strip()
        if len(code) > MAX_CODE_CHARS or not _COMPACT.fullmatch(code):
            raise BadCode(Verdict.UNREADABLE)
        try:
            header = jws.extract_compact(code.encode()).headers()
        except (JoseError, ValueError, TypeError, KeyError):
            raise BadCode(Verdict.UNREADABLE) from None
        if header.get("alg") != ALGORITHM or header.get("typ") != TYPE:
            raise BadCode(Verdict.UNREADABLE)
        key = self._keys.get(str(header.get("kid")))
        if key is None:
            raise BadCode(Verdict.UNKNOWN_KEY)
        return CertificateCode.of(self._verified(code, key))

    def _verified(self, code: str, key: OKPKey) -> Mapping[str, Any]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SecurityWarning)  # EdDSA by its name of before RFC 9864
                payload = json.loads(jws.deserialize_compact(code, key, algorithms=[ALGORITHM]).payload)
        except BadSignatureError:
            raise BadCode(Verdict.TAMPERED) from None
        except (JoseError, ValueError):
            raise BadCode(Verdict.UNREADABLE) from None
        if not isinstance(payload, dict):
            raise BadCode(Verdict.UNREADABLE)
        return payload


class SigningKeys:
    """The key that signs now, and the public part of all that ever did: what was signed before stays checkable."""

    def __init__(self, current: OKPKey, published: Sequence[Mapping[str, Any]]) -> None:
        self._current = current
        self._published = [_public(one) for one in published]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read GUIYAN_CERTIFICATE_KEYS_FILE: `{"current": kid, "keys": [JWK, …]}`; the current one is private.

        Raises KeysUnusable.
        """
        return cls(*load_signing_key(path))

    @property
    def key_id(self) -> str:
        """The id of the key that signs now."""
        return self._current.kid or ""

    @property
    def jwks(self) -> dict[str, Any]:
        """The public keys, for whoever checks: no private part is ever among them."""
        return {"keys": self._published}

    @property
    def public(self) -> PublicKeys:
        """The same, to check with."""
        return PublicKeys.of(self.jwks)

    def sign(self, code: CertificateCode) -> str:
        """The text of the code; the same facts are the same text."""
        header = {"alg": ALGORITHM, "kid": self.key_id, "typ": TYPE}
        payload = json.dumps(code.claims(), separators=(",", ":"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)
            return jws.serialize_compact(header, payload, self._current, algorithms=[ALGORITHM])


def _public(key: Mapping[str, Any]) -> dict[str, Any]:
    return {name: key[name] for name in _PUBLIC if name in key}
