"""What the events of register and contact are about, for their notices (domain.md §2.5 to §2.13)."""

from __future__ import annotations

from datetime import date
from typing import Any

from guiyan.events import Payload, contact, registry
from guiyan.notifications.domain.rules import Side

Said = tuple[dict[Side, str | None], dict[str, str], str | None]
"""The sides, the words' values, and the person that the event itself names."""


def said(  # noqa: PLR0911 - one case an event
    payload: Payload, record: str, branch: str | None, named: str | None
) -> Said | None:
    """What an event says; None for one of another kind. `named` is the organisation it leaves out."""
    params = {"record": record, **_days(payload)}
    match payload:
        case contact.AidVisitDue() | contact.InquiryOverdue():
            return {Side.ORGANISATION: payload.org_code}, params, None
        case contact.InquiryAssigned():
            return {Side.ORGANISATION: payload.org_code}, params, payload.person_id
        case contact.InquiryTransferred():
            return {Side.ORGANISATION: payload.to_org}, params, None
        case contact.LostContactDue():
            return {Side.ORGANISATION: payload.branch}, params | {"step": str(payload.step)}, None
        case contact.LostContactWatchOpened() | contact.ReportOverdue() | registry.SixMonthCaseOpened():
            return {Side.ORGANISATION: payload.branch}, params, None
        case contact.ContactPersonUnassigned():
            return {Side.ORGANISATION: payload.branch if payload.still_needed else None}, params, None
        case contact.ServicePointStaffLeft():
            return {Side.ORGANISATION: named if payload.unstaffed else None}, params, None
        case _:
            return _of_register(payload, params, branch, named)


def _of_register(  # noqa: C901, PLR0911, PLR0912 - one case an event
    payload: Payload, params: dict[str, str], branch: str | None, named: str | None
) -> Said | None:
    sides: dict[Side, str | None] = {Side.MEMBERS_BRANCH: branch}
    match payload:
        case registry.ContactPersonReleased() | registry.SecretaryReleased():
            post = "SECRETARY" if isinstance(payload, registry.SecretaryReleased) else "CONTACT_PERSON"
            return {Side.ORGANISATION: payload.org_code, Side.ABOVE: named}, params | {"post": post}, None
        case registry.OrganisationChangeImpeded():
            return {Side.ORGANISATION: params["record"]}, params, None
        case registry.HostDeclined():
            return sides, params, None
        case registry.HostAnswerOverdue():
            return sides | {Side.HOST: payload.host_branch}, params | {"days": str(payload.after_days)}, None
        case registry.DuesReminded():
            return sides, params | {"months": str(payload.months_in_arrears)}, None
        case registry.DuesReportedUpward() | registry.ProbationEscalated() | registry.ProbationDecisionOverdue():
            return sides | {Side.ORGANISATION: payload.to_org or named}, params, None
        case registry.ProbationReminded():
            told = {"days_left": str(payload.days_left), "due_on": payload.ends_on.isoformat()}
            return sides, params | told, None
        case registry.RetentionReminded():
            return sides, params | {"due_on": payload.retain_until.isoformat()}, None
        case registry.ProbationApplicationOverdue() | registry.RetentionOverdue():
            return sides, params, None
        case registry.SweepSheetOpened() | registry.SweepBranchReturned() | registry.SweepBranchOverdue():
            return {Side.ORGANISATION: payload.branch}, params, None
        case registry.SweepTownshipOverdue():
            return {Side.ORGANISATION: payload.township}, params, None
        case registry.SweepCityOverdue():
            return {Side.ORGANISATION: named}, params, None
        case registry.CorrectionRequested():
            return sides | {Side.ABOVE: named}, params, None
        case _:
            return None


def _days(payload: Payload) -> dict[str, str]:
    due_on: Any = getattr(payload, "due_on", None)
    return {"due_on": due_on.isoformat()} if isinstance(due_on, date) else {}
