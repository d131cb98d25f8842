"""Whether a template can be filled whatever its values are: each is shown and compared only as the kind that it is.

Samples alone cannot tell: a branch that none of them takes is first filled when somebody is to be told something.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jinja2 import nodes

from guiyan.notifications.domain.fields import Field, Kind
from guiyan.notifications.domain.sandbox import read

TEXT: Final = "TEXT"
MIXED: Final = "MIXED"
"""Now of one kind, now of another: it can be shown, and nothing else."""
_TAKES: Final[Mapping[str, tuple[frozenset[str], int]]] = {
    "day": (frozenset({Kind.DATE}), 0),
    "quarter": (frozenset({Kind.QUARTER}), 0),
    "words": (frozenset({Kind.CODE}), 0),
    "plural": (frozenset({Kind.COUNT}), 2),
}
"""What each filter takes, and how many words after it."""
_AS_TEXT: Final = frozenset({TEXT, *Kind} - {Kind.COUNT, Kind.DATE})
_EITHER: Final = frozenset({"eq", "ne"})


class _Misused(Exception):  # noqa: N818 - the name says it
    def __init__(self, line: int) -> None:
        self.line = line


def misused(text: str, fields: Mapping[str, Field]) -> int | None:
    """The first line in which a value is used as what it is not; None where there is none. Its fields must be known."""
    try:
        _check(read(text), fields)
    except _Misused as found:
        return found.line
    return None


def _check(node: nodes.Node, fields: Mapping[str, Field]) -> None:
    """Every expression in a text is of some kind, or it is misused."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Expr):
            _kind(child, fields)
        else:
            _check(child, fields)


def _kind(node: nodes.Node | None, fields: Mapping[str, Field]) -> str:  # noqa: PLR0911 - a case a node
    match node:
        case nodes.TemplateData():
            return TEXT
        case nodes.Const(value=value):
            return TEXT if isinstance(value, str) else Kind.COUNT
        case nodes.Name(name=name):
            return fields[name].kind
        case nodes.Filter(name=name, node=shown, args=words):
            takes, wanted = _TAKES[name]
            if _kind(shown, fields) not in takes or [_kind(one, fields) for one in words] != [TEXT] * wanted:
                raise _Misused(node.lineno)
            return TEXT
        case nodes.Not(node=inner):
            _kind(inner, fields)
            return Kind.COUNT
        case nodes.And(left=left, right=right) | nodes.Or(left=left, right=right):
            return _either(_kind(left, fields), _kind(right, fields))
        case nodes.CondExpr(test=test, expr1=one, expr2=other) if other is not None:
            _kind(test, fields)
            return _either(_kind(one, fields), _kind(other, fields))
        case nodes.Compare(expr=first, ops=operands):
            _compared(node, [first, *(one.expr for one in operands)], [one.op for one in operands], fields)
            return Kind.COUNT
    raise _Misused(node.lineno if node is not None else 1)


def _either(one: str, other: str) -> str:
    return one if one == other else MIXED


def _compared(node: nodes.Compare, sides: list[nodes.Expr], signs: list[str], fields: Mapping[str, Field]) -> None:
    kinds = [_kind(one, fields) for one in sides]
    for sign, left, right in zip(signs, kinds, kinds[1:], strict=False):
        as_text = {left, right} <= _AS_TEXT
        ordered = not sign.endswith("in") and left == right and left in {Kind.COUNT, Kind.DATE}
        if not (sign in _EITHER or as_text or ordered):
            raise _Misused(node.lineno)
