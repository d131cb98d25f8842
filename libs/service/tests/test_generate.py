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
    """`--check` fails on a changed or missing page, whichever it is, and passes on fresh ones."""
    settings, parameters = tmp_path / "settings.md", tmp_path / "parameters.md"
    chosen = ["--page", str(settings), "--parameters-page", str(parameters)]
    assert main(["--check", *chosen]) == 1
    assert main(chosen) == 0
    assert main(["--check", *chosen]) == 0
    for one in (settings, parameters):
        fresh = one.read_text()
        one.write_text(fresh + "\n")
        assert main(["--check", *chosen]) == 1
        assert str(one) in capsys.readouterr().err
        one.write_text(fresh)
