"""The given/when/then helper can fail, for the right reasons, and passes when the rule holds."""

from __future__ import annotations

from datetime import date

import pytest

from guiyan.events.registry import OrganisationRenamed
from guiyan.ledger.commit import Draft
from guiyan.ledger.testing.deciders import Scenario
from guiyan.ledger.testing.events import DAY
from guiyan.ledger.testing.tally import MOST_NAMES, Rename, tally


def renamed(name: str) -> OrganisationRenamed:
    """It got this name."""
    return OrganisationRenamed(name=name, short_name=name)


def test_a_story_that_holds() -> None:
    """What was decided has happened for the next command, and the state can be looked at."""
    story = Scenario(tally).given(renamed("一")).when(Rename(("二", "三")))
    story.then(renamed("二"), renamed("三")).then_state(names=("一", "二", "三"))
    story.when(Rename(())).then_nothing()
    assert story.state.names == ("一", "二", "三")


def test_a_refusal_that_holds() -> None:
    """A refusal is told by code, pointer and parameters."""
    Scenario(tally).when(Rename(("",))).then_refused("name_missing", pointer="/name")
    Scenario(tally).when(Rename(("x",) * (MOST_NAMES + 1))).then_refused("too_many_names", most=MOST_NAMES)


def test_dates_are_compared_when_asked_for() -> None:
    """A Draft is compared with its business date."""
    Scenario(tally).when(Rename(("一",))).then(Draft(renamed("一"), DAY))
    with pytest.raises(AssertionError):
        Scenario(tally).when(Rename(("一",))).then(Draft(renamed("一"), date(2020, 1, 1)))


@pytest.mark.parametrize("expected", [(), ("二",), ("一", "二"), ("二", "一")])
def test_other_events_fail(expected: tuple[str, ...]) -> None:
    """Fewer, more, other events or another order are failures."""
    with pytest.raises(AssertionError):
        Scenario(tally).when(Rename(("一",))).then(*[renamed(name) for name in expected])


def test_wrong_refusals_fail() -> None:
    """No refusal, another code, or events where a refusal stands, are failures."""
    with pytest.raises(AssertionError, match="not refused"):
        Scenario(tally).when(Rename(("一",))).then_refused("name_missing")
    with pytest.raises(AssertionError, match="name_missing"):
        Scenario(tally).when(Rename(("",))).then_refused("another")
    with pytest.raises(AssertionError, match="refused: name_missing"):
        Scenario(tally).when(Rename(("",))).then_nothing()
    with pytest.raises(AssertionError, match="call when"):
        Scenario(tally).then_nothing()
