"""Transfers put together: the one place that knows all its parts."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from guiyan.ledger import Call, Timer
from guiyan.service.blueprint import Blueprint, Composed, Parts
from guiyan.service.paper_code import SigningKeys
from guiyan.transfers.certificate_messages import CERTIFICATE_MESSAGES
from guiyan.transfers.certificate_office import CertificateOffice, last_certificate_number
from guiyan.transfers.commands.certificate_paper import CertificatePaper
from guiyan.transfers.commands.certificates import CertificateDesk, CertificateNumbers
from guiyan.transfers.commands.desk import Desk
from guiyan.transfers.commands.issue import Letters
from guiyan.transfers.commands.paper import Paper
from guiyan.transfers.domain.certificate import certificate_decider
from guiyan.transfers.domain.certificate_acts import SayCheckDue, SayReturnOverdue
from guiyan.transfers.domain.commands import Expire, Remind, SayReceiptOverdue, SayStepOverdue
from guiyan.transfers.domain.decide import transfer_decider
from guiyan.transfers.domain.parameters import Parameters
from guiyan.transfers.doors import ages, book, certificate_paper, certificates, http, incoming, receivers, suggestions
from guiyan.transfers.doors import paper as paper_doors
from guiyan.transfers.doors.ingest import Reports
from guiyan.transfers.messages import MESSAGES
from guiyan.transfers.office import Office, last_number
from guiyan.transfers.policies.certificates import CertificatesEnd
from guiyan.transfers.policies.letters import LettersVoid
from guiyan.transfers.policies.membership import MembershipEnds
from guiyan.transfers.policies.origins import FollowsOrigin
from guiyan.transfers.policies.suggestions import SuggestionsEnd
from guiyan.transfers.projections.certificate_rows import CERTIFICATE_STEP, CHECK, RETURN
from guiyan.transfers.projections.ledger import TransferLedger
from guiyan.transfers.projections.rows import LETTER_EXPIRY, RECEIPT, REMINDER, STEP
from guiyan.transfers.projections.suggestions import SUGGEST
from guiyan.transfers.settings import TransfersSettings


def make_office(parts: Parts[TransfersSettings]) -> Office:
    """What the doors ask for."""
    reads = parts.reads(TransferLedger)
    decider = transfer_decider(partial(parts.rulebook.valid, Parameters))
    desk = Desk(parts.commands, parts.clock, parts.rulebook, decider)
    letters = Letters(desk, partial(last_number, reads))
    paper = Paper(desk, parts.ledger, parts.sealer, parts.directory)
    return Office(parts.ledger, desk, letters, paper, parts.directory, reads, parts.index)


def make_certificates(parts: Parts[TransfersSettings], office: Office) -> CertificateOffice:
    """What the doors of activity certificates ask for."""
    decider = certificate_decider(partial(parts.rulebook.valid, Parameters))
    desk = CertificateDesk(parts.commands, parts.clock, parts.rulebook, decider)
    numbers = CertificateNumbers(desk, partial(last_certificate_number, office.reads))
    paper = CertificatePaper(desk, parts.ledger, parts.sealer, parts.directory, certificate_keys(parts.settings))
    return CertificateOffice(office, desk, numbers, paper)


def certificate_keys(settings: TransfersSettings) -> SigningKeys | None:
    """The key that signs the codes of certificates; None where none is printed. Raises KeysUnusable at start."""
    return SigningKeys.load(settings.certificate_keys_file) if settings.certificate_keys_file else None


def compose(parts: Parts[TransfersSettings]) -> Composed:
    """Doors, policy, timer and reports, wired."""
    office = make_office(parts)
    papers = make_certificates(parts, office)
    return Composed(
        routers=[
            receivers.router,
            ages.router,
            http.router,
            incoming.router,
            suggestions.router,
            paper_doors.router,
            book.router,
            certificate_paper.router,
            certificates.router,
        ],
        policies=[
            MembershipEnds(office.desk),
            SuggestionsEnd(office.desk),
            FollowsOrigin(office.desk, parts.directory),
            LettersVoid(),
            CertificatesEnd(papers.desk),
        ],
        timers={
            LETTER_EXPIRY: partial(expire, office.desk),
            REMINDER: partial(remind, office.desk),
            STEP: partial(say_overdue, office.desk),
            SUGGEST: office.suggest,
            RECEIPT: partial(say_receipt_overdue, office.desk),
            CHECK: partial(say_check_due, papers.desk),
            RETURN: partial(say_return_overdue, papers.desk),
            CERTIFICATE_STEP: papers.say_step_overdue,
        },
        ingest=Reports(office, parts.index).handlers(),
        state={"office": office, "certificates": papers},
    )


def expire(desk: Desk, timer: Timer) -> Sequence[Call]:
    """The day after a letter's last: the transfer decides whether it still waits for the receiver."""
    due_on = date.fromisoformat(timer.data["due_on"])
    return [Call(desk.decider, timer.data["transfer_id"], Expire(on=due_on, today=due_on))]


def remind(desk: Desk, timer: Timer) -> Sequence[Call]:
    """Ten and three days before a letter's last day, on it, and a week after: the transfer decides."""
    data, on = timer.data, date.fromisoformat(timer.data["due_on"])
    expires_on = date.fromisoformat(data["expires_on"])
    act = Remind(on=on, today=on, day_offset=data["offset"], expires_on=expires_on)
    return [Call(desk.decider, data["transfer_id"], act)]


def say_overdue(desk: Desk, timer: Timer) -> Sequence[Call]:
    """The day after a step's last: the transfer decides whether it still waits for it."""
    data, on = timer.data, date.fromisoformat(timer.data["due_on"])
    since, due = date.fromisoformat(data["since"]), date.fromisoformat(data["due"])
    act = SayStepOverdue(on=on, today=on, step=data["step"], since=since, due_on=due, working_days=data["days"])
    return [Call(desk.decider, data["transfer_id"], act)]


def say_receipt_overdue(desk: Desk, timer: Timer) -> Sequence[Call]:
    """The day after the receipt's month: the transfer decides whether it is still missing."""
    data, on = timer.data, date.fromisoformat(timer.data["due_on"])
    act = SayReceiptOverdue(on=on, today=on, due_on=date.fromisoformat(data["due"]))
    return [Call(desk.decider, data["transfer_id"], act)]


def say_check_due(desk: CertificateDesk, timer: Timer) -> Sequence[Call]:
    """On the day of a yearly check: the certificate decides whether it is due still."""
    on, due = date.fromisoformat(timer.data["due_on"]), date.fromisoformat(timer.data["due"])
    return [Call(desk.decider, timer.data["certificate_id"], SayCheckDue(on=on, today=on, due_on=due))]


def say_return_overdue(desk: CertificateDesk, timer: Timer) -> Sequence[Call]:
    """The day after the last for handing it in: the certificate decides whether it is held still."""
    on, due = date.fromisoformat(timer.data["due_on"]), date.fromisoformat(timer.data["due"])
    return [Call(desk.decider, timer.data["certificate_id"], SayReturnOverdue(on=on, today=on, due_on=due))]


BLUEPRINT: Final = Blueprint(
    title="Transfers",
    description="The relation moves once, and no member ever belongs to nobody.",
    settings=TransfersSettings,
    compose=compose,
    projections=(TransferLedger(),),
    messages={**MESSAGES, **CERTIFICATE_MESSAGES},
)
