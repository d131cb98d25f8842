"""What an event is about, for its notices: the organisations of its sides, the member, and the words' values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guiyan.events import Payload, transfers
from guiyan.events.contact.duty import ContactEscalated, ContactMissed, ContactReminderSent
from guiyan.events.notifications import study
from guiyan.events.notifications.study import ActivityEvent
from guiyan.events.transfers.transfer import TransferEvent
from guiyan.ledger import Document, business_date
from guiyan.notifications.domain.office_matters import said
from guiyan.notifications.domain.rules import Side


@dataclass(frozen=True, slots=True)
class Matter:
    """Values are codes, ids, dates and counts only; a side that has no system here is absent."""

    member_id: str | None
    sides: Mapping[Side, str]
    params: Mapping[str, str]
    contact_person_id: str | None = None
    """Who has the duty, where the event says so."""
    keepers: Mapping[str, str] = field(default_factory=dict)
    """Whoever keeps contact with the members it concerns, with the branch for which each does."""

    @property
    def on_behalf(self) -> str | None:
        """Who has to see to it where the side to be told is not here: the origin, else whoever is known."""
        order = (
            Side.ORIGIN_COMMITTEE,
            Side.ORIGIN_BRANCH,
            Side.RECEIVER,
            Side.MEMBERS_BRANCH,
            Side.HOLDER,
            Side.ORGANISATION,
        )
        return next((self.sides[side] for side in order if side in self.sides), None)


@dataclass(frozen=True, slots=True)
class Known:
    """What else is known: a transfer's sides as told so far, the member's branch; a study activity, who is to hear."""

    transfer: Document = field(default_factory=dict)
    branch: str | None = None
    activity: Document = field(default_factory=dict)
    keepers: Mapping[str, str] = field(default_factory=dict)
    named: str | None = None
    """The organisation that the event leaves out: whose a sweep or a service point is, else the one above."""


Duty = ContactReminderSent | ContactMissed | ContactEscalated


def matter_of(payload: Payload, aggregate_id: str, known: Known) -> Matter:  # noqa: PLR0911 - one case a kind
    """What an event of a rule says; raises TypeError for an event that no rule is about."""
    match payload:
        case ContactReminderSent() | ContactMissed() | ContactEscalated():
            return _duty(payload, aggregate_id)
        case transfers.CertificateCheckDue() | transfers.CertificateReturnOverdue():
            params = {"certificate": aggregate_id, "due_on": payload.due_on.isoformat()}
            return Matter(payload.member_id, _present({Side.MEMBERS_BRANCH: known.branch}), params)
        case transfers.CertificateStepOverdue():
            params = {"certificate": aggregate_id, "step": payload.step, "due_on": payload.due_on.isoformat()}
            late = {Side.RESPONSIBLE: payload.responsible_org or known.branch, Side.MEMBERS_BRANCH: known.branch}
            return Matter(payload.member_id, _present(late), params)
        case study.MaterialCameBack():
            sides = _present({Side.MEMBERS_BRANCH: known.branch})
            return Matter(payload.member_id, sides, {"material": aggregate_id})
        case ActivityEvent():
            return _study(payload, aggregate_id, known)
        case TransferEvent():
            return Matter(
                payload.member_id, _present(_sides(payload, known)), {"transfer": aggregate_id, **_params(payload)}
            )
        case _:
            return _office(payload, aggregate_id, known)


def _office(payload: Payload, record: str, known: Known) -> Matter:
    found = said(payload, record, known.branch, known.named)
    if found is None:
        raise TypeError(f"no rule tells anybody of {payload.type_name()}")
    sides, params, person = found
    told = payload.model_dump(include={"member_id"})
    of_post = "post" in params
    return Matter(None if of_post else told.get("member_id"), _present(sides), params, person)


def _duty(payload: Duty, duty_id: str) -> Matter:
    params = {"quarter": payload.quarter, "duty": duty_id}
    match payload:
        case ContactReminderSent():
            told, keeper = {"days_left": str(payload.days_left)}, payload.contact_person_id
            return Matter(payload.member_id, {Side.DUTY: payload.branch}, params | told, keeper)
        case ContactMissed():
            told, keeper = {"missed": str(payload.missed_in_a_row)}, payload.contact_person_id
            return Matter(payload.member_id, {Side.DUTY: payload.branch}, params | told, keeper)
        case ContactEscalated():
            told = {"missed": str(payload.missed_in_a_row)}
            return Matter(payload.member_id, {Side.DUTY: payload.to_org}, params | told)


def _study(payload: ActivityEvent, activity_id: str, known: Known) -> Matter:
    """What is told of a study activity: of a draft nothing but that it should be announced."""
    row = known.activity
    params = {"activity": activity_id, "starts_on": row["starts_on"]}
    match payload:
        case study.StudyActivityAnnounced() | study.StudyActivityChanged():
            params |= {"starts_on": business_date(payload.starts_at).isoformat()}
        case study.StudyReminderSent():
            told = {"starts_on": business_date(payload.starts_at).isoformat(), "days_left": str(payload.days_left)}
            params |= told
        case study.StudyAnnouncementDue():
            return Matter(None, {Side.HOLDER: row["branch"]}, params | {"due_on": payload.announce_by.isoformat()})
        case study.StudyRecordOverdue():
            return Matter(None, {Side.HOLDER: row["branch"]}, params | {"due_on": payload.due_on.isoformat()})
    if row["announced_on"] is None:
        return Matter(None, {}, params)
    return Matter(None, {Side.HOLDER: row["branch"]}, params, keepers=known.keepers)


def _sides(payload: TransferEvent, known: Known) -> dict[Side, str | None]:
    """The sides as the transfer has told them, and what the event itself says of them."""
    told = known.transfer
    sides = {
        Side.MEMBERS_BRANCH: known.branch,
        Side.ORIGIN_BRANCH: told.get("from_branch"),
        Side.ORIGIN_COMMITTEE: told.get("from_committee"),
        Side.RECEIVER: told.get("to_committee"),
    }
    match payload:
        case transfers.RelationTransferred():
            moved = {Side.ORIGIN_BRANCH: payload.from_branch, Side.NEW_BRANCH: payload.to_branch}
            return sides | moved | {Side.RECEIVER: payload.to_committee or sides[Side.RECEIVER]}
        case transfers.TransferStepOverdue():
            return sides | {Side.RESPONSIBLE: payload.responsible_org or sides[Side.ORIGIN_COMMITTEE]}
        case transfers.LetterVoided():
            letters = told.get("letters", {})
            return sides | {Side.LETTER_RECEIVER: letters.get(f"{payload.letter_year}-{payload.letter_sn}")}
        case transfers.TransferSuggested():
            return sides | {Side.ORIGIN_BRANCH: payload.branch}
        case _:
            return sides


def _params(payload: TransferEvent) -> dict[str, str]:  # noqa: PLR0911 - one return an event
    match payload:
        case transfers.LetterReminderSent() | transfers.LetterExpired():
            return {"expires_on": payload.expires_on.isoformat()}
        case transfers.LetterVoided():
            return {"letter": f"{payload.letter_year}-{payload.letter_sn:03d}", "reason": str(payload.reason)}
        case transfers.TransferStepOverdue():
            return {"step": payload.step, "due_on": payload.due_on.isoformat()}
        case transfers.TransferReturned():
            return {"reason": str(payload.reason)}
        case transfers.RelationTransferred():
            return {"on": payload.transferred_on.isoformat()}
        case transfers.ReceiptOverdue():
            return {"due_on": payload.due_on.isoformat()}
        case _:
            return {}


def _present(sides: Mapping[Side, Any]) -> dict[Side, str]:
    return {side: org for side, org in sides.items() if org is not None}
