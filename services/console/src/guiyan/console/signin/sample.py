"""A made-up city: whoever opens the page chooses a role, and gets the token that `guiyan up` wrote for it."""

from pathlib import Path
from typing import Final
from uuid import UUID

from guiyan.console.security.session import claims_of
from guiyan.console.signin.ways import FAILED, SignedIn, SignInRefused
from guiyan.service.auth import Role

ORDER: Final = (
    Role.BRANCH_CONTACT,
    Role.BRANCH_SECRETARY,
    Role.STATION_STAFF,
    Role.TOWNSHIP_OFFICER,
    Role.CITY_OFFICER,
    Role.AUDITOR,
    Role.MEMBER,
    Role.OPS,
    Role.SYS_ADMIN,
    Role.SEC_ADMIN,
    Role.AUDIT_ADMIN,
)


def roles(folder: Path) -> list[Role]:
    """The roles there is a token for; of a member only where the token is of somebody's record."""
    return [
        role for role in ORDER if _file(folder, role).is_file() and (role is not Role.MEMBER or _of_a_record(folder))
    ]


def _of_a_record(folder: Path) -> bool:
    try:
        UUID(str(claims_of(_file(folder, Role.MEMBER).read_text().strip()).get("sub")))
    except (OSError, ValueError):
        return False
    return True


def choose(folder: Path, role: str) -> SignedIn:
    """The token of a role; raises SignInRefused when there is none."""
    if role not in Role.__members__:
        raise SignInRefused(FAILED)
    try:
        return SignedIn(_file(folder, Role(role)).read_text().strip())
    except OSError:
        raise SignInRefused(FAILED) from None


def _file(folder: Path, role: Role) -> Path:
    return folder / f"{role.lower()}.jwt"
