"""Sweeps: three windows a year and ad-hoc ones; one stream for the sweep, one per branch sheet (domain.md §2.12)."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P0, P1, P2
from guiyan.events.codes import SweepFinding, SweepKind
from guiyan.events.fields import MemberId
from guiyan.events.payload import Facts, Payload
from guiyan.events.values import Count, Id, OrgCode, Year

SweepId = Annotated[Id, P1("The sweep.")]


class SweepCounts(Facts):
    """The counters of a sweep (S-14): how many were to be checked, and what was found."""

    expected: Annotated[Count, P1("Members to be checked.")]
    checked: Annotated[Count, P1("Members checked.")]
    found_out: Annotated[Count, P1("Newly found to be away.")]
    found_in: Annotated[Count, P1("Newly found to have come.")]
    returned: Annotated[Count, P1("Found to be back.")]
    not_reached: Annotated[Count, P1("Not reached.")]


class SweepEvent(Payload, abstract=True):
    """What all events of a whole sweep share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "sweep"


class SweepPlanned(SweepEvent):
    """A sweep was put into the calendar (S-30: the three windows; S-31: ad hoc)."""

    kind: Annotated[SweepKind, P0("Which window.")]
    year: Annotated[Year, P0("Of which year.")]
    number: Annotated[Count, P0("Its number in the year.")]
    root_org: Annotated[OrgCode, P0("Every branch below takes part.")]
    opens_on: Annotated[date, P0("The first day of the window.")]
    closes_on: Annotated[date, P0("The last day of the window.")]
    branch_due_on: Annotated[date, P0("Branches submit by.")]
    township_due_on: Annotated[date, P0("Townships check by.")]
    city_due_on: Annotated[date, P0("The city closes by.")]


class SweepOpened(SweepEvent):
    """The window opened; each branch has its sheet."""

    branches: Annotated[Count, P1("How many branches take part.")]


class SweepTownshipChecked(SweepCounts, SweepEvent):
    """A township checked the sheets of its branches; its counters are the sums of theirs."""

    township: Annotated[OrgCode, P0("The township or street.")]


class SweepCityClosed(SweepCounts, SweepEvent):
    """The city closed the sweep; its counters are the sums of its townships'."""


class SweepReported(SweepEvent):
    """The result was reported upward."""

    to_org: Annotated[OrgCode | None, P0("To which organisation.")] = None


class SweepCancelled(SweepEvent):
    """A planned sweep will not take place."""


class SweepSheetEvent(Payload, abstract=True):
    """What all events of one branch's sheet share; small streams, so that ten thousand members never share one."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "sweep_sheet"
    sweep_id: SweepId
    branch: Annotated[OrgCode, P0("The branch.")]


class SweepMemberChecked(SweepSheetEvent):
    """One member was checked and this was found; the change itself is an event of the member or departure."""

    member_id: MemberId
    finding: Annotated[SweepFinding, P2("What was found.")]


class SweepBranchSubmitted(SweepCounts, SweepSheetEvent):
    """The branch handed in its sheet, within three days of the window's end."""


class SweepBranchReturned(SweepSheetEvent):
    """The township gave the sheet back for correction."""


class SweepBranchOverdue(SweepSheetEvent):
    """The branch has not handed in its sheet: a task, nothing more."""

    due_on: Annotated[date, P0("It was due by.")]
