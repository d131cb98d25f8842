"""Care put together, a part of the whole that `app` composes: aid, leads, ventures, reports, home visits, targets."""

from guiyan.contact.commands.care import CareDesk
from guiyan.contact.doors import aid, care, leads, reports, targets, ventures
from guiyan.contact.due_care import DueCare
from guiyan.contact.policies.aid import WishesAreAidCases
from guiyan.contact.projections.care import Care
from guiyan.contact.projections.cycle import ContactCycle
from guiyan.contact.settings import ContactSettings
from guiyan.service.blueprint import Composed, Parts


def caring(parts: Parts[ContactSettings]) -> Composed:
    """Its doors, policy, timers, and the desk that they work with."""
    desk = CareDesk(
        ledger=parts.ledger,
        commands=parts.commands,
        sealer=parts.sealer,
        clock=parts.clock,
        directory=parts.directory,
        rulebook=parts.rulebook,
        care=parts.reads(Care),
        cycle=parts.reads(ContactCycle),
    )
    return Composed(
        routers=[aid.router, leads.router, ventures.router, reports.router, targets.router, care.router],
        policies=[WishesAreAidCases()],
        timers=DueCare(desk.care).handlers(),
        state={"care_desk": desk},
    )
