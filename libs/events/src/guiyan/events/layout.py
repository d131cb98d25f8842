"""Where the generated files of this package lie in a checkout of the repository, and how they are written."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGE_FOLDER = "libs/events"
"""The folder of this package inside the repository."""


@dataclass(frozen=True)
class Layout:
    """The folders of the package, seen from its root (`libs/events` in a checkout)."""

    root: Path

    @property
    def schemas(self) -> Path:
        """Where the JSON Schemas are: inside the package, so that they are installed with it."""
        return self.root / "src/guiyan/events/schemas"

    @property
    def samples(self) -> Path:
        """Where the golden samples are."""
        return self.root / "samples"

    @property
    def catalogue(self) -> Path:
        """Where the reference page is."""
        return self.root.parent.parent / "docs/reference/events.md"


def find_layout() -> Layout:
    """Find the checkout this module is run from.

    Raises:
        FileNotFoundError: the package is installed elsewhere, without its samples.
    """
    root = Path(__file__).resolve().parents[3]
    if not (root / "pyproject.toml").is_file():
        raise FileNotFoundError(f"{root} is no checkout of {PACKAGE_FOLDER}: run this from the repository")
    return Layout(root)


def to_text(value: Any) -> str:
    """Write a value as the files do: indented, Chinese readable, one newline at the end."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
