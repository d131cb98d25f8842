"""`/v1/duties/board`: the contact board by organisation, each figure with its list (domain.md §6 no. 7, S-22, P-05).

Counts of duties and of contact persons; never an order of merit, never anything of one person.
"""

from collections import defaultdict
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi import Query as Parameter
from starlette.responses import Response

from guiyan.contact.doors.access import visible
from guiyan.contact.doors.host_side import HOSTED_BY, Side, hosted
from guiyan.contact.doors.parts import Here, Reader
from guiyan.contact.loads import loads
from guiyan.contact.office import Office
from guiyan.contact.projections.rows import DUTIES
from guiyan.contact.queries import DUTY_LIST
from guiyan.service.caller import Caller
from guiyan.service.filters import query_of
from guiyan.service.paging import all_of
from guiyan.service.period import PATTERN, Period
from guiyan.service.reads import Query
from guiyan.service.reports import Asked, Counts, Figure, Ratio, Report, Tree, tree_of
from guiyan.service.subtree import OfTree

router = APIRouter(tags=["duties"])
OfPeriod = Annotated[
    str | None,
    Parameter(pattern=PATTERN, description="2026-Q3 or 2026; a month means its quarter; else this quarter"),
]


DUE: Final = (("part", "open"), ("part", "completed"), ("part", "missed"))
"""What was or is to be done; what stands still, was exempted or stopped is not due."""
MISSED_TWICE: Final = (("part", "missed"), ("missed_in_a_row_from", "2"))
OF_HOST: Final = ("side", str(Side.HOST))
KEEPERS: Final = "keepers"
"""Not the number of duties, but of the contact persons whom they name."""
OVERLOADED: Final = "overloaded"
"""Contact persons who have more members away now than one should serve; wherever they keep contact."""


def _duties(name: str, zh: str, en: str, *asked: tuple[str, str]) -> Figure:
    return Figure(name, zh, en, "duties", asked, quarter="quarter")


def _hosted(name: str, zh: str, en: str, *asked: tuple[str, str]) -> Figure:
    """Of members whom the branches here have taken in: the origin's account holds them, not this one's (S-38)."""
    return Figure(name, zh, en, "duties", (OF_HOST, *asked), quarter="quarter", own=HOSTED_BY)


BOARD: Final = Report(
    "contact-board", "季度联系情况表", "Contact board",
    (
        _duties("due", "应联系", "To contact", *DUE),
        _duties("completed", "已联系", "Contacted", ("part", "completed")),
        _duties("open", "待联系", "Still open", ("part", "open")),
        _duties("paused", "暂停计时", "Paused", ("part", "paused")),
        _duties("missed", "未联系上", "Missed", ("part", "missed")),
        _duties("missed_twice", "连续两季未联系", "Missed twice in a row", *MISSED_TWICE),
        _duties("host_contacted", "已联系流入地", "Host contacted", ("host_contacted", "true")),
        _duties("without_keeper", "无联系人", "Without a contact person", ("part", "open"), ("has_keeper", "false")),
        _hosted("hosted", "纳入本地", "Taken in here"),
        _hosted("hosted_told", "已反馈原党组织", "Origin told", ("host_contacted", "true")),
        _duties(KEEPERS, "联系人数", "Contact persons", *DUE, ("has_keeper", "true")),
        Figure(OVERLOADED, "联系党员过多的联系人", "With too many members", "contact-persons", (("over", "true"),)),
    ),
    (
        Ratio("contact_rate", "完成率", "Contact rate", "completed", "due"),
        Ratio("per_keeper", "人均联系数", "Members each", "due", KEEPERS, percent=False),
    ),
)  # fmt: skip


@router.get("/v1/duties/board", summary="Contacts by organisation, with their lists", **BOARD.listing.openapi())
async def board(request: Request, caller: Reader, office: Here, below: OfTree, period: OfPeriod = None) -> Response:
    """Of the own scope, by the organisations directly under one; the parts add up to the whole."""
    tree = tree_of(caller, below)
    of = Period.parse(period) if period else Period.quarter_of(office.desk.clock.today())
    sequence = await caller.wait.until_applied(office.desk.cycle)
    own = await below.narrowed(caller, office.desk, visible(caller))
    here = await below.narrowed(caller, office.desk, hosted(caller), HOSTED_BY)
    counts = [
        await _overloaded(caller, office, tree)
        if one.name == OVERLOADED
        else await _counted(office, all_of(here if OF_HOST in one.asked else own, _query(one.parameters(of))), one)
        for one in BOARD.figures
    ]
    table = await BOARD.table(office.desk.directory, tree, of, counts, sequence)
    return await BOARD.answer(request, caller, table)


def _query(asked: Asked) -> Query:
    return query_of(DUTY_LIST.filters, [one for one in asked if one != OF_HOST])[0]


async def _counted(office: Office, query: Query, figure: Figure) -> Counts:
    """What each branch has: duties, of its own or of those whom it has taken in, or contact persons."""
    if OF_HOST in figure.asked:
        return await office.desk.cycle.count_by(DUTIES, query, HOSTED_BY)
    if figure.name == KEEPERS:
        return await office.desk.cycle.values_by(DUTIES, query, "branch", "contact_person_id")
    return await office.desk.cycle.count_by(DUTIES, query, "branch")


async def _overloaded(caller: Caller, office: Office, tree: Tree) -> Counts:
    """Who has too many, at each branch of the part that the person keeps contact for."""
    part = (await office.desk.directory.standing(tree.under, as_of=tree.tree_on)).codes
    found: defaultdict[str, set[str]] = defaultdict(set)
    for person_id, load in (await loads(caller, office)).items():
        for branch in load.branches & part if load.over else ():
            found[branch].add(person_id)
    return {branch: frozenset(people) for branch, people in found.items()}
