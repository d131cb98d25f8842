"""What a ledger is: columns and filters as data over a service's list, which tells headings and words of codes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from string import Formatter
from typing import Any, Final

from guiyan.console.books import Books
from guiyan.console.i18n import Words, mark
from guiyan.console.lists import ListColumn, ListInfo, labels_of
from guiyan.console.screens import EVERYBODY
from guiyan.console.web.visitor import Visitor
from guiyan.service.auth import Role
from guiyan.service.conditions import UNDER

Asked = tuple[tuple[str, str], ...]


class Shown(StrEnum):
    """How a value is set, where its kind does not say so."""

    PLAIN = ""
    NUMBER = "number"
    DAYS_LEFT = "days-left"
    STATE = "state"
    GAP = "gap"
    """Must not be missing: nothing there, or a "yes" that something is missing, is marked."""
    NOUGHT = "nought"
    """A number that is nought where all is well; any other is marked."""


@dataclass(frozen=True, slots=True)
class Col:
    """A column on the screen: a field of the service's list.

    `title` (marked for the catalogue) is set only where the service's own heading would not do on a screen; `book`
    where the service does not say by which book its codes are told (`area`). `link` is where a number leads: exactly
    the list that it counts, filled with the row's fields; nought leads nowhere.
    """

    name: str
    title: str = ""
    shown: Shown = Shown.PLAIN
    book: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A view of a ledger that people want again and again: a name and what is asked for it."""

    title: str
    asked: Asked


@dataclass(frozen=True)
class Ledger:
    """A ledger as data.

    `columns` in the order of domain.md §6; `filters` are parameters of the service's list (a date's or number's plain
    name gives a range); `record` is where a row leads, filled with the row's fields; `views` come first on the page,
    and the first of them is what is shown when nothing is asked; `acts` are buttons beside the title: label, address.
    """

    number: int
    name: str
    title: str
    service: str
    path: str
    columns: tuple[Col | str, ...]
    filters: tuple[str, ...] = ()
    record: str = "/members/{member_id}"
    one: str = ""
    """Where the service tells of one record ({id}); its page is `/ledgers/{name}/{id}`."""
    extra: str = ""
    """A template of its own on a record's page, below what can be done next."""
    tasks: tuple[str, ...] = ()
    """The kinds of tasks that are done on a record's page, by what its service says is next."""
    more: Callable[[Visitor, Mapping[str, Any]], Awaitable[Mapping[str, Any]]] | None = None
    """Asks the services for what `extra` needs besides the record."""
    views: tuple[View, ...] = ()
    acts: tuple[tuple[str, str], ...] = ()
    roles: frozenset[Role] = EVERYBODY
    labels: Mapping[str, str] = field(default_factory=dict)
    """Titles of filters that are no column, marked for the catalogue."""
    in_menu: bool = True
    """Whether the navigation names it; others are reached from a page of the same matter."""

    @property
    def address(self) -> str:
        """Where the ledger is."""
        return f"/ledgers/{self.name}"

    @property
    def ways(self) -> dict[str, str]:
        """For each kind of task, the page on which it is done; what is done there leads back to the desk."""
        return dict.fromkeys(self.tasks, f"{self.address}/{{about_id}}?next=/")

    @property
    def cols(self) -> tuple[Col, ...]:
        """All columns, each as a Col."""
        return tuple(_col(one) for one in self.columns)


def _col(one: Col | str) -> Col:
    return Col(one) if isinstance(one, str) else one


def address_of(record: str, row: Mapping[str, Any]) -> str:
    """Where a row leads; nowhere where it lacks what the address is filled with."""
    filled = (name for _, name, _, _ in Formatter().parse(record) if name)
    return "" if any(row.get(name) is None for name in filled) else record.format_map(row)


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head on the page: its words, and which order a click asks for."""

    col: Col
    title: str
    column: ListColumn
    order: str
    sorted: str

    @property
    def is_number(self) -> bool:
        """Whether the column is set to the right."""
        return self.col.shown in {Shown.NUMBER, Shown.DAYS_LEFT, Shown.NOUGHT}


SORTED: Final = {"": "none", "up": "ascending", "down": "descending"}


def heads(columns: Iterable[Col | str], info: ListInfo, words: Words, sort: str = "") -> list[Head]:
    """The heads of columns as the list is ordered now; fields the service does not have are left out."""
    found = []
    for col in map(_col, columns):
        column = info.columns.get(col.name)
        if column is None:
            continue
        title = words.gettext(col.title) if col.title else words.pick(column.zh, column.en)
        up, down = col.name, f"-{col.name}"
        now = "up" if sort == up else "down" if sort == down else ""
        order = (down if now == "up" else up) if up in info.sorts else ""
        found.append(Head(col, title, column, order, SORTED[now]))
    return found


UNDER_TITLE: Final = mark("党组织")
"""What the filter by a part of the tree is called in every ledger that has it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What one filter of the page asks: kind of its control, its words, what was chosen."""

    name: str
    title: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    values: tuple[str, ...]


def questions(ledger: Ledger, info: ListInfo, words: Words, asked: Asked) -> list[Question]:
    """The filters of a ledger with what was chosen."""
    return [_question(name, ledger, info, words, asked) for name in ledger.filters if name in info.parameters]


def _question(name: str, ledger: Ledger, info: ListInfo, words: Words, asked: Asked) -> Question:
    schema, column = info.parameters[name], info.columns.get(name)
    label = ledger.labels.get(name) or (UNDER_TITLE if name == UNDER else "")
    title = words.gettext(label) if label else words.pick(column.zh, column.en) if column else name
    told = labels_of(schema)
    if told:
        return Question(
            name, title, "choice", tuple((one, words.pick(*told[one])) for one in told), _values(asked, name)
        )
    ranged = f"{name}_from" in info.parameters
    names = (f"{name}_from", f"{name}_to") if ranged else (name,)
    values = _values(asked, *names)
    if "enum" in schema:
        known = column.labels if column else {}
        ordered = [code for code in known if code in schema["enum"]] or list(schema["enum"])
        return Question(name, title, "choice", tuple((one, _label(known, one, words)) for one in ordered), values)
    if schema.get("type") == "boolean":
        return Question(
            name, title, "choice", (("true", words.pick("是", "yes")), ("false", words.pick("否", "no"))), values
        )
    if ranged:
        return Question(name, title, "dates" if schema.get("format") == "date" else "numbers", (), values)
    organisation = (column is not None and column.book == "organisation") or name == UNDER
    return Question(name, title, "organisation" if organisation else "text", (), values)


def _values(asked: Asked, *names: str) -> tuple[str, ...]:
    """What was chosen for each of these parameters."""
    return tuple(next((value for key, value in asked if key == one), "") for one in names)


def _label(labels: Mapping[str, tuple[str, str]], code: str, words: Words) -> str:
    return words.pick(*labels[code]) if code in labels else code


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it stands on the page."""

    text: str
    mark: str = ""
    address: str = ""
    """The list that a figure counts."""


LATE_DAYS, SOON_DAYS = 0, 7
MISSING: Final = mark("缺")
TONES: Final[Mapping[str, str]] = {
    "overdue": "late", "MISSED": "late", "ESCALATED": "late", "LOST": "late", "OVERDUE": "late", "EXPIRED": "late",
    "PLANNED": "open", "ATTEMPTED": "open", "AWAY": "open", "MOBILE": "open", "REQUESTED": "open", "OPEN": "open",
    "HOSTED": "good", "REACHED": "good", "RETURNED": "done", "WATCH": "soon", "SEARCHING": "soon",
    "CONFIRMED_LOST": "late", "APPLICATION_DUE": "soon", "CHECK_DUE": "soon", "FAILED": "late", "BOUNCED": "late",
    "UNKNOWN": "soon", "IN_TRANSIT": "open", "PAID": "good", "PAID_AT_HOST": "good", "DUE": "soon", "REMINDED": "soon",
    **{f"ARREARS_{number}": "late" for number in range(1, 7)},
    **dict.fromkeys(("ISSUE", "RECEIVE", "BRANCH_APPROVAL", "CORRECTION", "REISSUE", "DECISION", "ASSIGNMENT",
                     "ARCHIVING", "NUMBERING", "SEALING", "ISSUING", "REPLACEMENT"), "late"),
    "CLOSED": "done", "ENDED": "done", "SUBMITTED": "open", "ACCEPTED": "good", "LEFT_OUT": "late",
}  # fmt: skip
"""The tone of a state's badge; a state that is not named here has the plain one."""


def cell(head: Head, row: Mapping[str, Any], words: Words, books: Books) -> Cell:
    """A value of a row in words."""
    value, column = row.get(head.col.name), head.column
    if head.col.shown is Shown.GAP and (value is None or value is True or value == ""):
        return Cell(words.gettext(MISSING), "late")
    if value is None or value == "" or (head.col.shown is Shown.GAP and value is False):
        return Cell("")
    if head.col.shown is Shown.DAYS_LEFT and isinstance(value, int):
        return Cell(str(value), "late" if value < LATE_DAYS else "soon" if value <= SOON_DAYS else "")
    if head.col.shown is Shown.NOUGHT and value != 0:
        return Cell(str(value), "late")
    text = column.told(value, words, books, head.col.book)
    if head.col.shown is Shown.STATE and text:
        return Cell(text, TONES.get(str(value), "plain"))
    return Cell(text, address=address_of(head.col.link, row) if head.col.link and value else "")


def codes_of(columns: Iterable[Head], rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """The organisations that rows name, to be learnt before they are shown."""
    names = [one.col.name for one in columns if (one.col.book or one.column.book) == "organisation"]
    return {str(row[name]) for row in rows for name in names if row.get(name)}
