"""As much of MongoDB's query and update language as the services use, on plain documents.

What is not known here raises ValueError: the twin never guesses.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from guiyan.ledger.projection import Document

Matcher = Callable[[Mapping[str, Any]], bool]
_MISSING = object()
_RANKS: dict[type, int] = {}
"""What `_ORDER` says of each type that has come so far."""
_ORDER: tuple[tuple[type | tuple[type, ...], int], ...] = ((bool, 8), ((int, float), 2), (str, 3), (dict, 4), (list, 5))


def look_up(document: Mapping[str, Any], path: str) -> list[Any]:
    """Every value at a dotted path, going through lists as MongoDB does; empty when there is none."""
    if "." not in path:
        return [document[path]] if path in document else []
    values: list[Any] = [document]
    for part in path.split("."):
        found: list[Any] = []
        for value in values:
            found.extend(_step(value, part))
        values = found
    return values


def _step(value: Any, part: str) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return [value[part]] if part in value else []
    if isinstance(value, list):
        if part.isdigit():
            return [value[int(part)]] if int(part) < len(value) else []
        return [one[part] for one in value if isinstance(one, Mapping) and part in one]
    return []


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[list[Any], Any], bool]:
    def check(values: list[Any], wanted: Any) -> bool:
        if len(values) == 1 and type(values[0]) is type(wanted) is not list:
            return test(values[0], wanted)
        return any(_kind(one) == _kind(wanted) and test(one, wanted) for one in _flat(values))

    return check


def _kind(value: Any) -> int:
    if value is None:
        return 1
    kind = type(value)
    rank = _RANKS.get(kind)
    if rank is None:
        rank = _RANKS[kind] = next((rank for types, rank in _ORDER if issubclass(kind, types)), 9)
    return rank


def _flat(values: list[Any]) -> list[Any]:
    return [one for value in values for one in ([value, *value] if isinstance(value, list) else [value])]


def _equals(values: list[Any], wanted: Any) -> bool:
    if isinstance(wanted, re.Pattern):
        return any(isinstance(one, str) and wanted.search(one) for one in _flat(values))
    if wanted is None:
        return not values or None in _flat(values)
    if isinstance(wanted, str):
        return any(one == wanted or (isinstance(one, list) and wanted in one) for one in values)
    return any(_kind(one) == _kind(wanted) and one == wanted for one in _flat(values))


def _any_of(values: list[Any], wanted: Sequence[Any]) -> bool:
    if len(values) == 1 and type(values[0]) is str:
        return values[0] in wanted or any(isinstance(one, re.Pattern) and one.search(values[0]) for one in wanted)
    return any(_equals(values, one) for one in wanted)


_OPERATORS: dict[str, Callable[[list[Any], Any], bool]] = {
    "$eq": _equals,
    "$ne": lambda values, wanted: not _equals(values, wanted),
    "$in": _any_of,
    "$nin": lambda values, wanted: not _any_of(values, wanted),
    "$gt": _compare(operator.gt),
    "$gte": _compare(operator.ge),
    "$lt": _compare(operator.lt),
    "$lte": _compare(operator.le),
    "$exists": lambda values, wanted: bool(values) == bool(wanted),
    "$not": lambda values, wanted: not _fits(values, wanted),
    "$elemMatch": lambda values, wanted: any(
        isinstance(one, Mapping) and matches(one, wanted)
        for value in values
        if isinstance(value, list)
        for one in value
    ),
    "$size": lambda values, wanted: any(isinstance(one, list) and len(one) == wanted for one in values),
    "$all": lambda values, wanted: all(_equals(values, one) for one in wanted),
}


def _fits(values: list[Any], wanted: Any) -> bool:
    if isinstance(wanted, Mapping) and any(name.startswith("$") for name in wanted):
        if "$regex" in wanted:
            flags = re.IGNORECASE if "i" in wanted.get("$options", "") else 0
            rest = {name: value for name, value in wanted.items() if name not in {"$regex", "$options"}}
            return _equals(values, re.compile(wanted["$regex"], flags)) and (not rest or _fits(values, rest))
        return all(_operator(name)(values, value) for name, value in wanted.items())
    return _equals(values, wanted)


def _operator(name: str) -> Callable[[list[Any], Any], bool]:
    try:
        return _OPERATORS[name]
    except KeyError:
        raise ValueError(f"the in-memory database does not know the query operator {name}") from None


def matches(document: Mapping[str, Any], filter_: Mapping[str, Any]) -> bool:
    """Whether a document fits a filter."""
    return matcher(filter_)(document)


def matcher(filter_: Mapping[str, Any]) -> Matcher:
    """A filter made ready to be asked of many documents."""
    tests = [_test(name, wanted) for name, wanted in filter_.items()]
    return tests[0] if len(tests) == 1 else _all(tests)


def _test(name: str, wanted: Any) -> Matcher:
    if name == "$and":
        return _all([matcher(one) for one in wanted])
    if name in {"$or", "$nor"}:
        some = [matcher(one) for one in wanted]
        among = name == "$or"
        return lambda document: any(one(document) for one in some) is among
    if name.startswith("$"):
        raise ValueError(f"the in-memory database does not know the query operator {name}")
    fits = _ready(wanted)
    if "." in name:
        return lambda document: fits(look_up(document, name))
    text = wanted if isinstance(wanted, str) else None

    def plain(document: Mapping[str, Any]) -> bool:
        value = document.get(name, _MISSING)
        if text is not None and type(value) is str:
            return value == text
        return fits([] if value is _MISSING else [value])

    return plain


def _all(tests: Sequence[Matcher]) -> Matcher:
    def fit(document: Mapping[str, Any]) -> bool:
        for test in tests:  # noqa: SIM110 - asked so often that a generator would cost half
            if not test(document):
                return False
        return True

    return fit


def _ready(wanted: Any) -> Callable[[list[Any]], bool]:
    """What is wanted of a field's values, its operators looked up once."""
    if not (isinstance(wanted, Mapping) and any(name.startswith("$") for name in wanted)):
        return lambda values: _equals(values, wanted)
    if "$regex" in wanted:
        return lambda values: _fits(values, wanted)
    asked = [(_operator(name), value) for name, value in wanted.items()]
    if len(asked) == 1:
        test, value = asked[0]
        return lambda values: test(values, value)
    return lambda values: all(test(values, value) for test, value in asked)


def ordered(documents: list[Document], fields: Sequence[tuple[str, int]]) -> list[Document]:
    """The documents sorted by several fields, absent values first, as MongoDB sorts."""
    rows = list(documents)
    for name, direction in reversed(fields):  # a sort keeps what was in order before it
        rows.sort(key=partial(_sort_key, name=name, direction=direction), reverse=direction < 0)
    return rows


def _sort_key(document: Document, name: str, direction: int) -> tuple[int, Any]:
    values = look_up(document, name)
    if not values or values[0] is None:
        return (1, 0)
    if not isinstance(values[0], list) and len(values) == 1:
        return (_kind(values[0]), values[0])
    keys = [(_kind(one), one) for one in (values[0] if isinstance(values[0], list) else values)]
    if not keys:
        return (0, 0)
    return min(keys) if direction > 0 else max(keys)


def projected(document: Document, fields: Mapping[str, Any] | None) -> Document:
    """Only the fields asked for (or all but those refused); top-level names only."""
    if not fields:
        return document
    if any("." in name for name in fields):
        raise ValueError("the in-memory database projects top-level fields only")
    wanted = {name for name, keep in fields.items() if keep}
    if wanted - {"_id"}:
        keep_id = fields.get("_id", 1)
        return {k: v for k, v in document.items() if k in wanted or (k == "_id" and keep_id)}
    return {k: v for k, v in document.items() if fields.get(k, 1)}


def updated(document: Document, update: Mapping[str, Any], *, inserting: bool = False) -> Document:
    """The document after an update; the given one stays as it is."""
    after = dict(document)
    for name, fields in update.items():
        if name == "$setOnInsert" and not inserting:
            continue
        change = _UPDATES.get(name)
        if change is None:
            raise ValueError(f"the in-memory database does not know the update operator {name}")
        for path, value in fields.items():
            holder, last = _holder(after, path)
            change(holder, last, value)
    return after


def _holder(document: Document, path: str) -> tuple[Document, str]:
    *parents, last = path.split(".")
    for part in parents:
        document[part] = dict(document.get(part) or {})
        document = document[part]
    return document, last


def _set(holder: Document, name: str, value: Any) -> None:
    holder[name] = value


def _unset(holder: Document, name: str, _: Any) -> None:
    holder.pop(name, None)


def _increase(holder: Document, name: str, value: Any) -> None:
    holder[name] = holder.get(name, 0) + value


def _largest(holder: Document, name: str, value: Any) -> None:
    holder[name] = value if holder.get(name) is None else max(holder[name], value)


def _append(holder: Document, name: str, value: Any) -> None:
    holder[name] = [*holder.get(name, []), value]


def _add(holder: Document, name: str, value: Any) -> None:
    if value not in holder.get(name, []):
        _append(holder, name, value)


def _remove(holder: Document, name: str, value: Any) -> None:
    holder[name] = [one for one in holder.get(name, []) if one != value]


_UPDATES: dict[str, Callable[[Document, str, Any], None]] = {
    "$set": _set,
    "$setOnInsert": _set,
    "$unset": _unset,
    "$inc": _increase,
    "$max": _largest,
    "$push": _append,
    "$addToSet": _add,
    "$pull": _remove,
}
