"""Printed forms: a typst template filled with data gives a PDF, the same bytes for the same data and moment (ADR 0016).

CARD = Form(Path(__file__).parent / "card.typ")
pdf = await CARD.print({"cards": [{"name": "李示例"}]}, made_at=clock.now())

The data travels as one JSON document and is set as text; nothing of it is ever read as markup. A template may read the
files of its own folder and import `@guiyan/office:0.1.0`, which holds what all forms share. The one font is the
package's (Noto Sans CJK): what a machine has installed changes nothing.
"""

import json
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, cast

import segno
import typst
from fontTools.ttLib import TTFont
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

PDF_TYPE: Final = "application/pdf"
PACKAGES: Final = Path(__file__).parent / "typst"
_FACE: Final = 2
"""The place of Noto Sans CJK SC, the letters of the mainland, in the font's collection."""
_KEPT_COMPILATIONS: Final = 10
"""For how many compilations typst keeps what it has set: memory that grows, and personal text that stays."""
_FORGETTING: Final = threading.Lock()
_NO_GLYPH_NEEDED: Final = frozenset("\n\r\t")


class Form:
    """A form that can be printed: its template, compiled as often as it is filled.

    One is made once, at import, and costs nothing until its first print. Prints of one form wait for one another.
    """

    def __init__(self, template: Path, *, tagged: bool = True) -> None:
        """`tagged`: the file tells programs that read aloud what is a heading and what a cell; ten times as large."""
        self._template = template
        self._tagged = tagged
        self._compiler: typst.Compiler | None = None
        self._turn = threading.Lock()

    def pdf(self, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
        """The filled form as PDF; `made_at` is the moment of printing, told in the document's own data.

        Raises typst.TypstError when template and data do not fit: a fault of the program.
        """
        return cast("bytes", self._compile("pdf", data, made_at))

    def pages(self, data: Mapping[str, Any], *, made_at: datetime, ppi: float = 144) -> list[bytes]:
        """The same as pictures (PNG), one a page: what a test looks at."""
        found = self._compile("png", data, made_at, ppi=ppi)
        return [found] if isinstance(found, bytes) else found

    async def print(self, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
        """The PDF, made beside the event loop."""
        return await run_in_threadpool(self.pdf, data, made_at=made_at)

    def _compile(self, kind: Any, data: Mapping[str, Any], made_at: datetime, **more: Any) -> bytes | list[bytes]:
        filled = {"data": json.dumps(data, ensure_ascii=False)}
        with self._turn:
            if self._compiler is None:
                self._compiler = _compiler_of(self._template)
            try:
                made = self._compiler.compile(
                    format=kind, sys_inputs=filled, timestamp=int(made_at.timestamp()), pdf_tags=self._tagged, **more
                )
            finally:
                _forget()
        assert made is not None  # noqa: S101 - without an output file the bytes are given
        return made


def _compiler_of(template: Path) -> typst.Compiler:
    return typst.Compiler(
        str(template),
        root=template.parent,
        font_paths=_fonts(),
        package_path=PACKAGES,
        package_cache_path=PACKAGES,
    )


def _forget() -> None:
    """Let go of what was kept of this print: measured, memory stays where it was after the first (ADR 0016)."""
    with _FORGETTING:
        for _ in range(_KEPT_COMPILATIONS):
            _nothing().compile(format="svg")


@cache
def _nothing() -> typst.Compiler:
    return _compiler_of(PACKAGES / "nothing.typ")


def qr_code(text: str) -> str:
    """A QR code as SVG for a form's data: error correction M, with its quiet zone."""
    return segno.make(text, error="m", micro=False).svg_inline(border=4)


def unprintable(texts: Iterable[str | None]) -> frozenset[str]:
    """The signs that the font has no picture of: an empty box would stand for them on paper."""
    signs = {sign for text in texts if text for sign in text} - _NO_GLYPH_NEEDED
    return frozenset(sign for sign in signs if ord(sign) not in _covered())


def pdf_answer(content: bytes, name: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer of a door that prints: `name` becomes the file's name, and no copy is to be kept on the way."""
    told = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(content, headers={**told, **(headers or {})}, media_type=PDF_TYPE)


def _font_file() -> Path:
    return Path(str(files("manimgx_fonts_cjk"))) / "NotoSansCJK-VF.otf.ttc"


@cache
def _fonts() -> typst.Fonts:
    folder = str(_font_file().parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


@cache
def _covered() -> frozenset[int]:
    """The code points that the font has a glyph for."""
    with TTFont(_font_file(), fontNumber=_FACE, lazy=True) as font:
        return frozenset(font.getBestCmap())
