"""Who may do what in contact: by role, within the branch's own scope."""

from typing import Any, Final

from guiyan.contact.office import Office
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller
from guiyan.service.problems import FieldProblem, Invalid, NotFound

READ: Final = (*sorted(OFFICE_ROLES), Role.AUDITOR, Role.MEMBER)
KEEP: Final = tuple(sorted(OFFICE_ROLES))
SETTLE: Final = (Role.BRANCH_SECRETARY, Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
RUN_POINTS: Final = (Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
TELL: Final = (*KEEP, Role.MEMBER)
READ_AID: Final = (*SETTLE, Role.MEMBER)
"""Hardship is seen by those who decide on help, and by the member; others may ask for help and see no case."""
GRANT_AID: Final = (Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)


def visible(caller: Caller) -> dict[str, Any]:
    """The query for what a caller may see: the own branches, or a member's own record."""
    if caller.is_office:
        return caller.scope.where("branch")
    return {"member_id": caller.principal.sub}


def is_own(caller: Caller, member_id: str) -> bool:
    """Whether the caller is the member, by the own login."""
    return Role.MEMBER in caller.principal.roles and caller.principal.sub == member_id


async def check_member(caller: Caller, office: Office, member_id: str) -> None:
    """Raise Invalid for a member outside the scope; members speak for themselves."""
    if is_own(caller, member_id):
        return
    person = await office.find_person(member_id)
    in_office = caller.principal.roles & OFFICE_ROLES
    if person is None or not in_office or not caller.scope.covers(person["branch"]):
        raise Invalid([FieldProblem("/member_id", "member_not_found")])


async def check_point(caller: Caller, office: Office, member_id: str) -> None:
    """Raise NotFound for somebody else's contact point outside the scope."""
    try:
        await check_member(caller, office, member_id)
    except Invalid:
        raise NotFound from None
