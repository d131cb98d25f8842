"""流动范围 and 流向 do not contradict each other (domain.md §7)."""

from __future__ import annotations

import pytest

from guiyan.events.codes import FlowRange
from guiyan.registry.domain.flow_range import contradicts


@pytest.mark.parametrize(
    ("flow_range", "area", "wrong"),
    [
        (FlowRange.OVERSEAS, "654021", True),
        (FlowRange.OVERSEAS, None, False),
        (FlowRange.HK_MO_TW, "440305", True),
        (FlowRange.HK_MO_TW, "810000", False),
        (FlowRange.CROSS_PROVINCE, "820000", True),
        (FlowRange.CROSS_PROVINCE, "440305", False),
        (None, "440305", False),
    ],
)
def test_a_range_and_a_place(flow_range: FlowRange | None, area: str | None, *, wrong: bool) -> None:
    """Abroad has no area code; Hong Kong, Macao and Taiwan are their own range."""
    assert contradicts(flow_range, area) == wrong
