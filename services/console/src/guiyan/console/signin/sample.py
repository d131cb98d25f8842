"""A made-up city: whoever opens the page chooses a role, and gets the token that `guiyan up` wrote for it."""

from pathlib import Path
from typing import Final

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
    """The roles there is a token for; a member comes in by an account of the own, since a token is of nobody there."""
    return [role for role in ORDER if role is not Role.MEMBER and _file(folder, role).is_file()]


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
