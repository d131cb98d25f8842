"""Commands on a member's dues: what is asked, what was paid where, what was recorded in error, a case's answer (R7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from guiyan.events.codes import DuesCaseAnswer, DuesError
from guiyan.events.registry.dues import DuesAmountSet, DuesCycleAgreed, DuesExempted
from guiyan.ledger import Outcome
from guiyan.registry.commands.decisions import Paper
from guiyan.registry.commands.hosting import is_hosted
from guiyan.registry.commands.members import Payment, get_member, write_payment
from guiyan.registry.commands.scoping import in_scope, way_up
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.dues import DUES, Command, WithdrawPayment
from guiyan.registry.domain.dues_arrears import DecideCase
from guiyan.registry.domain.dues_terms import AgreeCycle, Exempt, SetAmount, WithdrawTerms
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.record import Member, require_member
from guiyan.registry.domain.standing import membership_of_member
from guiyan.service.problems import NotFound


@dataclass(frozen=True, slots=True)
class Told:
    """What an act tells: codes and months by the names of the event's fields, and its business date."""

    fields: dict[str, Any]
    occurred_on: date | None = None


async def set_amount(tools: Tools, asker: Asker, member_id: str, told: Told) -> Outcome:
    """Agree class and monthly amount of a year."""
    state, when = await _standing(tools, asker, member_id), tools.when(told.occurred_on)
    facts = DuesAmountSet.model_validate({**told.fields, "member_id": member_id, "branch": state.branch})
    above = (await way_up(tools, state.branch))[1:]
    valid = await tools.parameters(when.occurred_on)
    return await _write(tools, asker, member_id, SetAmount(facts, above, when, valid, membership_of_member(state)))


async def agree_cycle(tools: Tools, asker: Asker, member_id: str, told: Told) -> Outcome:
    """The branch agrees to monthly or quarterly payment."""
    state = await _standing(tools, asker, member_id)
    facts = DuesCycleAgreed.model_validate({**told.fields, "member_id": member_id, "branch": state.branch})
    command = AgreeCycle(facts, tools.when(told.occurred_on), membership_of_member(state))
    return await _write(tools, asker, member_id, command)


async def exempt(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, member_id: str, paper: Paper, *, months: tuple[str, ...], left_fen: int
) -> Outcome:
    """Less or nothing is asked for some months, approved above the branch."""
    state, when = await _standing(tools, asker, member_id), tools.when(paper.decided_on)
    facts = DuesExempted(
        member_id=member_id,
        months=tuple(sorted(months)),
        decision_no=paper.decision_no,
        decided_by=paper.decided_by,
        monthly_amount_fen=left_fen,
    )
    above, valid = (await way_up(tools, state.branch))[1:], await tools.parameters(when.occurred_on)
    command = Exempt(facts, state.branch, above, when, valid, membership_of_member(state))
    return await _write(tools, asker, member_id, command)


async def pay_at_host(tools: Tools, asker: Asker, member_id: str, payment: Payment) -> Outcome:
    """Recorded by the member's own side, or by the host that has accepted the member."""
    state, _ = await tools.load(MEMBER, member_id)
    if not await in_scope(tools, asker, state.branch):
        on, host = tools.when(payment.occurred_on).occurred_on, payment.host_branch or ""
        if not await in_scope(tools, asker, host) or not await is_hosted(tools, member_id, host, on):
            raise NotFound
    return await write_payment(tools, asker, state, payment)


async def withdraw_payment(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, member_id: str, payment_id: str, *, error: DuesError, occurred_on: date | None
) -> Outcome:
    """Take a payment out of an account; also of somebody whose membership has ended."""
    state = await get_member(tools, asker, member_id)
    membership, when = membership_of_member(state), tools.when(occurred_on)
    return await _write(
        tools, asker, member_id, WithdrawPayment(member_id, state.branch, payment_id, error, when, membership)
    )


async def withdraw_terms(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, member_id: str, entry_id: str, *, error: DuesError, occurred_on: date | None
) -> Outcome:
    """Take an amount, an exemption or a cycle out of an account."""
    state = await get_member(tools, asker, member_id)
    membership, when = membership_of_member(state), tools.when(occurred_on)
    return await _write(
        tools, asker, member_id, WithdrawTerms(member_id, state.branch, entry_id, error, when, membership)
    )


async def decide_case(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, member_id: str, answer: DuesCaseAnswer, *, decision_no: str | None, decided_on: date
) -> Outcome:
    """What the branch meeting found in a six-month case (R1 Art. 31(6))."""
    state = await get_member(tools, asker, member_id)
    command = DecideCase(member_id, answer, decision_no, tools.when(decided_on), membership_of_member(state))
    return await _write(tools, asker, member_id, command)


async def _standing(tools: Tools, asker: Asker, member_id: str) -> Member:
    """A member of the asker's scope whose membership has not ended."""
    state = await get_member(tools, asker, member_id)
    require_member(state)
    return state


async def _write(tools: Tools, asker: Asker, member_id: str, command: Command) -> Outcome:
    return await tools.commands.execute(DUES, member_id, command, asker.context, asker.expected_version)
