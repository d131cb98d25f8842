"""The rules of service points (S-18 to S-20): three levels, named staff, nothing left under a closed one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.contact.domain.service_point import (
    ABOVE,
    SERVICE_POINT,
    Change,
    Close,
    Command,
    Open,
    Release,
    Server,
    ServicePoint,
    Staff,
)
from guiyan.events.codes import ServicePointLevel
from guiyan.events.contact.service_point import (
    ServicePointChanged,
    ServicePointOpened,
    ServicePointStaffed,
    StaffText,
)
from guiyan.events.testing import event_of
from guiyan.ledger import Draft, Refused
from guiyan.ledger.testing.deciders import Scenario

TODAY = date(2026, 3, 10)
WHEN = {"on": TODAY, "today": TODAY}
PERSONS = tuple(f"019b76da-a800-7000-8000-00000000000{n}" for n in range(1, 5))
LEVELS = tuple(ServicePointLevel)


def server(person: str = PERSONS[0], *, in_charge: bool = False) -> Server:
    """Somebody who serves."""
    return Server(ServicePointStaffed(person_id=person, in_charge=in_charge), StaffText(name="周示例"))


def opening(level: ServicePointLevel, parent: ServicePoint | None, *staff: Server) -> Open:
    """A point of this level under that one."""
    facts = ServicePointOpened(level=level, name="示例服务点", org_code="654002001000", area_code="654002")
    return Open(**WHEN, facts=facts, parent=parent, staff=staff)


CENTRE = opening(ServicePointLevel.CENTRE, None, server(in_charge=True))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("above", [None, *LEVELS])
def test_each_level_stands_under_its_own(level: ServicePointLevel, above: ServicePointLevel | None) -> None:
    """Substations under stations, stations under the centre, the centre alone (S-18 to S-20)."""
    scenario = Scenario(SERVICE_POINT).when(opening(level, None if above is None else ServicePoint(level=above)))
    if above == ABOVE[level]:
        assert [draft.payload.type_name() for draft in scenario.drafts] == ["ServicePointOpened"]
    else:
        scenario.then_refused("service_point_level")


def test_nothing_opens_under_a_closed_point() -> None:
    """A closed centre has no stations."""
    closed = ServicePoint(level=ServicePointLevel.CENTRE, closed=True)
    Scenario(SERVICE_POINT).when(opening(ServicePointLevel.STATION, closed)).then_refused("service_point_closed")


def test_dates_lie_in_order() -> None:
    """Not in the future, and not before what happened last."""
    act = Close(on=date(2026, 3, 11), today=TODAY, below=0)
    with pytest.raises(Refused, match="date_in_future"):
        SERVICE_POINT.decide(act, ServicePoint(level=ServicePointLevel.CENTRE))
    early = Close(on=date(2026, 3, 9), today=TODAY, below=0)
    with pytest.raises(Refused, match="date_before_last"):
        SERVICE_POINT.decide(early, ServicePoint(level=ServicePointLevel.CENTRE, last_on=TODAY))


def run(*acts: Command) -> ServicePoint:
    """The point after these acts, each allowed."""
    point = ServicePoint()
    for act in acts:
        for draft in SERVICE_POINT.decide(act, point):
            point = _after(point, draft)
    return point


def _after(point: ServicePoint, draft: Draft) -> ServicePoint:
    return SERVICE_POINT.evolve(point, event_of(draft.payload, PERSONS[3], occurred_on=draft.occurred_on))


def test_the_last_to_leave_leaves_an_alarm() -> None:
    """`unstaffed` is said by the event with which nobody is left, and only by that (S-20)."""
    point = run(CENTRE, Staff(**WHEN, server=server(PERSONS[1])))
    for person, alarm in ((PERSONS[0], False), (PERSONS[1], True)):
        (draft,) = SERVICE_POINT.decide(Release(**WHEN, person_id=person), point)
        assert draft.payload.model_dump()["unstaffed"] is alarm
        point = _after(point, draft)
    with pytest.raises(Refused, match="serves_not_here"):
        SERVICE_POINT.decide(Release(**WHEN, person_id=PERSONS[0]), point)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(PERSONS)), max_size=20))
def test_the_alarm_is_said_exactly_when_nobody_is_left(acts: list[tuple[bool, str]]) -> None:
    """Whoever comes and goes in whatever order: each is here once, and the alarm is right at every step."""
    point, here = run(opening(ServicePointLevel.CENTRE, None)), set[str]()
    for comes, person in acts:
        act = Staff(**WHEN, server=server(person)) if comes else Release(**WHEN, person_id=person)
        if comes == (person in here):
            with pytest.raises(Refused):
                SERVICE_POINT.decide(act, point)
            continue
        (draft,) = SERVICE_POINT.decide(act, point)
        here ^= {person}
        assert draft.payload.model_dump().get("unstaffed", False) is (not here)
        point = _after(point, draft)
        assert set(point.staff) == here


def test_the_same_details_again_are_no_event() -> None:
    """A repeat writes nothing; a change names only what differs."""
    point = run(CENTRE)
    assert SERVICE_POINT.decide(Change(**WHEN, facts=ServicePointChanged(name="示例服务点")), point) == []
    assert len(SERVICE_POINT.decide(Change(**WHEN, facts=ServicePointChanged(phone="0999-8020000")), point)) == 1


def test_a_point_closes_when_nothing_stands_under_it() -> None:
    """And nothing more happens to it."""
    with pytest.raises(Refused, match="service_points_below"):
        SERVICE_POINT.decide(Close(**WHEN, below=1), run(CENTRE))
    closed = run(CENTRE, Close(**WHEN, below=0))
    with pytest.raises(Refused, match="service_point_closed"):
        SERVICE_POINT.decide(Staff(**WHEN, server=server(PERSONS[1])), closed)
    with pytest.raises(Refused, match="service_point_not_found"):
        SERVICE_POINT.decide(Close(**WHEN, below=0), ServicePoint())
