"""Exactness at the doors: what a field's kind is, and what only looks like it."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

import pytest
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from guiyan.events import new_id
from guiyan.events.exact import Day, Exact, Flag, Moment
from guiyan.events.ingest import BadReport, read_report
from guiyan.events.values import Title


class Shade(StrEnum):
    """A code."""

    RED = "RED"


class Inner(Exact):
    """A part of the whole."""

    on: date


class Whole(Exact):
    """One field of every kind, also inside of others."""

    on: date | None = None
    at: Annotated[AwareDatetime | None, Field(description="With its zone")] = None
    days: Annotated[tuple[date, ...], Field(max_length=3)] = ()
    numbers: tuple[int, ...] = ()
    some: Annotated[int, Field(ge=1)] | None = None
    hours: float = 0
    sure: bool = False
    shade: Shade = Shade.RED
    inner: Inner | None = None
    text: str | None = None
    texts: tuple[Title, ...] = ()


class Later(Whole):
    """A model of the same fields by inheritance."""


def test_a_schema_does_not_grow_with_its_use() -> None:
    """However often a model becomes a part of others, its texts are looked at once (each app asks for it anew)."""

    def depth() -> int:
        return str(TypeAdapter(list[Whole]).core_schema).count("function-after")

    before = depth()
    for _ in range(5):
        TypeAdapter(tuple[Whole, Later])
        type("Latest", (Whole,), {"__module__": __name__, "__doc__": "One more."})
    assert depth() == before


@pytest.mark.parametrize("model", [Whole, Later])
def test_what_is_exact_is_taken(model: type[Whole]) -> None:
    """The texts of JSON for dates, moments and codes; lists for tuples; a whole number for one with decimals."""
    told = {
        "on": "2026-03-01", "at": "2026-03-01T08:00:00+08:00", "days": ["2026-02-28"], "numbers": [7], "some": 1,
        "hours": 2, "sure": True, "shade": "RED", "inner": {"on": "2026-03-02"},
        "text": "伊示组发〔2026〕3号", "texts": [" 第一个 标题 "],
    }  # fmt: skip
    found = model.model_validate(told)
    assert (found.on, found.at) == (date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC))
    assert (found.text, found.texts) == ("伊示组发〔2026〕3号", ("第一个 标题",))
    assert (found.days, found.numbers, found.inner) == ((date(2026, 2, 28),), (7,), Inner(on=date(2026, 3, 2)))


@pytest.mark.parametrize("model", [Whole, Later])
@pytest.mark.parametrize(
    "told",
    [
        *({"on": one} for one in (0, "0", "1743465600", 1_743_465_600_000, "20260301", "2026-03-01T00:00:00Z", True)),
        *({"on": one} for one in ("2026-02-30", " 2026-03-01", "٢٠٢٦-03-01", "2026-W10-1")),
        *({"at": one} for one in (0, "0", "1743465600", "2026-03-01T08:00:00", "2026-03-01")),
        *({"sure": one} for one in ("yes", "true", 1)),
        *({"some": one} for one in ("7", 7.0, True)),
        *({"text": one} for one in ("雁\u202e1号", "雁\u200b1号", "雁\u00071号", "雁\n1号")), {"texts": ["a", "b\x08"]},
        {"days": [0]}, {"numbers": ["7"]}, {"hours": "2"}, {"inner": {"on": 0}},
    ],
)  # fmt: skip
def test_nothing_is_guessed(model: type[Whole], told: dict[str, Any]) -> None:
    """What a lenient reader would turn into the kind that is wanted is refused, wherever it stands."""
    with pytest.raises(ValidationError):
        model.model_validate(told)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [(Day, "2026-03-01", "0"), (Moment, "2026-03-01T08:00:00Z", "1743465600"), (Flag, "true", "yes")],
)
def test_the_texts_of_a_query(kind: Any, right: str, wrong: str) -> None:
    """Query parameters are texts, and no less exact."""
    adapter = TypeAdapter[Any](kind)
    adapter.validate_python(right)
    with pytest.raises(ValidationError):
        adapter.validate_python(wrong)


@pytest.mark.parametrize(
    ("where", "pointer"), [({"occurredon": "1743465600"}, "/occurredon"), ({"time": "1743465600"}, "/time")]
)
def test_a_report_is_no_less_exact(where: dict[str, str], pointer: str) -> None:
    """A text of digits is no date of a report's envelope either."""
    sound = {
        "specversion": "1.0", "id": new_id(datetime(2026, 1, 1, tzinfo=UTC)), "source": "township/1",
        "type": "MemberReturned", "occurredon": "2026-03-01", "data": {"member_id": new_id(datetime.now(UTC))},
    }  # fmt: skip
    assert read_report(sound).business_date == date(2026, 3, 1)
    with pytest.raises(BadReport) as told:
        read_report({**sound, **where})
    assert [one.pointer for one in told.value.problems] == [pointer]
