"""Reports on the parts of a tree: rows of figures, each with the address of the list that shows just its records.

A report is never typed and never kept: every figure is counted by the query of the list that it opens (domain.md §6
nos. 7 and 20, S-33). The parts add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import JSONResponse, Response

from guiyan.service.caller import Caller
from guiyan.service.directory import Directory
from guiyan.service.listing import Listing, accepted
from guiyan.service.period import Period
from guiyan.service.rows import Rows
from guiyan.service.subtree import Below
from guiyan.service.tables import Column

Asked = tuple[tuple[str, str], ...]
Counts = Mapping[Any, int] | Mapping[Any, frozenset[Any]]
"""For each branch how many records it has; or which values, of which each counts once wherever it comes again."""
ROWS: Final = "rows"
PARAMETERS: Final = ("under", "tree_on", "period", "by")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its words, its list, and what the list is asked.

    `day` names the date field that has to lie in the period, `month` the field of months of which one has to,
    `quarter` the field of quarters likewise. Without any it is a stock: what is so now. `own` is the parameter by
    which its list is asked for one organisation alone, where that is another one than the report's.
    """

    name: str
    zh: str
    en: str
    list: str
    asked: Asked = ()
    day: str = ""
    month: str = ""
    quarter: str = ""
    own: str = ""

    @property
    def of_period(self) -> bool:
        """Whether it is counted for a period; else it is a stock of now."""
        return bool(self.day or self.month or self.quarter)

    def parameters(self, period: Period) -> Asked:
        """What the list is asked for a period."""
        more: list[tuple[str, str]] = []
        if self.day:
            more += [(f"{self.day}_from", period.first.isoformat()), (f"{self.day}_to", period.last.isoformat())]
        if self.month:
            more += [(self.month, month) for month in period.months]
        if self.quarter:
            more += [(self.quarter, quarter) for quarter in period.quarters]
        return (*self.asked, *more)

    def address(self, period: Period, tree: Mapping[str, str]) -> str:
        """The list that shows just the records of this figure, as a relative address."""
        return f"/v1/{self.list}?{urlencode([*self.parameters(period), *tree.items()])}"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share of one figure in another; none where the other is nought. `percent` says how it is printed."""

    name: str
    zh: str
    en: str
    part: str
    whole: str
    percent: bool = True


@dataclass(frozen=True, slots=True)
class Tree:
    """What a report is about: what stood under an organisation, as the tree was on a day."""

    under: str
    tree_on: date | None = None

    def parameters(self, under: str | None = None) -> dict[str, str]:
        """The same as parameters of a list's address."""
        day = {} if self.tree_on is None else {"tree_on": self.tree_on.isoformat()}
        return {"under": under or self.under, **day}


def tree_of(caller: Caller, below: Below) -> Tree:
    """What a report is asked for; an organisation outside the scope is not there (NotFound)."""
    if below.under is not None:
        caller.scope.check(below.under)
    return Tree(below.under or caller.scope.org, below.tree_on)


async def parts_of(directory: Directory, tree: Tree) -> dict[str, frozenset[str]]:
    """The organisations directly under it, each with all that stands below it: none in two of them, and the own one.

    The own one's part is what lies with it and with none below it.
    """
    whole = (await directory.standing(tree.under, as_of=tree.tree_on)).codes
    children = await directory.children(tree.under, as_of=tree.tree_on)
    scopes = {code: (await directory.standing(code, as_of=tree.tree_on)).codes for code in children}
    return {tree.under: whole.difference(*scopes.values()), **scopes}


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its name and words, its figures and shares.

    `own` tells by which parameter each list is asked for one organisation alone (`branch` where it does not say).
    """

    name: str
    zh: str
    en: str
    figures: tuple[Figure, ...]
    ratios: tuple[Ratio, ...]
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def listing(self) -> Listing:
        """The report as a table."""
        figures = (_column(one, "0") for one in self.figures)
        shares = (_column(one, "0.0%" if one.percent else "0.0") for one in self.ratios)
        code = Column("org_code", "党组织代码", "Code", 16, printed=False)
        name = Column("name", "地区(党组织)", "Organisation", 26)
        columns = (code, name, *figures, *shares)
        return Listing(self.name, ROWS, self.zh, self.en, columns, own_parameters=PARAMETERS, note=self._note)

    @property
    def _note(self) -> tuple[str, str]:
        """Which figures are of the period, on the sheet; all others are of the day it is made."""
        flows = [one for one in self.figures if one.of_period]
        if len(flows) == len(self.figures):
            return "均为期间数。", "All of the period."
        zh, en = "、".join(one.zh for one in flows), ", ".join(one.en for one in flows)
        return f"{zh}为期间数，其余为制表日现有数。", f"{en}: of the period; all else: as of the day it was made."

    def words(self) -> list[dict[str, str]]:
        """What the figures are called, and whether each is of the period or of now."""
        flows = {one.name: one.of_period for one in self.figures}
        flows |= {one.name: flows[one.part] for one in self.ratios}
        shown: list[Figure | Ratio] = [*self.figures, *self.ratios]
        return [
            {"name": one.name, "zh": one.zh, "en": one.en, "of": "period" if flows[one.name] else "now"}
            for one in shown
        ]

    def row(self, tree: Tree, period: Period, values: Sequence[int], *, own: bool = False) -> dict[str, Any]:
        """What lies with an organisation and below it, or with it alone."""
        figures: dict[str, dict[str, Any]] = {
            one.name: {"value": value, "list": one.address(period, self._asked(one, tree, own=own))}
            for one, value in zip(self.figures, values, strict=True)
        }
        for ratio in self.ratios:
            part, whole = figures[ratio.part], figures[ratio.whole]["value"]
            figures[ratio.name] = {"value": round(part["value"] / whole, 4) if whole else None, "list": part["list"]}
        return {"org_code": tree.under, "own": own, "figures": figures}

    def _asked(self, figure: Figure, tree: Tree, *, own: bool) -> dict[str, str]:
        alone = {figure.own or self.own.get(figure.list, "branch"): tree.under} if own else {}
        return {**tree.parameters(), **alone}

    async def table(
        self, directory: Directory, tree: Tree, period: Period, counts: Sequence[Counts], sequence: int
    ) -> dict[str, Any]:
        """The report: a row for each organisation directly under the tree's, one for what lies with it alone, the sum.

        `counts` has, for each figure, what each branch has.
        """
        rows, parts = [], await parts_of(directory, tree)
        for code, codes in parts.items():
            own, values = code == tree.under, [_sum(one, codes) for one in counts]
            row = self.row(replace(tree, under=code), period, values, own=own)
            if _is_told(row, directory, tree, alone=len(parts) == 1):
                rows.append({**row, "name": _title(directory, code, "本级" if own else "")})
        total = self.row(tree, period, [_sum(one, one) for one in counts])
        return {
            "under": tree.under,
            "tree_on": tree.tree_on and tree.tree_on.isoformat(),
            "period": period.text,
            "figures": self.words(),
            "rows": rows,
            "total": {**total, "name": _title(directory, tree.under, "合计")},
            "sequence": sequence,
        }

    async def answer(self, request: Request, caller: Caller, table: Mapping[str, Any]) -> Response:
        """The table as the request's Accept asks: JSON with every address, or a sheet."""
        return await answer_table(self.listing, request, caller, table, taken={"period": table["period"]})


async def answer_table(
    listing: Listing, request: Request, caller: Caller, table: Mapping[str, Any], taken: Mapping[str, str] | None = None
) -> Response:
    """The rows of a table and its sum, as the request's Accept asks; `taken` are the parameters read before."""
    if accepted(request.headers.get("accept", "")) is None:
        return JSONResponse(table)
    rows = [{**flat(one), "_id": f"{place:06}"} for place, one in enumerate([*table["rows"], table["total"]])]
    return await listing.answer(request, caller, Rows({ROWS: rows}, table["sequence"]), taken=taken)


def _sum(counts: Counts, branches: Iterable[Any]) -> int:
    found = [counts[one] for one in branches if one in counts]
    numbers = [one for one in found if isinstance(one, int)]
    values = [one for one in found if isinstance(one, frozenset)]
    return sum(numbers) + len(frozenset().union(*values))


def _column(one: Figure | Ratio, number_format: str) -> Column:
    return Column(one.name, one.zh, one.en, 9, number_format=number_format, link=f"{one.name}_list")


def _title(directory: Directory, code: str, more: str) -> str:
    title = directory.title_of(code) or code
    return f"{title}({more})" if more else title


def _is_told(row: Mapping[str, Any], directory: Directory, tree: Tree, *, alone: bool) -> bool:
    """What has ended or was not there yet, and the own level beside its parts, is told when it has anything to tell."""
    known = directory.known(row["org_code"])
    if alone or (not row["own"] and known is not None and known.is_active and known.was_there(tree.tree_on)):
        return True
    return any(one["value"] for one in row["figures"].values())


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a table holds it."""
    values = {name: one["value"] for name, one in row["figures"].items()}
    lists = {f"{name}_list": one["list"] for name, one in row["figures"].items()}
    return {"org_code": row["org_code"], "name": row["name"], **values, **lists}
