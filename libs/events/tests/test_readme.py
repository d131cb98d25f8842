"""The README is a promise: its code runs as it stands."""

import json
import re
from pathlib import Path

import pytest

from guiyan.events import EVENT_TYPES

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_samples_of_the_readme_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Its blocks, run in order in one namespace, raise nothing, and the last prints the event."""
    space: dict[str, object] = {"__name__": "readme"}
    for block in BLOCKS:
        exec(block, space)  # noqa: S102 - our own page
    assert "MemberLeft" in capsys.readouterr().out
    assert json.loads(str(space["body"], "utf-8"))["type"] == "MemberLeft"  # type: ignore[call-overload] # bytes, as the page makes them


def test_its_links_and_modules_exist() -> None:
    """Every module of its table can be imported and every link leads to a file."""
    root = Path(__file__).parents[1]
    for link in re.findall(r"\]\((\S+)\)", README):
        assert (root / link).exists(), link
    for row in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", README, re.MULTILINE):
        for module in re.findall(r"\w+", row):
            assert any((root / "src/guiyan/events").glob(f"{module}*")), module
    assert len(EVENT_TYPES) > len(BLOCKS)
