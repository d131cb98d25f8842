"""Contact put together: the one place that knows all its parts."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from guiyan.contact import lost
from guiyan.contact.caring import caring
from guiyan.contact.commands.assignments import Assignments
from guiyan.contact.commands.desk import Desk
from guiyan.contact.commands.inquiries import InquiryDesk
from guiyan.contact.commands.service_points import PointDesk
from guiyan.contact.domain.decide import duty_decider
from guiyan.contact.domain.inquiry import SayOverdue, inquiry_decider
from guiyan.contact.domain.parameters import Parameters
from guiyan.contact.doors import (
    accounts,
    board,
    contact_persons,
    duties,
    inquiries,
    members_away,
    points,
    service_points,
    tasks,
    today,
)
from guiyan.contact.doors.ingest import Reports
from guiyan.contact.due import DueDuties
from guiyan.contact.messages import MESSAGES
from guiyan.contact.office import Office
from guiyan.contact.policies import policies
from guiyan.contact.policies.campaign_answers import AnswersAreInquiries
from guiyan.contact.policies.numbers import number_policies
from guiyan.contact.policies.wishes import WishesAreInquiries
from guiyan.contact.projections.care import Care
from guiyan.contact.projections.cycle import ContactCycle
from guiyan.contact.projections.inquiries import OVERDUE, Inquiries
from guiyan.contact.projections.points import ContactPoints
from guiyan.contact.projections.service_points import ServicePoints
from guiyan.contact.settings import ContactSettings
from guiyan.ledger import Call, Timer
from guiyan.service.blueprint import Blueprint, Composed, Parts
from guiyan.service.turns import Turns


def make_desk(parts: Parts[ContactSettings]) -> Desk:
    """What handlers, policies and timers work with."""
    return Desk(
        commands=parts.commands,
        clock=parts.clock,
        cycle=parts.reads(ContactCycle),
        directory=parts.directory,
        rulebook=parts.rulebook,
        decider=duty_decider(partial(parts.rulebook.valid, Parameters)),
    )


def point_desk(parts: Parts[ContactSettings]) -> PointDesk:
    """What the doors of service points work with."""
    return PointDesk(
        parts.ledger,
        parts.commands,
        parts.sealer,
        parts.clock,
        parts.directory,
        parts.reads(ServicePoints),
        parts.reads(ContactCycle),
    )


def inquiry_desk(parts: Parts[ContactSettings]) -> InquiryDesk:
    """What the doors and timers of inquiries work with."""
    return InquiryDesk(
        parts.ledger,
        parts.commands,
        parts.sealer,
        parts.clock,
        parts.directory,
        parts.rulebook,
        inquiry_decider(partial(parts.rulebook.valid, Parameters)),
        parts.reads(Inquiries),
        parts.reads(ContactCycle),
        parts.reads(ServicePoints),
    )


def compose(parts: Parts[ContactSettings]) -> Composed:
    """Doors, policies, timers and reports, wired."""
    desk = make_desk(parts)
    office = Office(parts.ledger, desk, parts.reads(ContactPoints), parts.index, lost.means_held(parts), parts.sealer)
    searching = lost.lost_desk(parts)
    inquiring = inquiry_desk(parts)
    care = caring(parts)
    return Composed(
        routers=[
            accounts.router,
            board.router,
            contact_persons.router,
            duties.router,
            points.router,
            service_points.router,
            members_away.router,
            inquiries.router,
            today.router,
            tasks.router,
            *care.routers,
            *lost.ROUTERS,
        ],
        policies=[
            *policies(desk),
            WishesAreInquiries(inquiring.decider),
            AnswersAreInquiries(inquiring.decider),
            *number_policies(office),
            *care.policies,
            *lost.lost_policies(searching),
        ],
        timers={
            **DueDuties(desk).handlers(),
            OVERDUE: partial(say_overdue, inquiring),
            **care.timers,
            **lost.lost_timers(searching),
        },
        ingest=Reports(office).handlers(),
        state={
            "office": office,
            "point_desk": point_desk(parts),
            "inquiry_desk": inquiring,
            "assignments": Assignments(
                parts.ledger, desk, parts.reads(ServicePoints), Turns(parts.store.leases, "assignments")
            ),
            "lost_desk": searching,
            "relay_persons": searching.means.relays,
            **care.state,
        },
    )


def say_overdue(desk: InquiryDesk, timer: Timer) -> Sequence[Call]:
    """The day after an inquiry's last: the inquiry decides whether it still waits for an answer."""
    on = date.fromisoformat(timer.data["on"])
    act = SayOverdue(on=on, today=on, due_on=date.fromisoformat(timer.data["due_on"]))
    return [Call(desk.decider, timer.data["inquiry_id"], act)]


BLUEPRINT: Final = Blueprint(
    title="Contact",
    description="Nobody is forgotten for a quarter.",
    settings=ContactSettings,
    compose=compose,
    projections=(ContactCycle(), ContactPoints(), ServicePoints(), Inquiries(), Care(), *lost.PROJECTIONS),
    messages=MESSAGES,
)
