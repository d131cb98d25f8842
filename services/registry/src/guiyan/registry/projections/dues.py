"""What each event of a member's dues changes in the member's account, and the one timer that it sets (domain.md §2.9).

The account keeps the months paid for ever, payments in full only the last ones: those are what people look at.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from guiyan.events.codes import DuesCycle, DuesPayer, DuesRateClass
from guiyan.events.registry.dues import DuesEvent, DuesPaymentWithdrawn, SixMonthCaseDecided
from guiyan.ledger import SHANGHAI, Docs, Document, Fact, Timer, business_date
from guiyan.registry.domain.dates import month_of
from guiyan.registry.domain.dues_account import Case, Dues, Exemption, Payment, after
from guiyan.registry.domain.dues_arrears import next_note
from guiyan.registry.domain.dues_months import Amount, Cycle, DuesFacts, amount_of, arrears, cycle_of, month_state
from guiyan.registry.domain.membership import Standing, Stop
from guiyan.registry.domain.standing import ALWAYS, Membership, membership_of
from guiyan.registry.projections.members import MEMBERS, SHOWN_ELSEWHERE, noted, shown_also
from guiyan.registry.projections.values import plain

DUES: Final = "dues"
NOTE_ARREARS: Final = "note_arrears"
RECENT: Final = 24
_FOLLOWED: Final = ("branch", "membership_status", "joined_on", "standing", "received", "outsides")
_EMPTY: Final[dict[str, Any]] = {
    "account": None, "moved_on": None, "older": [], "older_at_host": [], "case_answer": None, "case_decided_on": None,
    "case_decision_no": None, "exempt_decision_no": None,
}  # fmt: skip


def apply_dues(fact: Fact, payload: DuesEvent, docs: Docs) -> None:
    """Change the member's account and timer; of somebody who is not in the register there is none."""
    member = docs.get(MEMBERS, payload.member_id)
    if member is None:
        return
    before = docs.get(DUES, payload.member_id) or {**_EMPTY}
    account = after(account_of(before), payload, fact.event.id, fact.event.occurredon)
    document = {**before, **_shown(payload, fact), **{name: member[name] for name in SHOWN_ELSEWHERE}}
    if isinstance(payload, DuesPaymentWithdrawn):
        document |= {name: [one for one in before[name] if one not in payload.months] for name in _OLDER}
    document = noted({**document, "member_id": payload.member_id, **_kept(document, account)}, fact)
    _put(document, membership_in(member), fact, docs)
    docs.put(MEMBERS, payload.member_id, shown_also(member, DUES, payload.member_id))


def follow_member(before: Document, member: Document, fact: Fact, docs: Docs) -> None:
    """The clock stops and goes on with the membership; the account is with the branch of now.

    Whose relation was received elsewhere, and not by a branch of the register, owes nothing here from that day on.
    """
    if f"{DUES}/{member['_id']}" not in member["shown_in"]:
        return
    document = docs.get(DUES, member["_id"])
    if document is not None and any(before[name] != member[name] for name in _FOLLOWED):
        moved_on = (document["moved_on"] or fact.event.occurredon.isoformat()) if member["received"] else None
        _put({**document, "moved_on": moved_on}, membership_in(member), fact, docs)


def _put(document: Document, membership: Membership, fact: Fact, docs: Docs) -> None:
    """The account with what it comes to on the day of recording, and the member's one timer."""
    kept = {"joined_on": _text(membership.joined_on), "stops": [_stop_kept(one) for one in membership.stops]}
    day = business_date(fact.event.time)
    document = as_of({**document, **kept}, day)
    docs.put(DUES, document["member_id"], document)
    account = account_of(document)
    at_once, later = next_note(facts_of(document), account.noted, account.noted_through, day)
    if at_once is not None:
        # A timer's id and time name one note for ever: so this one is due just before what made it due, by as many
        # milliseconds as that is the how manieth event, and never at the moment of a month's end or of another event.
        moment = fact.event.time - timedelta(milliseconds=fact.event.streamversion)
        docs.schedule(_timer(document["member_id"], moment, at_once))
    elif later is not None:
        docs.schedule(_timer(document["member_id"], datetime.combine(later, time.min, SHANGHAI), later))
    else:
        docs.cancel(f"{NOTE_ARREARS}:{document['member_id']}")


def _timer(member_id: str, due_at: datetime, due_on: date) -> Timer:
    data = {"member_id": member_id, "due_on": due_on.isoformat()}
    return Timer(f"{NOTE_ARREARS}:{member_id}", due_at.astimezone(UTC), NOTE_ARREARS, data)


def as_of(document: Document, day: date) -> Document:
    """The account with what it comes to on a day; where no membership stands, no row of unpaid months goes on."""
    facts, account = facts_of(document), account_of(document)
    found, last = arrears(facts, day), account.payments[-1] if account.payments else None
    stands = facts.membership.stands(day)
    amount = amount_of(facts, month_of(day)) or (facts.amounts[0] if facts.amounts else None)
    return {
        **document,
        "kept_from": facts.kept_from,
        "paid_to": facts.paid_to,
        "months_in_arrears": found.in_a_row if stands else 0,
        "months_unpaid": found.unpaid,
        "arrears_since": found.since if stands else None,
        "agreed_years": sorted({one.year for one in facts.amounts}),
        "agreed_year": amount.year if amount else None,
        "rate_class": str(amount.rate_class) if amount else None,
        "monthly_amount_fen": amount.fen if amount else None,
        "cycle": str(cycle_of(facts, month_of(day))),
        "case_open": account.case is not None,
        "case_since": _text(account.case.since if account.case else None),
        "case_opened_on": _text(account.case.opened_on if account.case else None),
        "reported_on": _text(account.reported_on),
        "paid_where": None if last is None else "HOST" if last.at_host else "HOME",
        "paid_by": None if last is None else str(last.paid_by),
        "last_paid_on": _text(last.on if last else None),
    }


def with_months(document: Document, year: int, day: date) -> Document:
    """The account of a day with the twelve months of a year, and the amount in yuan as the ledger shows it."""
    facts, shown = facts_of(document), as_of(document, day)
    months = {f"{number:02d}": str(month_state(facts, f"{year:04d}-{number:02d}", day)) for number in range(1, 13)}
    fen = shown["monthly_amount_fen"]
    yuan, proxy = None if fen is None else fen / 100, None if shown["paid_by"] == DuesPayer.SELF else shown["paid_by"]
    return {**shown, "year": year, "months": months, "monthly_amount_yuan": yuan, "proxy": proxy}


def _shown(payload: DuesEvent, fact: Fact) -> dict[str, Any]:
    """What the ledger tells of a decision: its number."""
    if isinstance(payload, SixMonthCaseDecided):
        on = fact.event.occurredon.isoformat()
        return {"case_answer": str(payload.answer), "case_decision_no": payload.decision_no, "case_decided_on": on}
    return {}


_OLDER: Final = ("older", "older_at_host")


def _kept(document: Document, account: Dues) -> dict[str, Any]:
    """The account as the document keeps it: the last payments in full, of older ones the months."""
    old, recent = account.payments[:-RECENT], account.payments[-RECENT:]
    more = {name: set(document[name]) for name in _OLDER}
    for one in old:
        more["older_at_host" if one.at_host else "older"] |= set(one.months)
    kept = _plain(asdict(replace(account, payments=recent)))
    numbers = [one.decision_no for one in account.exemptions if one.decision_no]
    return {
        **{name: sorted(months) for name, months in more.items()},
        "account": kept,
        "exempt_decision_no": numbers[-1] if numbers else None,
    }


def account_of(document: Document) -> Dues:
    """The account that a document keeps, with its last payments."""
    kept = document["account"]
    if kept is None:
        return Dues()
    case = kept["case"]
    return Dues(
        payments=tuple(_payment(one) for one in kept["payments"]),
        amounts=tuple(Amount(**{**one, "rate_class": DuesRateClass(one["rate_class"])}) for one in kept["amounts"]),
        exemptions=tuple(
            Exemption(**{**one, "on": _day(one["on"]), "months": tuple(one["months"])}) for one in kept["exemptions"]
        ),
        cycles=tuple(Cycle(**{**one, "cycle": DuesCycle(one["cycle"])}) for one in kept["cycles"]),
        terms_on=tuple((id_, date.fromisoformat(on)) for id_, on in kept["terms_on"]),
        noted=kept["noted"],
        noted_through=kept["noted_through"],
        reported_on=_day(kept["reported_on"]),
        case=None if case is None else Case(*(date.fromisoformat(case[name]) for name in ("opened_on", "since"))),
        case_through=kept["case_through"],
    )


def facts_of(document: Document) -> DuesFacts:
    """What every month follows from."""
    moved = [(document["moved_on"], None)] if document["moved_on"] else []
    stops = tuple(Stop(_day(since), _day(until)) for since, until in (*document.get("stops", ()), *moved))
    facts = account_of(document).facts(Membership(_day(document.get("joined_on")), stops))
    at_host = facts.paid_at_host | set(document["older_at_host"])
    return replace(facts, paid=facts.paid | at_host | set(document["older"]), paid_at_host=at_host)


def membership_in(member: Document) -> Membership:
    """The times of a membership here as the member's document tells them: not while the relation was outside."""
    outsides = tuple(Stop(_day(since), _day(until)) for since, until in member["outsides"])
    told = _membership(member)
    return replace(told, stops=(*told.stops, *outsides)) if outsides else told


def _membership(member: Document) -> Membership:
    if not member["standing"] and member["membership_status"] == "NORMAL":
        return replace(ALWAYS, joined_on=_day(member["joined_on"]))
    standing = [
        Standing(one["event_id"], date.fromisoformat(one["decided_on"]), one["before"]) for one in member["standing"]
    ]
    return membership_of(standing, member["membership_status"], _day(member["joined_on"]))


def _payment(kept: dict[str, Any]) -> Payment:
    told = {
        "on": date.fromisoformat(kept["on"]),
        "months": tuple(kept["months"]),
        "paid_by": DuesPayer(kept["paid_by"]),
    }
    return Payment(**{**kept, **told})


def _stop_kept(stop: Stop) -> list[str | None]:
    return [_text(stop.since), _text(stop.until)]


def _plain(value: Any) -> Any:
    """As a document keeps it: days and codes as text, sequences as lists."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int):
        return value
    return plain(value) if isinstance(value, date) else str(value)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
