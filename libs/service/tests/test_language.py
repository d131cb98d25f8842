"""Language: Accept-Language decides, Chinese when it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.service.language import negotiate


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.8", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("fr, en;q=0.2", "en"),
        ("en;q=0.3, zh-Hans;q=0.9", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("*", "zh-CN"),
    ],
)
def test_the_best_known_language_wins(header: str | None, language: str) -> None:
    """The known language of the highest quality is taken (RFC 9110 §12.5.4)."""
    assert negotiate(header) == language


@given(st.text())
def test_any_header_gives_a_language(header: str) -> None:
    """Nonsense in the header is no error."""
    assert negotiate(header) in {"zh-CN", "en"}
