"""What projections and policies write never has the order of a set: it is another one in every process.

A rebuild is compared with the live documents, and a policy's calls have their ids by their place; both would differ
after a restart. So in these modules nobody walks over a set, unless it is sorted first.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    path for folder in ("projections", "policies") for path in ROOT.glob(f"services/*/src/guiyan/*/{folder}/*.py")
)
SETS = {"set", "frozenset"}


def is_set(node: ast.expr, known: set[str]) -> bool:
    """Whether an expression is plainly a set: by its own form, by its parts, or by the name it was given."""
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in SETS
        case ast.Name(id=name):
            return name in known
        case ast.BinOp(left=left, right=right, op=ast.Sub() | ast.BitOr() | ast.BitAnd() | ast.BitXor()):
            return is_set(left, known) or is_set(right, known)
        case _:
            return False


def named_sets(scope: ast.AST, known: set[str]) -> set[str]:
    """The names that stand for sets in a scope, those of the scope around it included."""
    found = set(known)
    for node in inside(scope):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and is_set(node.value, found):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id for one in targets if isinstance(one, ast.Name)}
    return found


def inside(scope: ast.AST) -> list[ast.AST]:
    """All nodes of a scope but those of the functions in it."""
    found: list[ast.AST] = []
    for node in ast.iter_child_nodes(scope):
        found.append(node)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += inside(node)
    return found


def walked(node: ast.AST) -> list[ast.expr]:
    """What an expression or loop walks over."""
    match node:
        case ast.For() | ast.AsyncFor():
            return [node.iter]
        case ast.ListComp() | ast.GeneratorExp() | ast.DictComp():
            return [one.iter for one in node.generators]
        case ast.Starred():
            return [node.value]
        case ast.Call(func=ast.Name(id="list" | "tuple")):
            return node.args[:1]
        case _:
            return []


def walked_sets(source: str | ast.AST, around: set[str] | None = None) -> list[int]:
    """The lines at which a loop, a comprehension or a list is made of a set."""
    scope = ast.parse(source) if isinstance(source, str) else source
    known = named_sets(scope, around or set())
    lines = list[int]()
    for node in inside(scope):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines += walked_sets(node, known)
        lines += [one.lineno for one in walked(node) if is_set(one, known)]
    return lines


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parents[1].name}/{path.parent.name}/{path.stem}")
def test_nothing_walks_over_a_set(path: Path) -> None:
    """G7: a rebuild equals the live documents, whatever process wrote them."""
    assert [f"{path.name}:{line}" for line in walked_sets(path.read_text(encoding="utf-8"))] == []


def test_the_rule_sees_sets() -> None:
    """Each form that gave another order before is seen, and what is sorted is not."""
    seen = "_A = frozenset({1})\nfor x in _A: pass\n[y for y in {1, 2} - {None}]\nlist({z for z in ()})\n[*_A]\n"
    assert walked_sets(seen) == [2, 3, 4, 5]
    assert walked_sets("_A = frozenset({1})\nfor x in sorted(_A): pass\nfor y in dict.fromkeys((1, 2)): pass\n") == []
