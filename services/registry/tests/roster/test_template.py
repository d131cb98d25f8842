"""The template comes from the schema: what it asks for is what is read, and the help says the same (Tendenci #916)."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from guiyan.events.codes import FlowReason, MobileMemberKind
from guiyan.registry.roster import Roster, RosterRow, codes, write_template
from guiyan.registry.roster.headers import SYNONYMS, forbidden_kind
from guiyan.registry.roster.reference import PAGE, page
from guiyan.registry.roster.schema import FIELDS, TEMPLATE, Kind, template_title
from guiyan.registry.roster.template import EXAMPLE_SHEET, HELP_SHEET, WORDS_SHEET, help_of
from guiyan.registry.roster.testing import BRANCH, id_number

HEAD = 3


@pytest.fixture
def template() -> Any:
    """The template as openpyxl reads it."""
    buffer = io.BytesIO()
    write_template(buffer, ["样例街道第一党支部", "中共示范镇村党支部"])
    return openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))


def saved(book: Any) -> bytes:
    """The workbook's bytes."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_template_is_read_by_the_reader(opened: Callable[..., Roster], template: Any) -> None:
    """Every column of the template is read, none of a forbidden kind is in it, and an empty one has no rows."""
    roster = opened(saved(template))
    assert [column.field for column in roster.header.columns] == [field.name for field in TEMPLATE]
    assert not roster.header.unread
    assert not roster.header.dropped
    assert list(roster) == []


def test_filled_with_made_up_people_it_imports_without_a_fault(opened: Callable[..., Roster], template: Any) -> None:
    """A hundred people, each word of each list chosen at least once: no fault and no remark."""
    sheet, people = template.worksheets[0], 100
    for number in range(people):
        for place, field in enumerate(TEMPLATE, 1):
            cell = sheet.cell(HEAD + 1 + number, place)
            cell.value = _told(field.name, number)
    rows = list(opened(saved(template)))
    assert [type(row) for row in rows] == [RosterRow] * people
    assert {one.code for row in rows for one in row.warnings} <= {"mobile_unassigned"}
    assert {row.branch_code for row in rows} == {BRANCH}


def _told(name: str, number: int) -> Any:
    field = next(one for one in FIELDS if one.name == name)
    own = {
        "name": f"甄样例{number}", "id_no": id_number(sequence=f"{number:02d}{1 + number % 2 * 8}"), "sex": "男",
        "category": "正式党员", "is_lost": "否", "lost_since": None,
    }  # fmt: skip
    if name in own:
        return own[name]
    if field.choices:
        return field.choices[number % len(field.choices)]
    return date.fromisoformat(field.example) if field.kind is Kind.DATE and field.example else field.example


def test_the_example_is_a_sound_row_of_nobody(opened: Callable[..., Roster], template: Any) -> None:
    """The second sheet, read as a roster, is one accepted person of the province that does not exist."""
    del template["花名册"]
    assert template.worksheets[0].title == EXAMPLE_SHEET
    (row,) = opened(saved(template))
    assert isinstance(row, RosterRow)
    assert row.made_up
    assert {one.code for one in row.warnings} <= {"mobile_unassigned"}


def test_required_columns_are_marked_and_the_others_are_not(template: Any) -> None:
    """With a star and in red."""
    head = template.worksheets[0][HEAD]
    assert [cell.value for cell in head] == [template_title(field) for field in TEMPLATE]
    assert {field.name for field in TEMPLATE if field.required} == {"name", "id_no", "branch", "category"}
    for cell, field in zip(head, TEMPLATE, strict=True):
        assert (cell.font.color is not None and cell.font.color.rgb == "FFC00000") is field.required


def test_what_is_required_is_what_a_row_fails_without(opened: Callable[..., Roster], template: Any) -> None:
    """The star says what the reader says: each required cell left empty is a fault, any other is none."""
    sheet = template.worksheets[0]
    for line, left_out in enumerate([None, *TEMPLATE], HEAD + 1):
        for place, field in enumerate(TEMPLATE, 1):
            sheet.cell(line, place).value = None if field is left_out else _told(field.name, line)
    rows = list(opened(saved(template)))
    required = [False, *(field.required for field in TEMPLATE)]
    assert [not isinstance(row, RosterRow) for row in rows] == required


def test_lists_to_pick_from_are_there(template: Any) -> None:
    """Each coded column has a drop-down that points to its words; the office's own branches are one of them."""
    sheet, words = template.worksheets[0], template[WORDS_SHEET]
    lists = {next(iter(one.sqref.ranges)).min_col: one.formula1 for one in sheet.data_validations.dataValidation}
    for place, field in enumerate(TEMPLATE, 1):
        if not field.choices and field.name != "branch":
            assert place not in lists
            continue
        area = lists[place].rpartition("!")[2].replace("$", "")
        found = [cell.value for (cell,) in words[area]]
        assert found == list(field.choices or ["样例街道第一党支部", "中共示范镇村党支部"])


def test_numbers_are_text_in_the_template(template: Any) -> None:
    """ID and phone columns have the text format: Excel rounds nothing off."""
    sheet = template.worksheets[0]
    columns = list(sheet.column_dimensions.values())
    for place, field in enumerate(TEMPLATE, 1):
        (form,) = [one.number_format for one in columns if one.min <= place <= one.max]
        assert (form == "@") is (field.kind in {Kind.ID_NUMBER, Kind.PHONE})


def test_help_template_and_reference_agree_with_the_schema(template: Any) -> None:
    """Comment, help sheet and the reference page say of each column what the schema says (Tendenci #916)."""
    lines = list(template[HELP_SHEET].iter_rows(min_row=2, values_only=True))
    assert [tuple(cell or "" for cell in line) for line in lines] == [help_of(field) for field in TEMPLATE]
    comments = [cell.comment.text for cell in template.worksheets[0][HEAD]]
    assert comments == [field.help_zh for field in TEMPLATE]
    assert (Path(__file__).parents[4] / PAGE).read_text() == page(), "python -m guiyan.registry.roster.reference"


def test_the_schema_asks_for_nothing_forbidden() -> None:
    """No field, no synonym and no title is of a kind that is never collected."""
    assert not [word for field in FIELDS for word in field.words if forbidden_kind(word)]
    assert set(SYNONYMS) == {field.name for field in FIELDS}


def test_every_word_to_pick_is_understood_as_its_code() -> None:
    """The words of the lists stand for the codes of domain.md section 7 and the standards."""
    assert {codes.reason_code(word) for word in codes.words(codes.REASON_WORDS)} == {one.value for one in FlowReason}
    assert {codes.MEMBER_KIND[word] for word in codes.words(codes.MEMBER_KIND_WORDS)} == {
        one.value for one in MobileMemberKind
    }
    assert [codes.degree_code(word) for word in ("工学学士", "理学博士学位", "名誉博士", "401", "无")] == [
        "4", "2", "1", "401", None,
    ]  # fmt: skip
