"""A branch's sheet of a sweep: who is to be checked, what was found, handed in, checked above (domain.md §2.12, S-14).

**应查** are the members whose formal relation is with the branch on the window's first day and whose membership has
not ended, at home or away: who has left is found among all (S-10 底数清, S-14), so all are looked at. The list stays
as it is, whatever becomes of the branch: who is transferred meanwhile, or whose branch is moved, merged or split, stays
on the same sheet, so that everybody is counted once. Longer it becomes by those alone whom no sheet of the sweep has
and whom the branch enters, or finds away, in the window (source SWEEP). Who is found to have come from elsewhere is no
member of the branch: counted as 新发现流入, not among 应查 and 已查.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guiyan.events import Payload
from guiyan.events.codes import SweepFinding
from guiyan.events.registry.sweep import (
    SweepBranchAccepted,
    SweepBranchLeftOut,
    SweepBranchOverdue,
    SweepBranchReturned,
    SweepBranchSubmitted,
    SweepFindingWithdrawn,
    SweepMemberChecked,
    SweepMembersExpected,
    SweepSheetOpened,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, require_happened
from guiyan.registry.domain.sheet_record import (
    EDITABLE,
    SETTLED,
    Found,
    Sheet,
    State,
    counts_of,
    evolve,
    require_editable,
    require_sheet,
)

MEMBERS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """The window opens: these members are to be checked."""

    sweep_id: str
    branch: str
    township: str
    members: tuple[str, ...]
    on: date


@dataclass(frozen=True, slots=True)
class ExpectMember:
    """A member was newly entered with the branch in the window (source SWEEP)."""

    member_id: str
    when: Occasion


@dataclass(frozen=True, slots=True)
class CheckMember:
    """This was found about one person; `joins` puts somebody on the list whom no sheet of the sweep has."""

    member_id: str
    found: Found
    when: Occasion
    joins: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawFinding:
    """The record that a finding rests on was entered in error."""

    record_id: str
    when: Occasion


@dataclass(frozen=True, slots=True)
class SubmitSheet:
    """The branch hands the sheet in."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class ReturnSheet:
    """The township gives it back for correction."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class SettleSheet:
    """The township has checked: what was handed in is accepted, what was not is left out (it must be `named`)."""

    named: bool
    when: Occasion


@dataclass(frozen=True, slots=True)
class RemindSheet:
    """The branches' last day is over."""

    due_on: date


Edit = ExpectMember | CheckMember | WithdrawFinding | SubmitSheet
Command = OpenSheet | Edit | ReturnSheet | SettleSheet | RemindSheet


def _own(state: Sheet) -> dict[str, str]:
    return {"sweep_id": state.sweep_id, "branch": state.branch}


def _open(command: OpenSheet, state: Sheet) -> Sequence[Draft]:
    if state.state is not None:
        return []
    own = {"sweep_id": command.sweep_id, "branch": command.branch}
    members = command.members
    opened = SweepSheetOpened(**own, township=command.township, members=members[:MEMBERS_MAX])
    rest = range(MEMBERS_MAX, len(members), MEMBERS_MAX)
    more = [SweepMembersExpected(**own, members=members[start : start + MEMBERS_MAX]) for start in rest]
    return [Draft(one, command.on) for one in (opened, *more)]


def _expect(command: ExpectMember, state: Sheet) -> list[Payload]:
    if command.member_id in state.expected:
        return []
    return [SweepMembersExpected(**_own(state), members=(command.member_id,))]


def _check(command: CheckMember, state: Sheet) -> list[Payload]:
    """Who stands on the list, once each; from elsewhere comes only who does not."""
    person, found = command.member_id, command.found
    listed = person in state.expected
    if found == state.found.get(person):
        return []
    comes = found.finding == SweepFinding.FOUND_IN
    if comes and listed:
        raise Refused("host_is_origin", pointer="/inflow")
    if not comes and not listed and not command.joins:
        raise Refused("not_on_the_sheet", pointer="/member_id")
    checked = SweepMemberChecked(
        **_own(state), member_id=person, finding=found.finding, record_id=found.record_id
    )  # fmt: skip
    joining = [] if comes or listed else [SweepMembersExpected(**_own(state), members=(person,))]
    return [*joining, checked]


def _withdraw(command: WithdrawFinding, state: Sheet) -> list[Payload]:
    of_it = [person for person, one in state.found.items() if one.record_id == command.record_id]
    return [SweepFindingWithdrawn(**_own(state), member_id=person) for person in of_it]


def _submit(state: Sheet) -> list[Payload]:
    """Everybody on the list was looked at; who could not be reached is a finding too."""
    missing = len(state.expected - state.found.keys())
    if missing:
        raise Refused("sheet_incomplete", count=missing)
    return [SweepBranchSubmitted(**_own(state), **dict(counts_of(state)))]


def _edit(command: Edit, state: Sheet) -> list[Payload]:
    match command:
        case ExpectMember():
            return _expect(command, state)
        case CheckMember():
            return _check(command, state)
        case WithdrawFinding():
            return _withdraw(command, state)
        case SubmitSheet():
            return _submit(state)


def _settle(command: SettleSheet, state: Sheet) -> list[Payload]:
    """What was settled stays so; a sheet that is missing is left out only by name, so that none is overlooked.

    The other way round too: one that was handed in after the township had named it as missing is not thrown away.
    """
    known = require_sheet(state)
    if known in SETTLED:
        return []
    submitted = known == State.SUBMITTED
    if submitted == command.named:
        raise Refused("named_as_missing" if submitted else "sheet_missing", branch=state.branch, pointer="/missing")
    kind = SweepBranchAccepted if submitted else SweepBranchLeftOut
    return [kind(**_own(state), **dict(counts_of(state)))]


def _remind(command: RemindSheet, state: Sheet) -> Sequence[Draft]:
    """Told once a last day, as long as the sheet is not handed in."""
    if state.state not in EDITABLE or state.overdue_on == command.due_on:
        return []
    overdue = SweepBranchOverdue(**_own(state), due_on=command.due_on)
    return [Draft(overdue, command.due_on + timedelta(days=1))]


def decide(command: Command, state: Sheet) -> Sequence[Draft]:
    """The events of a command on one sheet; raises Refused."""
    match command:
        case OpenSheet():
            return _open(command, state)
        case RemindSheet():
            return _remind(command, state)
    known, on = require_sheet(state), command.when.occurred_on
    match command:
        case SettleSheet():
            facts = _settle(command, state)
        case ReturnSheet():
            if known != State.SUBMITTED:
                raise Refused("sheet_state", state=known)
            facts = [SweepBranchReturned(**_own(state))]
        case _:
            require_editable(state)
            facts = _edit(command, state)
    require_happened(command.when, not_before=state.opened_on)
    return [Draft(one, on) for one in facts]


SHEET: Decider[Sheet, Command] = Decider("registry", "sweep_sheet", Sheet, evolve, decide)
