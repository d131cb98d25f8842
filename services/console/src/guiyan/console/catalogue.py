"""Which texts are not translated yet: `python -m guiyan.console.catalogue [--add NAME]`.

Without an option it lists them, and exits with 1 when there are any; with `--add` they are put into
`locale/en/NAME.po`, where the English is then written. Each screen has a file of its own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.extract import extract_from_file
from babel.messages.pofile import escape

from guiyan.console.i18n import LOCALE, english

PACKAGE: Final = Path(__file__).parent
KEYWORDS: Final = {"mark": None, "_": None, "gettext": None}
JINJA: Final = "jinja2.ext:babel_extract"
OPTIONS: Final = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


def texts() -> dict[str, str]:
    """Every text of templates and modules, with the file where it comes first."""
    found: dict[str, str] = {}
    for method, pattern in ((JINJA, "templates/**/*.html"), ("python", "**/*.py")):
        for file in sorted(PACKAGE.glob(pattern)):
            for text in _extract(method, file):
                found.setdefault(text, str(file.relative_to(PACKAGE)))
    return found


def _extract(method: str, file: Path) -> Iterator[str]:
    options = OPTIONS if method == JINJA else {}
    for _, text, *_ in extract_from_file(method, file, keywords=KEYWORDS, options=dict(options)):
        yield text if isinstance(text, str) else text[0]


def missing() -> dict[str, str]:
    """Those without an English text."""
    known = english()
    return {text: file for text, file in texts().items() if not known.get(text)}


def add(name: str, wanted: dict[str, str]) -> None:
    """Put texts into a catalogue, to be written there."""
    file = LOCALE / "en" / f"{name}.po"
    if not file.exists():
        file.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n', encoding="utf-8")
    with file.open("a", encoding="utf-8") as out:
        for text in wanted:
            out.write(f'\nmsgid {escape(text)}\nmsgstr ""\n')


def main(arguments: list[str] | None = None) -> int:
    """List what is missing, or add it to a catalogue; 1 when something is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--add", metavar="NAME")
    chosen = parser.parse_args(arguments)
    wanted = missing()
    if chosen.add:
        add(chosen.add, wanted)
    for text, file in wanted.items():
        print(f"{file}: {text}")
    return 1 if wanted and not chosen.add else 0


if __name__ == "__main__":
    sys.exit(main())
