"""Tasks: raised once for each occasion, closed by people, overtaken by the product (domain.md §1.2, §6 no. 1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from services.registry.tests.story import NOW, TODAY, Story

from guiyan.events.codes import TaskEnd, TaskKind
from guiyan.events.registry.dues import DuesArrearsNoted
from guiyan.events.registry.task import TaskClosed, TaskRaised
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.desk_table import BY_EVENT, ROWS, TABLE
from guiyan.registry.domain.parameters import DEFAULTS
from guiyan.registry.domain.task import TASK, CloseTask, OvertakeTask, RaiseTask, task_id

BRANCH, OTHER = "654002001001", "654002001002"
TRIP = "019b8be1-f57b-75b2-99ce-558e3d460b28"


def raised(on: date = TODAY) -> RaiseTask:
    """The task of a trip with an unknown destination."""
    return RaiseTask(TaskRaised(org_code=BRANCH, kind=TaskKind.DESTINATION_UNKNOWN, about_id=TRIP, due_on=on), on)


def story() -> Story:
    """A task's story so far: nothing."""
    return Story(TASK, task_id(TaskKind.DESTINATION_UNKNOWN, TRIP, "one", NOW))


def test_a_task_is_raised_once_in_its_life() -> None:
    """A repeat raises nothing, neither while it lies on the desk nor after people have closed it (§1.2)."""
    told = story()
    assert [one.type_name() for one in told.when(raised())] == ["TaskRaised"]
    assert told.when(raised()) == []
    told.when(CloseTask(TaskEnd.DONE, BRANCH, Occasion(TODAY, TODAY)))
    assert told.when(raised()) == []
    assert told.types() == ["TaskRaised", "TaskClosed"]


@pytest.mark.parametrize("how", [TaskEnd.DONE, TaskEnd.NOT_NEEDED])
def test_people_close_a_task_and_say_how(how: TaskEnd) -> None:
    """Done or not needed, once, on the desk on which it lies by then, not before it was raised (§6 no. 1)."""
    told = story()
    told.when(raised())
    early = Occasion(TODAY - timedelta(days=1), TODAY)
    assert told.refused(CloseTask(how, OTHER, early)).code == "too_early"
    assert told.when(CloseTask(how, OTHER, Occasion(TODAY, TODAY))) == [TaskClosed(org_code=OTHER, how=how)]
    assert told.refused(CloseTask(how, OTHER, Occasion(TODAY, TODAY))).code == "task_closed"


def test_overtaken_is_said_by_the_product_alone() -> None:
    """People say DONE or NOT_NEEDED; what is overtaken leaves by itself, and only what lies on the desk (§1.2)."""
    told = story()
    assert told.when(OvertakeTask(TODAY)) == []
    assert told.refused(CloseTask(TaskEnd.DONE, BRANCH, Occasion(TODAY, TODAY))).status == 404
    told.when(raised())
    own = CloseTask(TaskEnd.OVERTAKEN, BRANCH, Occasion(TODAY, TODAY))
    assert told.refused(own).code == "task_overtaken_by_itself"
    told.when(OvertakeTask(TODAY - timedelta(days=3)))
    assert told.events[-1].occurredon == TODAY, "nothing leaves the desk before it came"
    assert told.state.how == TaskEnd.OVERTAKEN
    assert told.when(OvertakeTask(TODAY)) == []


def test_the_id_follows_from_kind_matter_and_occasion() -> None:
    """The same occasion gives the same task on every machine; another kind, record or occasion another one (§1.2)."""
    one = task_id(TaskKind.NO_HOST, TRIP, "a", NOW)
    assert one == task_id(TaskKind.NO_HOST, TRIP, "a", NOW)
    others = {
        task_id(TaskKind.HOST_DECLINED, TRIP, "a", NOW),
        task_id(TaskKind.NO_HOST, "other", "a", NOW),
        task_id(TaskKind.NO_HOST, TRIP, "b", NOW),
    }
    assert len({one, *others}) == 4


def test_every_kind_of_task_has_one_row_and_every_row_words() -> None:
    """The table is complete: a kind without a row would never be raised, or could not be shown (§1.2)."""
    assert set(ROWS) == set(TaskKind)
    assert len(TABLE) == len(ROWS)
    assert all(all(row.step) and row.source for row in TABLE)
    assert {"HostDeclined", "MemberReturned", "ProbationReminded", "SweepBranchOverdue"} <= set(BY_EVENT)


@pytest.mark.parametrize(
    ("unpaid", "threshold", "on_the_desk"), [(2, 6, False), (3, 6, True), (6, 6, False), (6, 9, True)]
)
def test_arrears_are_a_task_until_the_case_opens(unpaid: int, threshold: int, on_the_desk: bool) -> None:  # noqa: FBT001 - a value that the test is tried with
    """From three months to those of which a case is made, as the rule of the day has it (R1 Art. 31(6))."""
    facts = DuesArrearsNoted(member_id=TRIP, branch=BRANCH, months_in_arrears=unpaid)
    (begins,) = ROWS[TaskKind.DUES_ARREARS].begins
    assert begins.test(facts, replace(DEFAULTS, selfleft_threshold_months=threshold)) is on_the_desk
