"""What an activity certificate answers to each act: events, or Refused (domain.md §2.4; R4, R5, R13)."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from guiyan.events import Payload
from guiyan.events.codes import CertState, VoidReason
from guiyan.events.transfers import (
    CertificateActivityEntryAdded,
    CertificateAnnualCheckDone,
    CertificateCheckDue,
    CertificateDispatched,
    CertificateDuesEntryAdded,
    CertificateHostEntryAdded,
    CertificateIssued,
    CertificateNumbered,
    CertificatePrinted,
    CertificateReplaced,
    CertificateReportedLost,
    CertificateRequested,
    CertificateRetired,
    CertificateReturnedForCheck,
    CertificateReturnOverdue,
    CertificateSealed,
    CertificateStepOverdue,
    CertificateVoided,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.transfers.domain import certificate_acts as ask
from guiyan.transfers.domain import certificate_rules as rules
from guiyan.transfers.domain.certificate_state import HELD, OPEN, Certificate, evolve
from guiyan.transfers.domain.certificate_steps import waited_for
from guiyan.transfers.domain.commands import Act
from guiyan.transfers.domain.parameters import DEFAULTS, Parameters, ParametersOn, by_default
from guiyan.transfers.domain.rules import has_come

S = CertState
Answer = Callable[[Any, Certificate, Parameters], list[Payload]]


def in_state(certificate: Certificate, *states: CertState) -> None:
    """An act is only possible in the states that domain.md §2.4 names for it."""
    if certificate.state is None:
        raise Refused("certificate_not_found", status=404)
    if certificate.state not in states:
        raise Refused("certificate_wrong_state", state=certificate.state, expected=tuple(sorted(states)))


def request(act: ask.RequestCertificate, certificate: Certificate, parameters: Parameters) -> list[Payload]:
    """– → REQUESTED, on a ground that holds; this number of the member's certificates is not yet used."""
    if certificate.is_open:
        lost = certificate.state is S.LOST
        raise Refused("certificate_is_lost" if lost else "certificate_already_open")
    if certificate.state is not None:
        raise Refused("certificate_number_used")
    absence = act.absence
    return [
        CertificateRequested(
            member_id=act.member_id,
            branch=act.branch,
            departure_id=absence.departure_id,
            reason=absence.reason,
            ground=rules.ground_of(act, parameters),
            obstacle=act.obstacle,
            away_from=absence.since,
            away_until=absence.until,
            dest_area_code=absence.area,
            replaces=act.replaces,
        )
    ]


def give_number(act: ask.GiveNumber, certificate: Certificate, _: Parameters) -> list[Payload]:
    """REQUESTED → NUMBERED, in one batch with the number's own stream."""
    in_state(certificate, S.REQUESTED)
    return [CertificateNumbered(member_id=certificate.member_id, certificate_no=act.certificate_no, issuer=act.issuer)]


def seal(act: ask.Seal, certificate: Certificate, _: Parameters) -> list[Payload]:
    """NUMBERED → SEALED."""
    in_state(certificate, S.NUMBERED)
    return [CertificateSealed(member_id=certificate.member_id, sealed_by=act.sealed_by)]


def issue(act: ask.IssueCertificate, certificate: Certificate, parameters: Parameters) -> list[Payload]:
    """SEALED → ISSUED; the first yearly check is due twelve months later."""
    in_state(certificate, S.SEALED)
    return [
        CertificateIssued(
            member_id=certificate.member_id,
            branch=certificate.branch,
            certificate_no=_number(certificate),
            check_due_on=rules.check_due(act.on, parameters),
        )
    ]


def dispatch(act: ask.Dispatch, certificate: Certificate, _: Parameters) -> list[Payload]:
    """ISSUED → IN_USE: given, or posted with the number of the postal item (S-16)."""
    in_state(certificate, S.ISSUED)
    rules.dispatched_rightly(act)
    return [CertificateDispatched(member_id=certificate.member_id, how=act.how, tracking_no=act.tracking_no)]


def add_host_entry(act: ask.AddHostEntry, certificate: Certificate, _: Parameters) -> list[Payload]:
    """The host's part on arrival; however often the member moves on (HOST_ENTRY_ADDED)*.

    The same arrival told again says nothing, unless it tells another contact person.
    """
    in_state(certificate, *HELD)
    rules.arrived_in_time(act.arrived_on, act.on, certificate)
    known = certificate.arrivals.get((act.host_branch, act.arrived_on), "")
    if known != "" and act.host_contact_id in {None, known}:
        return []
    return [
        CertificateHostEntryAdded(
            member_id=certificate.member_id,
            host_branch=act.host_branch,
            arrived_on=act.arrived_on,
            host_contact_id=act.host_contact_id,
        )
    ]


def add_activities(act: ask.AddActivities, certificate: Certificate, _: Parameters) -> list[Payload]:
    """How many activities the member took part in at the host."""
    in_state(certificate, *HELD)
    return [
        CertificateActivityEntryAdded(
            member_id=certificate.member_id, host_branch=act.host_branch, activities=act.activities
        )
    ]


def add_dues(act: ask.AddDues, certificate: Certificate, parameters: Parameters) -> list[Payload]:
    """For which months the host took dues."""
    in_state(certificate, *HELD)
    rules.months_payable(act.months, act.today, certificate, parameters)
    months = tuple(sorted(set(act.months)))
    return [CertificateDuesEntryAdded(member_id=certificate.member_id, host_branch=act.host_branch, months=months)]


def check(act: ask.Check, certificate: Certificate, parameters: Parameters) -> list[Payload]:
    """→ CHECKED, when it is due or before; the next one counts from this day. Told again of one day it says nothing."""
    in_state(certificate, *HELD)
    if certificate.checked_on == act.on:
        return []
    return [
        CertificateAnnualCheckDone(
            member_id=certificate.member_id,
            checked_by=act.checked_by,
            next_due_on=rules.check_due(act.on, parameters),
        )
    ]


def hand_in(_: ask.HandIn, certificate: Certificate, __: Parameters) -> list[Payload]:
    """→ RETURNED: the member is home; for the next absence another certificate is asked for."""
    in_state(certificate, *HELD)
    return [CertificateReturnedForCheck(member_id=certificate.member_id, branch=certificate.branch)]


def report_lost(_: ask.ReportCertificateLost, certificate: Certificate, __: Parameters) -> list[Payload]:
    """→ LOST: not valid from now on; people replace or void it."""
    in_state(certificate, *HELD)
    return [CertificateReportedLost(member_id=certificate.member_id)]


def replace(act: ask.ReplaceCertificate, certificate: Certificate, _: Parameters) -> list[Payload]:
    """LOST → REPLACED, in one batch with the request for the new one."""
    in_state(certificate, S.LOST)
    return [CertificateReplaced(member_id=certificate.member_id, new_certificate_id=act.new_certificate_id)]


def void(act: ask.VoidCertificate, certificate: Certificate, _: Parameters) -> list[Payload]:
    """→ VOIDED; as lost only what was reported lost."""
    in_state(certificate, *OPEN)
    if act.reason is VoidReason.LOST and certificate.state is not S.LOST:
        raise Refused("certificate_not_lost", pointer="/reason")
    return [CertificateVoided(member_id=certificate.member_id, reason=act.reason)]


def retire(act: ask.Retire, certificate: Certificate, _: Parameters) -> list[Payload]:
    """→ RETIRED: certificate and transfer exclude each other (S-16); one only asked for is needed no more either."""
    in_state(certificate, *OPEN)
    return [
        CertificateRetired(
            member_id=certificate.member_id, transfer_id=act.transfer_id, host_branch=certificate.host_branch
        )
    ]


def print_certificate(act: ask.PrintCertificate, certificate: Certificate, _: Parameters) -> list[Payload]:
    """Every print is counted; only of one that is valid."""
    in_state(certificate, *HELD)
    assert certificate.check_due_on is not None  # noqa: S101 - it was issued
    return [
        CertificatePrinted(
            member_id=certificate.member_id,
            print_count=certificate.prints + 1,
            reason=act.reason,
            key_id=act.key_id,
            check_due_on=certificate.check_due_on,
        )
    ]


def say_check_due(act: ask.SayCheckDue, certificate: Certificate, _: Parameters) -> list[Payload]:
    """The clock: → CHECK_DUE, once for each day that a check was due on."""
    if not certificate.is_held or certificate.state is S.CHECK_DUE or certificate.check_due_on != act.due_on:
        return []
    return [CertificateCheckDue(member_id=certificate.member_id, due_on=act.due_on)]


def say_return_overdue(act: ask.SayReturnOverdue, certificate: Certificate, _: Parameters) -> list[Payload]:
    """The clock: told once of each coming home, while it is still held."""
    if not certificate.is_held or act.due_on in certificate.returns_told:
        return []
    return [CertificateReturnOverdue(member_id=certificate.member_id, due_on=act.due_on)]


def say_step_overdue(act: ask.SayCertificateStepOverdue, certificate: Certificate, _: Parameters) -> list[Payload]:
    """The clock: said once of a step that it waits for still."""
    step = waited_for(certificate.state)
    if step is None or step.name != act.step or certificate.since != act.since or certificate.overdue == act.step:
        return []
    return [
        CertificateStepOverdue(
            member_id=certificate.member_id,
            step=act.step,
            responsible_org=act.responsible_org,
            due_on=act.due_on,
            working_days=act.working_days,
        )
    ]


def _number(certificate: Certificate) -> str:
    assert certificate.number is not None  # noqa: S101 - it was numbered before it was sealed
    return certificate.number


ANSWERS: Final[dict[type[Act], Answer]] = {
    ask.RequestCertificate: request,
    ask.GiveNumber: give_number,
    ask.Seal: seal,
    ask.IssueCertificate: issue,
    ask.Dispatch: dispatch,
    ask.AddHostEntry: add_host_entry,
    ask.AddActivities: add_activities,
    ask.AddDues: add_dues,
    ask.Check: check,
    ask.HandIn: hand_in,
    ask.ReportCertificateLost: report_lost,
    ask.ReplaceCertificate: replace,
    ask.VoidCertificate: void,
    ask.Retire: retire,
    ask.PrintCertificate: print_certificate,
    ask.SayCheckDue: say_check_due,
    ask.SayReturnOverdue: say_return_overdue,
    ask.SayCertificateStepOverdue: say_step_overdue,
}
OF_THEIR_OWN_DAY: Final = (ask.SayCheckDue, ask.SayReturnOverdue, ask.SayCertificateStepOverdue, ask.Retire)
"""Acts of the clock, and the end by a transfer, which moved the relation on its own day, whatever came after."""


def decide(act: Act, certificate: Certificate, parameters: Parameters = DEFAULTS) -> list[Draft]:
    """The events of an act on a certificate, or Refused: impossible dates are told first."""
    has_come(act)
    if not isinstance(act, OF_THEIR_OWN_DAY):
        rules.in_order(act.on, certificate)
    return [Draft(payload, act.on) for payload in ANSWERS[type(act)](act, certificate, parameters)]


def certificate_decider(parameters_on: ParametersOn = by_default) -> Decider[Certificate, Act]:
    """The decider of certificates; each act is decided by the parameters valid on its business date (§2.14)."""
    return Decider("transfers", "certificate", Certificate, evolve, partial(_decide_by, parameters_on))


def _decide_by(parameters_on: ParametersOn, act: Act, certificate: Certificate) -> list[Draft]:
    return decide(act, certificate, parameters_on(act.on))


CERTIFICATE = certificate_decider()
