"""The bodies of requests about activity certificates."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from guiyan.events.codes import CertDispatch, CertGround, TransferObstacle
from guiyan.events.values import Code, Id, Month, OrgCode
from guiyan.service.paper_code import MAX_CODE_CHARS
from guiyan.transfers.doors.bodies import Body, scanned

MOST_ACTIVITIES = 1_000
MOST_MONTHS = 24


class Grounds(Body):
    """On which ground, where it is not simply that place or time are open."""

    ground: Annotated[CertGround | None, Field(description="R5 gives it where place or time is open; R13 others")] = (
        None
    )
    obstacle: Annotated[
        TransferObstacle | None, Field(description="Why no transfer for now: with TRANSFER_NOT_POSSIBLE")
    ] = None


class NewCertificate(Grounds):
    """For whom: a member who is away, or whose leaving is announced."""

    member_id: Id


class Dispatch(Body):
    """How it reaches the member; the number of the postal item with POST, and only then."""

    how: CertDispatch
    tracking_no: Code | None = None


Scanned = Annotated[
    Annotated[str, scanned(MAX_CODE_CHARS)] | None,
    Field(description="What was read from the code on the paper: shows the host that has no other tie to the member"),
]


class HostEntry(Body):
    """The host's part on arrival; the host's own branch when it writes itself."""

    arrived_on: date
    code: Scanned = None
    host_branch: OrgCode | None = None
    host_contact_id: Id | None = None


class Activities(Body):
    """How many activities the member took part in."""

    activities: Annotated[int, Field(ge=0, le=MOST_ACTIVITIES)]
    host_branch: OrgCode | None = None


class DuesTaken(Body):
    """For which months the host took dues."""

    months: Annotated[list[Month], Field(min_length=1, max_length=MOST_MONTHS)]
    host_branch: OrgCode | None = None


class YearlyCheck(Body):
    """Which branch checked; the caller's side when absent."""

    checked_by: OrgCode | None = None


class WhyVoid(StrEnum):
    """Why people void a certificate."""

    LOST = "LOST"
    SPOILT = "SPOILT"
    WITHDRAWN = "WITHDRAWN"


class VoidIt(Body):
    """Why it is void; LOST only of one that was reported lost."""

    reason: WhyVoid
