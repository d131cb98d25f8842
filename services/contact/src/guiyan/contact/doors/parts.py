"""What the doors of contact share."""

from typing import Annotated

from fastapi import Depends, Request

from guiyan.contact.doors import access
from guiyan.contact.office import Office
from guiyan.service.caller import Caller, Commander, commands, requires


async def office_here(request: Request) -> Office:
    """The office that the composition put beside the doors."""
    found: Office = request.app.state.office
    return found


Here = Annotated[Office, Depends(office_here)]
Reader = Annotated[Caller, requires(*access.READ)]
Keeper = Annotated[Commander, commands(*access.KEEP)]
Settler = Annotated[Commander, commands(*access.SETTLE)]
Teller = Annotated[Commander, commands(*access.TELL)]
