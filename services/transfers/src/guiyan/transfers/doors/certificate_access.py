"""Who may do what with an activity certificate: by role, and by the side on which the caller stands (domain.md §2.4).

The origin asks, issues, and writes in what came on paper; the county department numbers; the basic committee seals; the
host branch writes its entries and may do the yearly check, although the member is not its own (R1 Art. 32, R4).
"""

from typing import Any, Final

from guiyan.ledger import Document
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller
from guiyan.service.problems import Forbidden, NotFound
from guiyan.transfers.domain.certificate_state import Certificate

READ: Final = (*sorted(OFFICE_ROLES), Role.AUDITOR, Role.MEMBER)
ASK: Final = (*sorted(OFFICE_ROLES), Role.MEMBER)
KEEP: Final = (Role.BRANCH_CONTACT, Role.BRANCH_SECRETARY, Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
WRITE: Final = tuple(sorted(OFFICE_ROLES))
CHECK: Final = (Role.BRANCH_SECRETARY, Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
SEAL: Final = (Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
NUMBER: Final = (Role.CITY_OFFICER,)
SIDES: Final = ("branch", "host_branch", "trip_host")


def visible(caller: Caller) -> dict[str, Any]:
    """The query for what a caller may see: the origin's and the host's side, or a member's own ones."""
    if caller.is_office:
        return caller.scope.where(*SIDES)
    return {"member_id": caller.principal.sub}


def check_origin(caller: Caller, certificate: Certificate, row: Document) -> None:
    """Raise NotFound for what the caller may not see, Forbidden when the act is the origin's."""
    if not _at_origin(caller, certificate, row):
        _refuse(caller, row)


def check_own(caller: Caller, certificate: Certificate, row: Document) -> None:
    """The same; members may do it for themselves."""
    own = Role.MEMBER in caller.principal.roles and caller.principal.sub == certificate.member_id
    if not own:
        check_origin(caller, certificate, row)


def check_at(caller: Caller, org: str, row: Document) -> None:
    """Raise likewise unless the caller stands at, or above, the organisation that an act belongs to."""
    if not (caller.is_office and caller.scope.covers(org)):
        _refuse(caller, row)


def writer(
    caller: Caller, certificate: Certificate, row: Document, told: str | None, *, shown: bool = False
) -> str | None:
    """The branch whose entry it is: the host's own, or what the origin takes over from the paper.

    The host may write when the member's trip, or an entry before, names it, or when the paper was shown to it
    (`shown`). Raises NotFound or Forbidden.
    """
    if _at_origin(caller, certificate, row):
        return told
    hosts = [one for one in (row["host_branch"], row["trip_host"]) if one and caller.scope.covers(one)]
    if shown and caller.scope.covers(told or caller.scope.org):
        return told or caller.scope.org
    if not hosts:
        _refuse(caller, row)
    if told is not None and not caller.scope.covers(told):
        raise Forbidden("wrong_side")
    return told or hosts[0]


def _at_origin(caller: Caller, certificate: Certificate, row: Document) -> bool:
    return caller.is_office and caller.scope.covers(row["branch"], certificate.branch)


def _refuse(caller: Caller, row: Document) -> None:
    seen = caller.is_office and caller.scope.covers(*(row[one] for one in SIDES))
    if seen or row["member_id"] == caller.principal.sub:
        raise Forbidden("wrong_side")
    raise NotFound
