"""What is asked of a member: amount by class, exemption by decision, how often it is handed in (R7, domain.md §2.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guiyan.events.codes import DuesCycle, DuesError, DuesRateClass
from guiyan.events.registry.dues import DuesAmountSet, DuesCycleAgreed, DuesExempted, DuesTermsWithdrawn
from guiyan.ledger import Draft, Refused
from guiyan.registry.domain.dates import Occasion, month_number, month_of, require_happened
from guiyan.registry.domain.dues_account import Dues
from guiyan.registry.domain.dues_months import amount_of, quarter_end
from guiyan.registry.domain.parameters import DEFAULTS, Parameters
from guiyan.registry.domain.standing import ALWAYS, Membership

Rate = DuesRateClass
AMOUNT_MAX_FEN = 10_000_000_000


@dataclass(frozen=True, slots=True)
class SetAmount:
    """Agree the amount of a year; `above` are the organisations above the branch, one of which approves EXEMPT."""

    facts: DuesAmountSet
    above: tuple[str, ...]
    when: Occasion
    parameters: Parameters = DEFAULTS
    membership: Membership = ALWAYS

    @property
    def member_id(self) -> str:
        """Whose account."""
        return self.facts.member_id

    @property
    def branch(self) -> str:
        """The branch that holds the relation."""
        return self.facts.branch


@dataclass(frozen=True, slots=True)
class AgreeCycle:
    """The branch agrees how often dues are handed in."""

    facts: DuesCycleAgreed
    when: Occasion
    membership: Membership = ALWAYS

    @property
    def member_id(self) -> str:
        """Whose account."""
        return self.facts.member_id

    @property
    def branch(self) -> str:
        """The branch that holds the relation."""
        return self.facts.branch


@dataclass(frozen=True, slots=True)
class Exempt:
    """Less or nothing is asked for some months: the branch `branch` studied it, one of those `above` approved."""

    facts: DuesExempted
    branch: str
    above: tuple[str, ...]
    when: Occasion
    parameters: Parameters = DEFAULTS
    membership: Membership = ALWAYS

    @property
    def member_id(self) -> str:
        """Whose account."""
        return self.facts.member_id


@dataclass(frozen=True, slots=True)
class WithdrawTerms:
    """Take an amount, an exemption or a cycle out of an account in which it should never have stood."""

    member_id: str
    branch: str
    entry_id: str
    error: DuesError
    when: Occasion
    membership: Membership = ALWAYS


TermsCommand = SetAmount | AgreeCycle | Exempt | WithdrawTerms


def bounds_fen(rate_class: DuesRateClass, valid: Parameters) -> tuple[int, int]:
    """The least and the most that a class can come to a month, in fen (R7); no income is asked or kept.

    A rate holds for the whole base, so a class's bounds are its rate of the wages or pensions it is for.
    """
    low, pension = valid.dues_minimum_fen, valid.dues_pension_05_up_to_yuan
    first, second, third = (
        valid.dues_wage_05_up_to_yuan, valid.dues_wage_10_up_to_yuan, valid.dues_wage_15_up_to_yuan,
    )  # fmt: skip
    return {
        Rate.WAGE_05: (low, _share(first, 1)),
        Rate.WAGE_10: (_share(first, 2), _share(second, 2)),
        Rate.WAGE_15: (_share(second, 3), _share(third, 3)),
        Rate.WAGE_20: (_share(third, 4), AMOUNT_MAX_FEN),
        Rate.PENSION_05: (low, _share(pension, 1)),
        Rate.PENSION_10: (_share(pension, 2), AMOUNT_MAX_FEN),
        Rate.FARMER_FIXED: (low, valid.dues_farmer_max_fen),
        Rate.MINIMUM_02: (low, low),
        Rate.EXEMPT: (0, 0),
    }[rate_class]


def _share(yuan: int, half_percents: int) -> int:
    """Some half per cents of an amount in yuan, in fen."""
    return yuan * half_percents // 2


def require_above(org: str | None, above: tuple[str, ...]) -> None:
    """The branch studies, the committee above approves (R7)."""
    if org not in above:
        raise Refused("for_an_organisation_above", pointer="/decided_by")


def _set_amount(command: SetAmount, state: Dues) -> Sequence[Draft]:
    facts, valid, on = command.facts, command.parameters, command.when.occurred_on
    require_happened(command.when)
    _require_of_year(command)
    least, most = bounds_fen(facts.rate_class, valid)
    if not least <= facts.monthly_amount_fen <= most:
        raise Refused(
            "amount_outside_class", pointer="/monthly_amount_fen", rate_class=facts.rate_class, least=least, most=most
        )
    if facts.rate_class == Rate.EXEMPT:
        if facts.decision_no is None:
            raise Refused("exemption_needs_decision", pointer="/decision_no")
        require_above(facts.decided_by, command.above)
    _require_unfixed(command, state)
    return [Draft(facts, on)]


def _require_of_year(command: SetAmount) -> None:
    """Agreed at the start of the year, or when dues begin to be kept in it; not for a time before joining (R7)."""
    facts, on, joined = command.facts, command.when.occurred_on, command.membership.joined_on
    if facts.year not in {on.year, on.year + 1}:
        raise Refused("amount_year", pointer="/year", year=on.year, next_year=on.year + 1)
    if int(facts.from_month[:4]) != facts.year:
        raise Refused("month_of_another_year", pointer="/from_month", year=facts.year)
    if joined is not None and facts.from_month < month_of(joined):
        raise Refused("dues_before_joining", pointer="/from_month", month=month_of(joined))


def _require_unfixed(command: SetAmount, state: Dues) -> None:
    """Fixed for the year (R7 as explained in 2021); where the switch allows it, changed from the month of change."""
    facts = command.facts
    if all(one.year != facts.year for one in state.amounts):
        return
    if not command.parameters.dues_change_within_year:
        raise Refused("amount_fixed_for_year", pointer="/year", status=409, year=facts.year)
    if facts.from_month < month_of(command.when.occurred_on):
        raise Refused("change_from_its_month", pointer="/from_month", month=month_of(command.when.occurred_on))


def _agree_cycle(command: AgreeCycle) -> Sequence[Draft]:
    """From the quarter at hand on: what was overdue stays so (R7: quarterly by the branch's consent)."""
    facts, on = command.facts, command.when.occurred_on
    require_happened(command.when)
    begun = month_number(quarter_end(month_of(on))) - 2
    if not begun <= month_number(facts.from_month) <= begun + 12:
        raise Refused("cycle_from", pointer="/from_month")
    if facts.cycle == DuesCycle.QUARTERLY and month_number(facts.from_month) % 3:
        raise Refused("cycle_from", pointer="/from_month")
    return [Draft(facts, on)]


def _exempt(command: Exempt, state: Dues) -> Sequence[Draft]:
    facts = command.facts
    require_happened(command.when, pointer="/decided_on")
    require_above(facts.decided_by, command.above)
    require_months(facts.months)
    _require_near(command)
    refuse_paid(facts.months, state)
    refuse_exempted(facts.months, state.exempted)
    for month in facts.months if facts.monthly_amount_fen else ():
        agreed = amount_of(state.facts(command.membership), month)
        if agreed is not None and agreed.fen <= facts.monthly_amount_fen:
            raise Refused("no_reduction", pointer="/monthly_amount_fen", month=month, agreed=agreed.fen)
    return [Draft(facts, command.when.occurred_on)]


def _require_near(command: Exempt) -> None:
    """As far back as can be paid afterwards, and a limited time ahead: then the branch looks at it again."""
    now, valid = month_number(month_of(command.when.occurred_on)), command.parameters
    for month in command.facts.months:
        distance = month_number(month) - now
        if distance < -valid.dues_backpay_max_months:
            raise Refused("dues_too_far_back", pointer="/months", months=valid.dues_backpay_max_months)
        if distance > valid.dues_exempt_ahead_months:
            raise Refused("exempt_too_far_ahead", pointer="/months", months=valid.dues_exempt_ahead_months)


def require_months(months: Sequence[str]) -> None:
    """Some months, each named once."""
    if not months:
        raise Refused("no_months", pointer="/months")
    if len(set(months)) != len(months):
        raise Refused("month_named_twice", pointer="/months")


def refuse_paid(months: Sequence[str], state: Dues) -> None:
    """No month is paid twice, or exempted after it was paid.

    A repeat under the same key is harmless. Another entry for the same month is told, and never taken in silence: it
    is either the same payment reported by two, or one that belongs to another month or person.
    """
    paid = sorted(set(months) & state.months)
    if paid:
        raise Refused("month_already_paid", pointer="/months", status=409, month=paid[0])


def refuse_exempted(months: Sequence[str], exempted: frozenset[str]) -> None:
    """None of these months is one for which another decision stands."""
    taken = sorted(set(months) & exempted)
    if taken:
        raise Refused("month_exempted", pointer="/months", status=409, month=taken[0])


def _withdraw(command: WithdrawTerms, state: Dues) -> Sequence[Draft]:
    """It counts from the day of what it takes back, as if that had never been in this account."""
    told_on = dict(state.terms_on).get(command.entry_id)
    if told_on is None:
        raise Refused("dues_entry_unknown", pointer="/entry_id")
    require_happened(command.when, not_before=told_on)
    facts = DuesTermsWithdrawn(
        member_id=command.member_id, branch=command.branch, entry_id=command.entry_id, error=command.error
    )
    return [Draft(facts, told_on)]


def decide_terms(command: TermsCommand, state: Dues) -> Sequence[Draft]:
    """The event of one act on what is asked; raises Refused."""
    match command:
        case SetAmount():
            return _set_amount(command, state)
        case AgreeCycle():
            return _agree_cycle(command)
        case Exempt():
            return _exempt(command, state)
        case WithdrawTerms():
            return _withdraw(command, state)
