"""The reference page of the command line is generated, and its check can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from guiyan.cli.reference import PAGE, main, page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_fresh() -> None:
    """What stands in docs/ is what the commands say of themselves."""
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page()


def test_a_stale_page_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` ends with 1 for a page that is missing or old, and with 0 once it is written."""
    chosen = ["--page", str(tmp_path / "page.md")]
    assert main([*chosen, "--check"]) == 1
    assert "stale" in capsys.readouterr().err
    assert main(chosen) == 0
    assert main([*chosen, "--check"]) == 0
