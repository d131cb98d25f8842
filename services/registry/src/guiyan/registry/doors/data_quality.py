"""`/v1/data-quality`: rule by branch, and how complete and fresh a branch's records are (domain.md §6 no. 21, S-10)."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.quality import RULES, Asked, Rule, standing
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere, asked_with
from guiyan.registry.projections.members import MEMBERS
from guiyan.registry.projections.organisations import ORGANISATIONS
from guiyan.service.caller import Caller, requires
from guiyan.service.filters import Filter
from guiyan.service.listing import Listing
from guiyan.service.reads import Document, Query
from guiyan.service.rows import Rows
from guiyan.service.subtree import TREE_PARAMETERS, OfTree
from guiyan.service.tables import Column

router = APIRouter(tags=["data quality"])
Reader = Annotated[Caller, requires(*roles.READ)]
WORDS: Final = {one.id: (one.zh, one.en) for one in RULES.values()}
LINK: Final = Column("link", "明细", "Rows", 40, printed=False)

LIST: Final = Listing(
    name="data_quality",
    collection="data_quality",
    title_zh="数据质量",
    title_en="Data quality",
    ledger=True,
    columns=(
        Column("branch", "党支部", "Branch", 24, book="organisation"),
        Column("rule", "规则", "Rule", 30, labels=WORDS),
        Column("count", "条数", "Count", 10, link="link"),
        Column("of", "党员数", "Members", 10),
        LINK,
    ),
    filters={"branch": Filter(), "rule": Filter(choices=tuple(RULES))},
    sorts=("_id", "branch", "count"),
    own_parameters=TREE_PARAMETERS,
)

BY_RULE: Final = Listing(
    name="data_quality_rules",
    collection="data_quality_rules",
    title_zh="数据质量(按规则)",
    title_en="Data quality by rule",
    ledger=True,
    columns=(
        Column("_id", "规则", "Rule", 30, name="rule", labels=WORDS),
        Column("count", "条数", "Count", 10, link="link"),
        Column("branches", "涉及支部", "Branches", 10),
        LINK,
    ),
    filters={"rule": Filter(choices=tuple(RULES), field="_id")},
    sorts=("_id", "count"),
    default_sort="-count",
)

BRANCHES: Final = Listing(
    name="data_quality_branches",
    collection="data_quality_branches",
    title_zh="党支部信息完整度",
    title_en="Completeness by branch",
    ledger=True,
    columns=(
        Column("branch", "党支部", "Branch", 24, book="organisation"),
        Column("of", "党员数", "Members", 10),
        Column("complete", "信息完整", "Complete", 10),
        Column("complete_percent", "完整率(%)", "Complete (%)", 10),
        Column("lacking", "信息不完整", "Incomplete", 10, link="link"),
        Column("fresh", "一年内更新", "Changed within a year", 12),
        Column("fresh_percent", "更新率(%)", "Fresh (%)", 10),
        Column("link", "不完整明细", "Incomplete rows", 40, printed=False),
    ),
    filters={"branch": Filter()},
    sorts=("_id", "lacking", "complete_percent", "fresh_percent"),
    own_parameters=TREE_PARAMETERS,
)


@router.get("/v1/data-quality", summary="Gaps in the records: rule by branch", **LIST.openapi())
async def list_data_quality(request: Request, caller: Reader, tools: ToolsHere, tree: OfTree) -> Response:
    """Every figure names the address of the list that shows exactly these rows."""
    await caller.wait.until_applied(tools.register)
    where = await tree.narrowed(caller, tools, caller.scope.where("branch"))
    of = await _members(tools, where)
    ours = await tree.narrowed(caller, tools, caller.scope.where("_id"), "_id")
    asked = await asked_with(tools, *RULES.values())
    rows = [
        row
        for rule in RULES.values()
        for row in await _rows(tools, rule, asked, ours if rule.list == ORGANISATIONS else where, of)
    ]
    return await LIST.answer(request, caller, Rows({"data_quality": rows}, await tools.register.applied()))


@router.get("/v1/data-quality/rules", summary="Gaps in the records: rule by rule", **BY_RULE.openapi())
async def list_rules(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """Every rule, those that find nothing too; a figure names the address of the list that shows exactly its rows."""
    await caller.wait.until_applied(tools.register)
    asked = await asked_with(tools, *RULES.values())
    rows = []
    for rule in RULES.values():
        where = caller.scope.where("_id" if rule.list == ORGANISATIONS else "branch")
        counts = await _counts(tools, rule, asked, where)
        rows.append({"_id": rule.id, "count": sum(counts.values()), "branches": len(counts), "link": link_of(rule)})
    return await BY_RULE.answer(request, caller, Rows({"data_quality_rules": rows}, await tools.register.applied()))


@router.get("/v1/data-quality/branches", summary="How complete and fresh records are", **BRANCHES.openapi())
async def list_branches(request: Request, caller: Reader, tools: ToolsHere, tree: OfTree) -> Response:
    """A measure of the records, not of a branch or of anybody: what is missing is what to ask for (S-10)."""
    await caller.wait.until_applied(tools.register)
    where = await tree.narrowed(caller, tools, caller.scope.where("branch"))
    of = await _members(tools, where)
    asked = Asked(tools.clock.today())
    lacking, stale = [await _counts(tools, RULES[id_], asked, where) for id_ in ("incomplete", "stale")]
    rows = [_branch(code, number, lacking.get(code, 0), stale.get(code, 0)) for code, number in sorted(of.items())]
    return await BRANCHES.answer(request, caller, Rows({"data_quality_branches": rows}, await tools.register.applied()))


async def _members(tools: Tools, where: Query) -> dict[str, int]:
    return await tools.register.count_by(MEMBERS, {"$and": [where, standing()]}, "branch")


async def _counts(tools: Tools, rule: Rule, asked: Asked, where: Query) -> dict[str, int]:
    query = {"$and": [where, rule.query(asked)]}
    if rule.list == ORGANISATIONS:
        return await tools.organisations.count_by(ORGANISATIONS, query, "_id")
    return await tools.register.count_by(rule.list, query, "branch")


async def _rows(tools: Tools, rule: Rule, asked: Asked, where: Query, of: dict[str, int]) -> list[Document]:
    counts = await _counts(tools, rule, asked, where)
    return [
        {
            "_id": f"{branch}.{rule.id}",
            "branch": branch,
            "rule": rule.id,
            "count": count,
            "of": of.get(branch, 0),
            "link": link_of(rule, branch),
        }
        for branch, count in sorted(counts.items())
    ]


def link_of(rule: Rule, branch: str = "") -> str:
    """The address of the list that shows the rows which a figure counts: of one branch, or of the whole scope."""
    whose = "org_code" if rule.list == ORGANISATIONS else "branch"
    return f"/v1/{rule.list}?{rule.asked or f'rule={rule.id}'}{f'&{whose}={branch}' if branch else ''}"


def _branch(code: str, members: int, lacking: int, stale: int) -> dict[str, Any]:
    return {
        "_id": code,
        "branch": code,
        "of": members,
        "complete": members - lacking,
        "lacking": lacking,
        "complete_percent": 100 * (members - lacking) // members,
        "fresh": members - stale,
        "fresh_percent": 100 * (members - stale) // members,
        "link": link_of(RULES["incomplete"], code),
    }
