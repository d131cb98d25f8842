"""The tree over time (domain.md §2.13): one way up at every date, no ring at any, whatever is told when."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from services.registry.tests.story import Story

from guiyan.events.codes import OrganisationKind
from guiyan.events.registry.organisation import OrganisationCreated
from guiyan.ledger import Refused
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.organisation_changes import ORGANISATION, CreateOrganisation, MoveOrganisation
from guiyan.registry.domain.tree import Parents, above_since, parent_on, placed, spans

START, DAYS = date(2026, 1, 1), 12
TODAY = START + timedelta(DAYS)
CODES = tuple(f"65400200{n}000" for n in range(6))
TOP = CODES[0]


def test_a_place_holds_until_the_next() -> None:
    """Under whom it stood on a day; a second place of one day takes the first one's."""
    parents = placed(placed(((START, "a"),), START + timedelta(3), "b"), START + timedelta(3), "c")
    days = [parent_on(parents, START + timedelta(n)) for n in (-1, 0, 2, 3, 9)]
    assert days == [None, "a", "a", "c", "c"]
    assert spans(parents, START + timedelta(1), date.max) == [
        ("a", START + timedelta(1), START + timedelta(3)),
        ("c", START + timedelta(3), date.max),
    ]


def chain_on(stories: dict[str, Story], code: str, day: date) -> list[str]:
    """The way up on a day; fails where it goes round."""
    found, current = [code], parent_on(stories[code].state.parents, day)
    while current is not None:
        assert current not in found, f"a ring on {day}: {[*found, current]}"
        found.append(current)
        current = parent_on(stories[current].state.parents, day)
    return found


def city() -> dict[str, Story]:
    """Six committees, all but the first under it, on the first day."""
    stories = {code: Story(ORGANISATION, code) for code in CODES}
    when = Occasion(START, TODAY)
    for code, told in stories.items():
        facts = OrganisationCreated(
            name="示例",
            short_name="示例",
            kind=OrganisationKind.COMMITTEE,
            parent=None if code == TOP else TOP,
            area_code="654002",
        )
        told.when(CreateOrganisation(code, facts, None if code == TOP else stories[TOP].state, when))
    return stories


MOVES = st.lists(st.tuples(st.sampled_from(CODES[1:]), st.sampled_from(CODES), st.integers(0, DAYS)), max_size=25)


@given(MOVES)
def test_every_organisation_has_one_way_up_at_every_date(moves: list[tuple[str, str, int]]) -> None:
    """Moves in whatever order, told on time or afterwards: those that are let through never make a ring on any day."""
    stories = city()
    for code, parent, day in moves:
        when = Occasion(START + timedelta(day), TODAY)
        places = {one: told.state.parents for one, told in stories.items()}
        above = above_since(parent, when.occurred_on, places)
        before = dict(places)
        try:
            stories[code].when(MoveOrganisation(stories[parent].state, above, None, when))
        except Refused as told:
            assert told.code in {"would_be_a_ring", "too_early"}  # noqa: PT017 - refusing is fine, a ring is not
            assert {one: each.state.parents for one, each in stories.items()} == before
    for code in CODES:
        for day in range(DAYS + 1):
            assert chain_on(stories, code, START + timedelta(day))[-1] == TOP


def ring_on_some_day(code: str, parent: str, since: date, places: dict[str, Parents]) -> bool:
    """Said the slow way: day by day, does the way up from `parent` lead to `code`."""
    for day in range((TODAY - since).days + 1):
        current: str | None = parent
        seen: set[str] = set()
        while current is not None and current not in seen:
            if current == code:
                return True
            seen.add(current)
            current = parent_on(places[current], since + timedelta(day))
    return False


@given(MOVES, st.sampled_from(CODES), st.sampled_from(CODES), st.integers(0, DAYS))
def test_those_above_since_a_day_are_those_above_on_some_day(
    moves: list[tuple[str, str, int]], code: str, parent: str, day: int
) -> None:
    """The walk over intervals finds exactly what a walk of every single day finds."""
    places: dict[str, Parents] = dict.fromkeys(CODES, ((START, None),))
    for child, above, on in moves:
        when = START + timedelta(on)
        if when >= places[child][-1][0] and not ring_on_some_day(child, above, when, places):
            places[child] = placed(places[child], when, above)
    since = START + timedelta(day)
    assert (code in above_since(parent, since, places)) == ring_on_some_day(code, parent, since, places)
