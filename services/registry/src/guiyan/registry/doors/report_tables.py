"""Reports on the parts of a tree as data: rows of figures, each with the address of its list, and the printed table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from guiyan.registry.domain.period import Period
from guiyan.registry.doors.counting import Tree
from guiyan.registry.doors.figures import Figure, Ratio
from guiyan.service.listing import Listing
from guiyan.service.tables import Column

ROWS: Final = "rows"
PARAMETERS: Final = ("under", "tree_on", "period", "by")
OWN: Final = {"departures": "branch", "members": "branch", "dues": "branch", "inflows": "host_branch"}
"""By which parameter a list is asked for one organisation alone."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its name and words, its figures and shares."""

    name: str
    zh: str
    en: str
    figures: tuple[Figure, ...]
    ratios: tuple[Ratio, ...]

    @property
    def listing(self) -> Listing:
        """The report as a table."""
        figures = (_column(one, "0") for one in self.figures)
        shares = (_column(one, "0.0%") for one in self.ratios)
        code = Column("org_code", "党组织代码", "Code", 16, printed=False)
        name = Column("name", "地区(党组织)", "Organisation", 26)
        columns = (code, name, *figures, *shares)
        return Listing(self.name, ROWS, self.zh, self.en, columns, own_parameters=PARAMETERS, note=self._note)

    @property
    def _note(self) -> tuple[str, str]:
        """Which figures are of the period, on the sheet; all others are of the day it is made."""
        flows = [one for one in self.figures if one.of_period]
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
            one.name: {"value": value, "list": one.address(period, _asked(one, tree, own=own))}
            for one, value in zip(self.figures, values, strict=True)
        }
        for ratio in self.ratios:
            part, whole = figures[ratio.part], figures[ratio.whole]["value"]
            figures[ratio.name] = {"value": round(part["value"] / whole, 4) if whole else None, "list": part["list"]}
        return {"org_code": tree.under, "own": own, "figures": figures}


def _column(one: Figure | Ratio, number_format: str) -> Column:
    return Column(one.name, one.zh, one.en, 9, number_format=number_format, link=f"{one.name}_list")


def _asked(figure: Figure, tree: Tree, *, own: bool) -> dict[str, str]:
    alone = {OWN[figure.list]: tree.under} if own else {}
    return {**tree.parameters(), **alone}


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a table holds it."""
    values = {name: one["value"] for name, one in row["figures"].items()}
    lists = {f"{name}_list": one["list"] for name, one in row["figures"].items()}
    return {"org_code": row["org_code"], "name": row["name"], **values, **lists}
