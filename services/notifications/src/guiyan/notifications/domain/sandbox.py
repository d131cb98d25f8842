"""The sandbox in which templates are read and filled: fields, three words of grammar, and nothing that can run on.

`{{ field }}`, `{{ field|filter }}`, `{% if field %} … {% else %} … {% endif %}`. Jinja reads it; every node outside a
closed list is refused before anything is compiled: no loop, no call, no attribute, no arithmetic. So a template takes
as long as its text, and gives no more than its text and its values (ADR 0027).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from guiyan.notifications.domain.wording import EN, ZH

_NODES: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter,
)  # fmt: skip
_RESERVED: Final = frozenset({"self", "super", "caller", "loop", "varargs", "kwargs"})
"""Names that Jinja gives a meaning of its own."""
NODES_MOST: Final = 400
NUMBER_MOST: Final = 9_999
"""A count is compared with numbers up to this; a larger one would be somebody's number."""
DEPTH_MOST: Final = 30
"""How deep conditions and brackets may stand in each other: Python's own compiler ends at a hundred."""
_QUARTERS: Final = {"1": ("一", "first"), "2": ("二", "second"), "3": ("三", "third"), "4": ("四", "fourth")}
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Unreadable(ValueError):  # noqa: N818 - the name says it
    """The text is no template: `line` is where, counted from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} cannot be read")
        self.line = line


class NotAllowed(Unreadable):
    """It uses what no template may use."""


class Unfilled(ValueError):  # noqa: N818 - the name says it
    """With these values it gives nothing: one is missing, or of another kind than the template takes it for."""


def _day(language: str) -> Any:
    def in_words(value: Any) -> str:
        if type(value) is not date:
            raise Unfilled("not a date")
        if language == EN:
            return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
        return f"{value.year}年{value.month}月{value.day}日"

    return in_words


def _quarter(language: str) -> Any:
    def in_words(value: Any) -> str:
        year, _, number = str(value).partition("-Q")
        if number not in _QUARTERS:
            raise Unfilled("not a quarter")
        zh, en = _QUARTERS[number]
        return f"the {en} quarter of {year}" if language == EN else f"{year}年第{zh}季度"

    return in_words


def _words(language: str) -> Any:
    def in_words(value: Any) -> str:
        found: str = getattr(value, "en" if language == EN else "zh", str(value))
        return found[:1].lower() + found[1:] if language == EN else found

    return in_words


def _plural(value: Any, one: str, many: str) -> str:
    return one if value == 1 else many


def _environment(language: str) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        cache_size=0,
    )
    environment.filters = {
        "day": _day(language),
        "quarter": _quarter(language),
        "words": _words(language),
        "plural": _plural,
    }
    environment.tests, environment.globals = {}, {}
    return environment


_ENVIRONMENTS: Final = {language: _environment(language) for language in (ZH, EN)}
FILTERS: Final = tuple(sorted(_ENVIRONMENTS[ZH].filters))


def used(text: str) -> frozenset[str]:
    """The fields that a text uses; raises Unreadable, NotAllowed."""
    return frozenset(meta.find_undeclared_variables(read(text)))


def literal(text: str) -> str:
    """What it says by itself, all its branches one after the other: no field can hide these words.

    Once with its constants apart, behind the text; and with them where they stand, all of them, and of each filter the
    first word alone, and the last: so a word that is put together of pieces is seen, too.
    """
    tree = read(text)
    parts = [one.data for one in tree.find_all(nodes.TemplateData)]
    apart = "".join(parts) + "".join(f" {one.value}" for one in tree.find_all(nodes.Const) if type(one.value) is str)
    return "\n".join([apart, *("".join(_in_place(tree, which)) for which in (slice(None), slice(1), slice(-1, None)))])


def _in_place(node: nodes.Node, which: slice) -> Iterator[str]:
    """The text and constants in their order; of a filter's words those that are asked for."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Const):
        yield node.value if type(node.value) is str else ""
    elif isinstance(node, nodes.Filter):
        for one in (node.node, *node.args[which]):
            yield from _in_place(one, which) if one is not None else ()
    elif not isinstance(node, nodes.Compare):  # what is compared is not shown
        for child in node.iter_child_nodes():
            yield from _in_place(child, which)


def fill(text: str, values: Mapping[str, Any], language: str) -> str:
    """The text with its values put in; raises Unreadable, NotAllowed, Unfilled."""
    try:
        return _compiled(text, language).render(values)
    except Unreadable:
        raise
    except (TemplateError, TypeError, ValueError) as error:
        raise Unfilled(type(error).__name__) from None


@lru_cache(maxsize=1_024)
def _compiled(text: str, language: str) -> Template:
    read(text)
    return _ENVIRONMENTS.get(language, _ENVIRONMENTS[ZH]).from_string(text)


def read(text: str) -> nodes.Template:
    """The tree of a text of which every node is allowed."""
    try:
        tree = _ENVIRONMENTS[ZH].parse(text)
    except TemplateSyntaxError as error:
        raise Unreadable(error.lineno) from None
    except (RecursionError, ValueError, OverflowError):
        raise Unreadable(1) from None
    count = 0
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if not isinstance(node, _NODES) or count > NODES_MOST or depth > DEPTH_MOST:
            raise NotAllowed(node.lineno or 1)
        if isinstance(node, nodes.Name) and node.name in _RESERVED:
            raise NotAllowed(node.lineno or 1)
        if isinstance(node, nodes.Const) and not _is_small(node.value):
            raise NotAllowed(node.lineno or 1)
        if isinstance(node, nodes.Filter) and (node.name not in FILTERS or node.kwargs or node.dyn_args):
            raise NotAllowed(node.lineno or 1)
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())
    return tree


def _is_small(value: object) -> bool:
    """Words, or a number that counts are compared with: none that could be somebody's, none without end."""
    return type(value) in (str, bool) or (type(value) is int and value <= NUMBER_MOST)
