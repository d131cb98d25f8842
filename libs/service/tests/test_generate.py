"""The settings page: generated from the declarations, and told when it is stale."""

from pathlib import Path

import pytest

from guiyan.service.generate import main, page
from guiyan.service.settings import Settings


def test_every_setting_is_on_the_page() -> None:
    """Nobody needs to read code to learn what a service can be told."""
    text = page()
    for name in Settings.model_fields:
        assert f"`GUIYAN_{name.upper()}`" in text


def test_a_stale_page_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` fails on a changed or missing page and passes on a fresh one."""
    target = tmp_path / "settings.md"
    assert main(["--check", "--page", str(target)]) == 1
    assert main(["--page", str(target)]) == 0
    assert main(["--check", "--page", str(target)]) == 0
    target.write_text(target.read_text() + "\n")
    assert main(["--check", "--page", str(target)]) == 1
    assert "stale" in capsys.readouterr().err
