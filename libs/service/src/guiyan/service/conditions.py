"""What a printed list was asked for, in the words of its columns: a sheet says itself what it shows and what not."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from guiyan.service.filters import Filters, parameters_of
from guiyan.service.language import Language
from guiyan.service.tables import Column

PAGING: Final = frozenset({"limit", "cursor", "sort", "after_sequence"})
"""Parameters that say how a list is read, not what is in it."""
UNDER: Final = "under"
_OWN: Final = {
    UNDER: ("范围", "Under"),
    "tree_on": ("组织架构日期", "Tree of"),
    "period": ("期间", "Period"),
    "year": ("年度", "Year"),
    "as_of": ("业务日期", "As of"),
    "known_at": ("记录截至", "Known at"),
    "by": ("分类", "By"),
    "rule": ("规则", "Rule"),
}
_ENDS: Final = {"$in": ("：", ": "), "$gte": (" ≥ ", " ≥ "), "$lte": (" ≤ ", " ≤ ")}
_FLAGS: Final = {"true": ("是", "yes"), "false": ("否", "no")}
_GIVEN: Final = {"true": ("有", "given"), "false": ("无", "none")}
TitleOf = Callable[[str], str | None]


def conditions(
    pairs: Iterable[tuple[str, str]], filters: Filters, columns: Sequence[Column], language: Language, title_of: TitleOf
) -> str:
    """The parameters of a list in words, in the order asked, several values of one together; "" for none."""
    known, english = parameters_of(filters), language == "en"
    asked: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in PAGING:
            asked.setdefault(name, []).append(value)
    told: list[str] = []
    for name, values in asked.items():
        base, end, one = known.get(name, (name, "$in", None))
        column = None if one is None else _column(columns, base, one.field or base)
        heading = column.heading(language) if column else _OWN.get(name, (base, base))[english]
        flags = _GIVEN if one is not None and one.present else _FLAGS
        words = (", " if english else "、").join(
            flags[value][english] if value in flags else _word(value, column, title_of, english=english)
            for value in values
        )
        told.append(f"{heading}{_ENDS[end][english]}{words}")
    return ("; " if english else "；").join(told)


def _column(columns: Sequence[Column], name: str, field: str) -> Column | None:
    return next((one for one in columns if one.key == name or one.field == field), None)


def _word(value: str, column: Column | None, title_of: TitleOf, *, english: bool) -> str:
    """A code in its words, an organisation by its name; all else as it was asked."""
    if column is not None and column.labels and value in column.labels:
        return column.labels[value][english]
    return title_of(value) or value
