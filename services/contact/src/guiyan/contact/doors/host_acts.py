"""What either side of a duty may record (S-37, S-38): the origin all of it, a host its leg, the member's by agreement.

What a host is answered tells nothing of what it does not see: neither how the duty was settled, nor how often the
origin tried, nor whether the member has a relay person.
"""

from dataclasses import replace
from typing import Final

from guiyan.contact.domain import commands as ask
from guiyan.contact.office import Hosting, Office
from guiyan.contact.queries import row_of
from guiyan.events.codes import ContactChannel, ContactLeg
from guiyan.ledger import Context, History, Outcome, Refused, VersionConflict
from guiyan.service.problems import NotFound
from guiyan.service.scope import Scope

TRIES: Final = 5
"""How often a host's act is tried while something that it does not see comes between."""


async def check_origin(scope: Scope, office: Office, duty_id: str) -> None:
    """Raise Refused for what is the origin's alone to say, NotFound outside the scope of both."""
    if await _hosting_of(scope, office, duty_id) is not None:
        raise Refused("for_the_origin_only")


async def act(  # noqa: PLR0913, PLR0917 - who does what, on what it saw
    scope: Scope, office: Office, duty_id: str, asked: ask.Act, context: Context, version: int | None = None
) -> Outcome:
    """Do one act on one duty as the side that the scope holds; raises NotFound outside the scope of both."""
    hosting = await _hosting_of(scope, office, duty_id)
    if hosting is None:
        return await office.act(duty_id, asked, context, version)
    outcome = await _act_as_host(office, duty_id, as_host(hosting, asked), context, version)
    history = await office.history(duty_id)
    return replace(outcome, version=host_version(history, outcome.sequence))


async def _act_as_host(office: Office, duty_id: str, asked: ask.Act, context: Context, version: int | None) -> Outcome:
    """The act, on the version that the host saw: what was recorded since and is not shown to it does not count."""
    for _ in range(TRIES):
        history = await office.history(duty_id)
        expected = None
        if version is not None and history.find_command(context.command_id) is None:
            seen, expected = host_version(history), history.events[-1].streamversion
            if seen != version:
                raise VersionConflict(duty_id, version, seen)
        try:
            return await office.act(duty_id, asked, context, expected)
        except VersionConflict:
            continue
        except Refused as refused:
            raise (Refused("host_duty_over") if refused.code == "duty_not_open" else refused) from None
    raise VersionConflict(duty_id, version or 0, host_version(await office.history(duty_id)))


def host_version(history: History, until: int | None = None) -> int:
    """How often what a host sees of a duty has changed, up to a sequence of the ledger."""
    row = row_of(history, lambda _, sequence: until is None or sequence <= until)
    return 0 if row is None else int(row["host_version"])


async def _hosting_of(scope: Scope, office: Office, duty_id: str) -> Hosting | None:
    """None on the origin's side, else what the host's side has; raises NotFound on neither."""
    duty = await office.get(duty_id)
    if scope.covers(duty.branch):
        return None
    hosting = await office.find_hosting(duty_id)
    if hosting is None or not scope.covers(hosting.branch):
        raise NotFound
    return hosting


def as_host(hosting: Hosting, asked: ask.Act) -> ask.Act:
    """The host answers for itself alone, and speaks for the member where contact is kept by agreement.

    For itself from the day it took the member in; for the member as far as the duty was agreed (`rules.by_agreement`),
    by numbers of its own and through nobody of the member's: those of the origin are the origin's to use (§2.6).
    """
    match asked:
        case ask.ContactHost():
            _by_own_ways(asked)
            if asked.host_branch not in {None, hosting.branch}:
                raise Refused("other_host", pointer="/host_branch")
            if asked.on < hosting.since:
                raise Refused("before_the_host", pointer="/occurred_on", earliest=hosting.since.isoformat())
            return replace(asked, host_branch=hosting.branch)
        case ask.Complete() | ask.Attempt(leg=ContactLeg.MEMBER):
            if not hosting.agreed:
                raise Refused("not_by_agreement")
            _by_own_ways(asked)
            if isinstance(asked, ask.Attempt) and asked.contact_point_id is not None:
                raise Refused("contact_point_of_origin", pointer="/contact_point_id")
            return replace(asked, of_host=True)
        case _:
            raise Refused("for_the_origin_only")


def _by_own_ways(asked: ask.ContactHost | ask.Complete | ask.Attempt) -> None:
    """Refused the same whether the member has nominated somebody or not."""
    if asked.channel is ContactChannel.VIA_RELAY_PERSON:
        raise Refused("relay_person_of_origin", pointer="/channel")
