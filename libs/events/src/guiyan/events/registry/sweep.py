"""Sweeps: three windows a year and ad-hoc ones; one stream for the sweep, one per branch sheet (domain.md §2.12)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from guiyan.events.classes import P0, P1, P2
from guiyan.events.codes import SweepFinding, SweepKind
from guiyan.events.fields import MemberId
from guiyan.events.payload import Facts, Payload
from guiyan.events.values import Count, DocumentNo, Id, OrgCode, Year

SweepId = Annotated[Id, P1("The sweep.")]
Expected = Annotated[tuple[Id, ...], P1("Members to be checked, a thousand an event at most."), Field(max_length=1_000)]


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


class SweepTownship(Facts):
    """A township that takes part, and how many sheets it has to check."""

    township: Annotated[OrgCode, P0("The township or street; the sweep's own organisation for what is right below.")]
    branches: Annotated[Count, P1("How many branches it has in the sweep.")]


class SweepExtended(SweepEvent):
    """The days of a sweep were moved, by a document: nothing is extended in silence."""

    closes_on: Annotated[date, P0("The last day of the window.")]
    branch_due_on: Annotated[date, P0("Branches submit by.")]
    township_due_on: Annotated[date, P0("Townships check by.")]
    city_due_on: Annotated[date, P0("The city closes by.")]
    document_no: Annotated[DocumentNo, P1("The document that says so.")]


class SweepOpened(SweepEvent):
    """The window opened; each branch has its sheet, under the township that it stands under on this day."""

    branches: Annotated[Count, P1("How many branches take part.")]
    townships: Annotated[tuple[SweepTownship, ...], P1("The townships, each with its number of branches.")] = ()


class SweepTownshipChecked(SweepCounts, SweepEvent):
    """A township checked the sheets of its branches; its counters are the sums of theirs."""

    township: Annotated[OrgCode, P0("The township or street.")]
    missing: Annotated[tuple[OrgCode, ...], P1("Branches that handed nothing in; counted as far as they came.")] = ()


class SweepTownshipOverdue(SweepEvent):
    """A township has not checked its sheets: a task, nothing more."""

    township: Annotated[OrgCode, P0("The township or street.")]
    due_on: Annotated[date, P0("It was due by.")]


class SweepCityOverdue(SweepEvent):
    """The sweep has not been closed: a task, nothing more."""

    due_on: Annotated[date, P0("It was due by.")]


class SweepCityClosed(SweepCounts, SweepEvent):
    """The city closed the sweep; its counters are the sums of its townships'."""


class SweepReported(SweepEvent):
    """The result was reported upward."""

    to_org: Annotated[OrgCode | None, P0("To which organisation.")] = None


class SweepCancelled(SweepEvent):
    """A planned sweep will not take place."""

    document_no: Annotated[DocumentNo | None, P1("The document that says so.")] = None


class SweepSheetEvent(Payload, abstract=True):
    """What all events of one branch's sheet share; small streams, so that ten thousand members never share one."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "sweep_sheet"
    sweep_id: SweepId
    branch: Annotated[OrgCode, P0("The branch.")]


class SweepSheetOpened(SweepSheetEvent):
    """A branch has its sheet: the members that it holds on the first day, each to be checked."""

    township: Annotated[OrgCode, P0("The township that checks the sheet.")]
    members: Expected = ()


class SweepMembersExpected(SweepSheetEvent):
    """More members stand on the sheet: newly entered, or more than one event holds."""

    members: Expected


class SweepMemberChecked(SweepSheetEvent):
    """One member was checked and this was found; the change itself is an event of the member or departure."""

    member_id: MemberId
    finding: Annotated[SweepFinding, P2("What was found.")]
    record_id: Annotated[Id | None, P1("The departure, or inflow record, that the finding rests on.")] = None


class SweepFindingWithdrawn(SweepSheetEvent):
    """What a finding rested on was entered in error: the member is to be checked again."""

    member_id: MemberId


class SweepBranchSubmitted(SweepCounts, SweepSheetEvent):
    """The branch handed in its sheet, within three days of the window's end."""


class SweepBranchReturned(SweepSheetEvent):
    """The township gave the sheet back for correction."""


class SweepBranchAccepted(SweepCounts, SweepSheetEvent):
    """The township found the sheet in order; these are the counters that go into its sums, and nothing changes them."""


class SweepBranchLeftOut(SweepCounts, SweepSheetEvent):
    """The township went on without the sheet, which was not handed in; counted as far as it had come."""


class SweepBranchOverdue(SweepSheetEvent):
    """The branch has not handed in its sheet: a task, nothing more."""

    due_on: Annotated[date, P0("It was due by.")]
