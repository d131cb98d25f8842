"""Time-based one-time passwords (RFC 6238, 6 digits, 30 seconds, SHA-1 as every app has it), and recovery codes."""

from __future__ import annotations

import base64
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS: Final = 6
STEP_SECONDS: Final = 30
DRIFT_STEPS: Final = 1
"""How many steps the device's clock may be off, either way (RFC 6238 §5.2)."""
SECRET_BYTES: Final = 20
ISSUER: Final = "归雁 Guiyan"


def secret_text(raw: bytes) -> str:
    """A secret as apps take it: base32 without padding."""
    return base64.b32encode(raw).decode().rstrip("=")


def address(secret: str, name: str) -> str:
    """The `otpauth://` address that a QR code shows to an app."""
    return _totp(secret).get_provisioning_uri(name, ISSUER)


def code_at(secret: str, seconds: float) -> str:
    """The code of a moment (Unix time)."""
    return _totp(secret).generate(int(seconds)).decode()


def find_step(secret: str, code: str, seconds: float) -> int | None:
    """Which step a code is of, among those near a moment; None when it is of none of them."""
    digits = "".join(code.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    now, totp = int(seconds) // STEP_SECONDS, _totp(secret)
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        try:
            totp.verify(digits.encode(), step * STEP_SECONDS)
        except InvalidToken:
            continue
        return step
    return None


def recovery_text(raw: bytes) -> str:
    """A recovery code as it is written down: four groups of four."""
    text = base64.b32encode(raw).decode()[:16].lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def recovery_key(code: str) -> str:
    """What counts of a recovery code however it is typed."""
    return "".join(sign for sign in code.casefold() if sign.isalnum())


def _totp(secret: str) -> TOTP:
    padded = secret + "=" * (-len(secret) % 8)
    return TOTP(base64.b32decode(padded), DIGITS, SHA1(), STEP_SECONDS, enforce_key_length=False)  # noqa: S303 - RFC 6238
