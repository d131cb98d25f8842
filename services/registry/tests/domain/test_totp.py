"""Time-based codes as RFC 6238 has them, and recovery codes as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.registry.domain.totp import (
    STEP_SECONDS,
    address,
    code_at,
    find_step,
    recovery_key,
    recovery_text,
    secret_text,
)

SECRET = secret_text(b"12345678901234567890")


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_the_rfc(seconds: int, code: str) -> None:
    """Appendix B of RFC 6238 (SHA-1), cut to six digits."""
    assert code_at(SECRET, seconds) == code
    assert find_step(SECRET, code, seconds) == seconds // STEP_SECONDS


@given(st.integers(10**9, 3 * 10**9), st.integers(-3, 3))
def test_a_clock_may_be_off_by_one_step(seconds: int, off: int) -> None:
    """One step either way is taken, more is not; which step it was is told, so that it is taken once."""
    code = code_at(SECRET, seconds + off * STEP_SECONDS)
    near = {code_at(SECRET, seconds + step * STEP_SECONDS) for step in (-1, 0, 1)}
    found = find_step(SECRET, f"{code[:3]} {code[3:]}", seconds)
    assert (found is not None) == (code in near)
    if abs(off) <= 1 and len(near) == 3:
        assert found == seconds // STEP_SECONDS + off


@pytest.mark.parametrize("text", ["", "12345", "1234567", "abcdef", "１２３４５６", "٣٤٥٦٧٨"])
def test_what_is_no_code(text: str) -> None:
    """Six ASCII digits, blanks aside; nothing else is one, and nothing breaks."""
    assert find_step(SECRET, text, 59) is None


@given(st.binary(min_size=10, max_size=10))
def test_recovery_codes_however_they_are_typed(raw: bytes) -> None:
    """Capitals, blanks and missing hyphens do not matter."""
    text = recovery_text(raw)
    assert recovery_key(text) == recovery_key(text.upper().replace("-", " ")) == text.replace("-", "")
    assert len(recovery_key(text)) == 16


def test_an_app_is_told_who_and_where() -> None:
    """The address names issuer, account and secret."""
    assert address(SECRET, "zhang.shili").startswith("otpauth://totp/")
    assert f"secret={SECRET}" in address(SECRET, "zhang.shili")
