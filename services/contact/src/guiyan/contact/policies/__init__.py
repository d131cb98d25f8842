"""What contact does of itself when something has happened elsewhere, or an act of its own calls for another."""

from collections.abc import Sequence

from guiyan.contact.commands.desk import Desk
from guiyan.contact.policies.assignments import EndsAssignments
from guiyan.contact.policies.departures import PlansOnLeaving, PlansWhoIsDueAgain, StopsAtTheEnd
from guiyan.contact.policies.handover import FollowsBranchAndKeeper
from guiyan.contact.policies.misses import Escalates
from guiyan.contact.policies.transfers import GoesOnWithoutHost, PausesWhileTransferOpen
from guiyan.ledger import Policy


def policies(desk: Desk) -> Sequence[Policy]:
    """All of them."""
    return [
        PlansOnLeaving(desk),
        StopsAtTheEnd(desk),
        PlansWhoIsDueAgain(desk),
        PausesWhileTransferOpen(desk),
        GoesOnWithoutHost(desk),
        FollowsBranchAndKeeper(desk),
        EndsAssignments(desk),
        Escalates(desk),
    ]
