"""A member's year in plain counts: dues, reports, useful leads, calls not answered (S-41 to S-43, P-05).

Counts of facts, nothing weighed: no attitude, no order of members.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from guiyan.events import Payload, contact, registry
from guiyan.events.codes import ContactLeg, ContactOutcome, LeadAssessment
from guiyan.ledger import Document, Fact

YEARS: Final = "member_years"
MONTHS_OF_YEAR: Final = 12
PAYMENTS: Final = frozenset({"DuesPaid", "DuesPaidAtHost", "DuesProxyPaid"})
DUES: Final = PAYMENTS | {"DuesPaymentWithdrawn", "DuesExempted", "DuesTermsWithdrawn"}
HANDLES: Final = DUES | {
    "ContactAttempted",
    "ContactMissed",
    "ReportGiven",
    "HomeVisitReported",
    "LeadSubmitted",
    "LeadAssessed",
}
_NEW: Final[Document] = {
    "paid": [],
    "exempt": {},
    "dues_months": 0,
    "dues_paid": False,
    "reports": 0,
    "home_reports": 0,
    "leads": 0,
    "useful_leads": 0,
    "unanswered": 0,
    "missed": 0,
    "missed_in": [],
}
_ONE_MORE: Final = {"ReportGiven": "reports", "HomeVisitReported": "home_reports", "LeadSubmitted": "leads"}
Change = Callable[[Document], Document]


def year_id(member_id: str, year: int) -> str:
    """The id of a member's year."""
    return f"{member_id}:{year}"


def empty(member_id: str, branch: str | None, year: int) -> Document:
    """A year of which nothing is known yet."""
    return {**_NEW, "member_id": member_id, "branch": branch, "year": year}


def changes(fact: Fact, known_years: Iterable[int], lead_year: int | None) -> dict[int, Change]:
    """What the fact changes, by year. A lead counts in the year it was given in, a missed contact in its quarter's."""
    payload, year = fact.payload, fact.event.occurredon.year
    if fact.type in DUES:
        return _dues(payload, fact.event.id, known_years)
    match payload:
        case contact.ContactAttempted():
            return {year: _plus("unanswered")} if _unanswered(payload) else {}
        case contact.ContactMissed():
            return {int(payload.quarter[:4]): _missed(payload.quarter)}
        case contact.LeadAssessed():
            useful = payload.assessment is LeadAssessment.USEFUL
            return {lead_year or year: _plus("useful_leads")} if useful else {}
        case _:
            return {year: _plus(_ONE_MORE[fact.type])}


def _unanswered(tried: contact.ContactAttempted) -> bool:
    """Nobody answered the member's own number; a wrong or dead number is nobody's silence (P-05)."""
    return tried.leg is ContactLeg.MEMBER and tried.outcome is ContactOutcome.NO_ANSWER


def _plus(name: str) -> Change:
    return lambda year: {**year, name: year[name] + 1}


def _missed(quarter: str) -> Change:
    """A quarter counts once, however often it is missed within it by a shorter cycle."""

    def change(year: Document) -> Document:
        quarters = sorted({*year["missed_in"], quarter})
        return {**year, "missed_in": quarters, "missed": len(quarters)}

    return change


def _dues(payload: Payload, event_id: str, known_years: Iterable[int]) -> dict[int, Change]:
    match payload:
        case registry.DuesTermsWithdrawn():
            return dict.fromkeys(known_years, _without_exemption(payload.entry_id))
        case registry.DuesPaymentWithdrawn():
            return {year: _without(months) for year, months in _by_year(payload.months)}
        case registry.DuesExempted():
            nothing_left = payload.monthly_amount_fen == 0
            return {y: _exempted(event_id, months) for y, months in _by_year(payload.months) if nothing_left}
        case registry.DuesPaid() | registry.DuesPaidAtHost() | registry.DuesProxyPaid():
            return {year: _with(months) for year, months in _by_year(payload.months)}
        case _:
            return {}


def _by_year(months: Iterable[str]) -> Iterable[tuple[int, frozenset[str]]]:
    found = sorted(frozenset(months))
    years = sorted({int(one[:4]) for one in found})
    return [(year, frozenset(one for one in found if int(one[:4]) == year)) for year in years]


def _with(months: frozenset[str]) -> Change:
    return lambda year: _counted({**year, "paid": sorted({*year["paid"], *months})})


def _without(months: frozenset[str]) -> Change:
    return lambda year: _counted({**year, "paid": sorted(set(year["paid"]) - months)})


def _exempted(entry_id: str, months: frozenset[str]) -> Change:
    return lambda year: _counted({**year, "exempt": {**year["exempt"], entry_id: sorted(months)}})


def _without_exemption(entry_id: str) -> Change:
    def change(year: Document) -> Document:
        left = {one: months for one, months in year["exempt"].items() if one != entry_id}
        return _counted({**year, "exempt": left})

    return change


def _counted(year: Document) -> dict[str, Any]:
    """Months of the year for which nothing is left to pay; `dues_paid` when that is all twelve."""
    settled = {*year["paid"], *(month for months in year["exempt"].values() for month in months)}
    return {**year, "dues_months": len(settled), "dues_paid": len(settled) == MONTHS_OF_YEAR}
