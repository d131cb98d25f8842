"""Printed forms: text is text, the same bytes each time, one font, bounded memory (ADR 0016)."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from guiyan.service.printing import Form, pdf_answer, qr_code, unprintable

AT = datetime(2026, 7, 1, 1, 2, 3, tzinfo=UTC)
TEMPLATE = """
#import "@guiyan/office:0.1.0": *
#show: office.with(title: "示例表")
#heading-line("示例表", organisation: data.organisation)
#table(columns: (2cm, 1fr), asked[姓名], answered(data.name))
#if "qr" in data { code(data.qr) }
"""
MARKUP = '#import "x.typ" *粗* _斜_ $x^2$ <标签> @参照 `码` \\u{41} #panic() // 注 /* 注 */ = 题'


@pytest.fixture
def form(tmp_path: Path) -> Form:
    """A small form."""
    template = tmp_path / "form.typ"
    template.write_text(TEMPLATE, encoding="utf-8")
    return Form(template)


def text_of(pdf: bytes) -> str:
    """The text of a PDF's pages as somebody would copy it, without the spaces that stand for places of breaks."""
    found = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "".join(sign for sign in found if not sign.isspace() and sign != "\u200b")


def test_the_same_data_and_moment_give_the_same_bytes(form: Form) -> None:
    """Another name between them, another compiler, nothing of it changes a byte; another moment does."""
    data = {"organisation": "示例党委", "name": "李示例"}
    first = form.pdf(data, made_at=AT)
    form.pdf({**data, "name": "张示例"}, made_at=AT)
    assert form.pdf(data, made_at=AT) == first
    assert Form(form._template).pdf(data, made_at=AT) == first
    assert form.pdf(data, made_at=AT.replace(minute=9)) != first


def test_what_was_told_is_never_read_as_markup(form: Form) -> None:
    """Every sign of the template's language stands on the paper as it was told."""
    pdf = form.pdf({"organisation": None, "name": MARKUP}, made_at=AT)
    assert "".join(MARKUP.split()) in text_of(pdf)


def test_the_documents_own_data_tell_nothing_of_a_person(form: Form) -> None:
    """The title of the form, the moment, the program; no name anywhere in clear outside the pages."""
    pdf = form.pdf({"organisation": "示例党委", "name": "李示例"}, made_at=AT)
    told = dict(PdfReader(io.BytesIO(pdf)).metadata or {})
    assert told["/CreationDate"] == "D:20260701010203Z"
    assert set(told) == {"/Title", "/Creator", "/CreationDate", "/ModDate"}
    assert (told["/Title"], told["/Creator"].split()[0]) == ("示例表", "Typst")


def test_rare_signs_are_set_and_missing_ones_are_told(form: Form) -> None:
    """𠮷, 㐂 and the dot of a name have pictures; what has none is named, and is missing from the text of the PDF."""
    name = "阿卜杜热合曼·买买提𠮷㐂"
    assert unprintable([name, None, "a\n b"]) == frozenset()
    assert name in text_of(form.pdf({"organisation": None, "name": name}, made_at=AT))
    assert unprintable(["李𪚥"]) == {"𪚥"}
    assert "𪚥" not in text_of(form.pdf({"organisation": None, "name": "李𪚥"}, made_at=AT))


def test_only_the_packages_font_is_used(form: Form) -> None:
    """Every font inside the PDF is the one that is locked, embedded as a part, whatever the machine has."""
    page = PdfReader(io.BytesIO(form.pdf({"organisation": "A", "name": "李 ε ☎"}, made_at=AT))).pages[0]
    fonts = [one.get_object() for one in page["/Resources"]["/Font"].values()]  # type: ignore[index] # a page of ours has fonts
    assert fonts
    assert {str(one["/BaseFont"]).partition("+")[2] for one in fonts} == {"NotoSansCJKsc-Thin"}


def test_a_code_is_read_back_from_the_page(form: Form) -> None:
    """What a scanner reads on paper is the text that went in."""
    data = {"organisation": None, "name": None, "qr": qr_code("0190a5d0-0000-7000-8000-000000000001")}
    (page,) = form.pages(data, made_at=AT, ppi=150)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    assert found.text == "0190a5d0-0000-7000-8000-000000000001"


def test_a_template_reads_nothing_outside_its_folder(tmp_path: Path) -> None:
    """Were a template to name another file, it would not get it."""
    (tmp_path / "secret.txt").write_text("x")
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "form.typ").write_text('#read("../secret.txt")')
    with pytest.raises(RuntimeError):
        Form(folder / "form.typ").pdf({}, made_at=AT)


def test_an_answer_is_not_kept_on_the_way() -> None:
    """A file with a plain name, and no copy in a cache."""
    answer = pdf_answer(b"%PDF", "card", {"Guiyan-Sequence": "7"})
    assert answer.headers["content-disposition"] == 'attachment; filename="card.pdf"'
    assert (answer.headers["cache-control"], answer.headers["guiyan-sequence"]) == ("no-store", "7")
    assert answer.media_type == "application/pdf"


def test_many_prints_take_no_more_memory(form: Form) -> None:
    """1,500 prints after the first 300: the process grows by less than 24 MB."""
    code = (
        "import resource, sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from guiyan.service.printing import Form\n"
        "form, at = Form(Path(sys.argv[1])), datetime(2026, 7, 1, tzinfo=UTC)\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "def print_(n): form.pdf({'organisation': '示例', 'name': f'李{n}' + chr(0x4e00 + n)}, made_at=at)\n"
        "[print_(n) for n in range(300)]; before = peak()\n"
        "[print_(n) for n in range(300, 1800)]; print(peak() - before)\n"
    )
    done = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-c", code, str(form._template)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 24 * 1024
