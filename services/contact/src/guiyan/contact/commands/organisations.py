"""What commands ask of the organisation they name."""

from guiyan.ledger import Refused
from guiyan.service.directory import Directory
from guiyan.service.scope import Scope


async def check_at_work(directory: Directory, code: str, pointer: str, *, within: Scope | None = None) -> None:
    """It is known, lies in the scope where one is given, and has not ended; raises Refused at the field."""
    found = await directory.find(code)
    if found is None or (within is not None and not within.covers(code)):
        raise Refused("organisation_outside", pointer=pointer)
    if not found.is_active:
        raise Refused("organisation_ended", pointer=pointer)
