"""`/v1/duplicates`: records that may be one person, side by side for who sees both; else only whom to ask (§3.6)."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import DuplicateRule, PairState
from guiyan.events.values import Id
from guiyan.registry.commands import duplicates as handlers
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.duplicate import DUPLICATE
from guiyan.registry.doors import members, roles
from guiyan.registry.doors.members import RevealReason
from guiyan.registry.doors.parts import ToolsHere, get_visible, shown
from guiyan.registry.doors.possible import of_pair
from guiyan.registry.policies.duplicates import nearest_above
from guiyan.registry.projections.duplicates import DUPLICATES, MATCHES
from guiyan.registry.projections.members import MEMBERS
from guiyan.service.asks import Ask, DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.problems import NotFound
from guiyan.service.reads import Document
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.tables import Column, labels, row

router = APIRouter(tags=["duplicates"])
Reader = Annotated[Caller, requires(*roles.READ)]
Decider = Annotated[Commander, commands(*roles.DECIDE)]

_FILTERS: Final = {
    "state": Filter(choices=tuple(PairState)),
    "rule": Filter(choices=tuple(DuplicateRule)),
    "flagged_on": Filter(Kind.DATE),
}

LIST: Final = Listing(
    name="duplicates",
    collection=DUPLICATES,
    title_zh="疑似重复党员",
    title_en="Records that may be one person",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("rule", "规则", "Rule", 24, labels=labels(DuplicateRule)),
        Column("state", "状态", "State", 12, labels=labels(PairState)),
        Column("member_id", "党员甲编号", "Member", 38),
        Column("one.name", "党员甲", "Name", 10, mask=mask_name, name="name"),
        Column("one.branch", "党员甲支部", "Branch", 16, name="branch", book="organisation"),
        Column("other_member_id", "党员乙编号", "Other member", 38),
        Column("other.name", "党员乙", "Other name", 10, mask=mask_name, name="other_name"),
        Column("other.branch", "党员乙支部", "Other branch", 16, name="other_branch", book="organisation"),
        Column("leading_member_id", "以此为主", "Leading record", 38),
        Column("flagged_on", "发现日期", "Flagged on", 12),
        Column("decided_by", "核定人", "Decided by", 20),
        Column("decided_on", "核定日期", "Decided on", 12),
        Column("version", "版本", "Version", 8),
    ),
    filters={**_FILTERS, "branch": Filter(field="branches")},
    sorts=("_id", "flagged_on", "decided_on"),
)

MATCH_LIST: Final = Listing(
    name="matches",
    collection=MATCHES,
    title_zh="疑似重复提示",
    title_en="Possible matches",
    columns=(
        Column("pair_id", "编号", "Pair", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("branch", "所在党支部", "Branch", 16, book="organisation"),
        Column("rule", "规则", "Rule", 24, labels=labels(DuplicateRule)),
        Column("state", "状态", "State", 12, labels=labels(PairState)),
        Column("above", "请询问", "Ask", 16, name="ask_org", book="organisation"),
        Column("flagged_on", "发现日期", "Flagged on", 12),
    ),
    filters={**_FILTERS, "member_id": Filter(), "branch": Filter()},
    sorts=("_id", "branch", "flagged_on"),
)


class NewPair(DatedAsk):
    """Two records that somebody who sees both takes for one person."""

    member_id: Id
    other_member_id: Id


class Link(DatedAsk):
    """Which of the two is shown."""

    leading_member_id: Id


class Compare(Ask):
    """Why both records have to be seen in clear: the act is recorded."""

    reason: RevealReason


def _both(caller: Caller) -> dict[str, Any]:
    """Pairs of which both records lie in the scope: nothing tells of what lies outside."""
    codes = sorted(caller.scope.codes)
    return {"one.branch": {"$in": codes}, "other.branch": {"$in": codes}}


@router.get("/v1/duplicates", summary="Pairs of the own scope", **LIST.openapi())
async def list_duplicates(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """Both records in the scope; pairs that reach out of it stand in `/v1/matches`, without the other record."""
    return await LIST.answer(request, caller, tools.register, where=_both(caller))


@router.get("/v1/matches", summary="Possible matches of own records, and whom to ask", **MATCH_LIST.openapi())
async def list_matches(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """The own side of every pair: a possible match, and the organisation that sees both."""
    return await MATCH_LIST.answer(request, caller, tools.register, where=caller.scope.where("branch"))


@router.post("/v1/duplicates", status_code=201, summary="These two may be one person")
async def flag(body: NewPair, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """By somebody who sees both; a pair that is known already stays as it is."""
    asker = Asker.of_caller(caller)
    done = await handlers.flag_by_hand(tools, asker, body.member_id, body.other_member_id, body.occurred_on)
    return answer(done, location=f"/v1/duplicates/{done.id}")


@router.get("/v1/duplicates/{pair_id}", summary="One pair, side by side")
async def get_duplicate(pair_id: str, caller: Reader, tools: ToolsHere) -> JSONResponse:
    """Who sees one record only is told no more than that there is a possible match, and whom to ask."""
    found = await get_visible(caller, tools.register, DUPLICATES, pair_id, caller.scope.where("branches"))
    one, other = [await _member(tools, found[name]) for name in ("member_id", "other_member_id")]
    own = [each for each in (one, other) if caller.scope.covers(each["branch"])]
    if len(own) == 2:  # noqa: PLR2004 - both of a pair
        sides = {"one": _row(one), "other": _row(other), "agreement": handlers.agreement(one, other)}
        acts = await of_pair(caller, tools, pair_id)
        return await shown(tools.register, LIST.columns, found, **sides, acts=acts)
    if not own:
        raise NotFound
    above = nearest_above(tools.directory, one["branch"], other["branch"])
    told = {"rule": found["rule"], "state": found["state"], "member": _row(own[0])}
    return JSONResponse({"id": pair_id, "possible_match": True, "ask_org": above, **told})


async def _member(tools: Tools, member_id: str) -> Document:
    found = await tools.register.get(MEMBERS, member_id)
    if found is None:
        raise NotFound
    return found


def _row(member: Document) -> dict[str, Any]:
    return row(members.LIST.columns, member)


@router.get("/v1/duplicates/{pair_id}/history", summary="Every event of one pair")
async def duplicate_history(pair_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first; for who sees both records."""
    await get_visible(caller, tools.register, DUPLICATES, pair_id, _both(caller))
    return history_answer(await get_history(tools.ledger, DUPLICATE, pair_id), at=at)


@router.post("/v1/duplicates/{pair_id}/confirm", summary="They are one person")
async def confirm(pair_id: str, body: DatedAsk, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """Decided by a person who sees both records; nothing changes yet."""
    return answer(await handlers.confirm(tools, Asker.of_caller(caller), pair_id, body.occurred_on))


@router.post("/v1/duplicates/{pair_id}/dismiss", summary="They are two people")
async def dismiss(pair_id: str, body: DatedAsk, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """Likeness does not flag them again."""
    return answer(await handlers.dismiss(tools, Asker.of_caller(caller), pair_id, body.occurred_on))


@router.post("/v1/duplicates/{pair_id}/link", summary="Show the two as one")
async def link(pair_id: str, body: Link, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """Both histories stay whole; figures count the leading record."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.link(tools, asker, pair_id, body.leading_member_id, body.occurred_on))


@router.post("/v1/duplicates/{pair_id}/unlink", summary="Both records stand alone again")
async def unlink(pair_id: str, body: DatedAsk, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """Without loss; the pair is to be looked at anew."""
    return answer(await handlers.unlink(tools, Asker.of_caller(caller), pair_id, body.occurred_on))


@router.post("/v1/duplicates/{pair_id}/compare", summary="Both records in clear, for a stated reason")
async def compare(pair_id: str, body: Compare, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """The act is an event for each of the two before anything is shown (domain.md §5.2, 8.1.4.11)."""
    found = await handlers.compare_in_clear(tools, Asker.of_caller(caller), pair_id, body.reason)
    rows = [{"field": each.field, "one": each.one, "other": each.other} for each in found]
    return JSONResponse({"id": pair_id, "fields": rows})
