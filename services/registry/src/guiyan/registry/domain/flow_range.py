"""How far (流动范围) beside where to (流向): what the two may not say together (domain.md §7; GB/T 2260)."""

from __future__ import annotations

from typing import Final

from guiyan.events.codes import FlowRange

_HK_MO_TW: Final = frozenset({"71", "81", "82"})


def contradicts(flow_range: FlowRange | None, area_code: str | None) -> bool:
    """Whether a range cannot be that of a place: abroad has no area code, Hong Kong, Macao and Taiwan have their own.

    How far a place is within the country depends on where the member is from, and is not judged here.
    """
    if flow_range is None or area_code is None:
        return False
    return flow_range == FlowRange.OVERSEAS or (flow_range == FlowRange.HK_MO_TW) != (area_code[:2] in _HK_MO_TW)
