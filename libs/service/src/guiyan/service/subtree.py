"""Which part of the tree of organisations a list is asked for: `?under=` and `?tree_on=`, the same for every list."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Protocol

from fastapi import Depends
from fastapi import Query as QueryParameter

from guiyan.events.exact import Day
from guiyan.events.values import OrgCode
from guiyan.service.caller import Caller
from guiyan.service.directory import Directory
from guiyan.service.reads import Query


class HasDirectory(Protocol):
    """Whatever a service's doors work with, as far as the tree is asked for."""

    @property
    def directory(self) -> Directory:
        """The tree of organisations."""


@dataclass(frozen=True, slots=True)
class Below:
    """Which part of the tree a list is asked for: what stood under an organisation, as the tree was on a day.

    Of whom is told what is told without a day; the day only says under which organisation each stands. An organisation
    made later stands where what it took the place of stood, else under the parent it has now: nobody falls out.
    """

    under: str | None = None
    tree_on: date | None = None

    async def narrowed(
        self, caller: Caller, tools: HasDirectory, where: Query, field: str = "branch", *, sides: str = ""
    ) -> Query:
        """The query narrowed to the branches that stood there; the caller's rights of today hold as well.

        `sides` names the field that tells everybody who sees a record, the branch of `field` among them: where the
        caller's scope holds all that is asked for, that field is asked for it alone, and an index finds it.
        """
        if self.under is None and self.tree_on is None:
            return where
        scope = await tools.directory.standing(self.under or caller.scope.org, as_of=self.tree_on)
        if sides and where == caller.scope.where(sides) and scope.codes <= caller.scope.codes:
            where = scope.where(sides)
        return {"$and": [where, scope.where(field)]}


_TREE_ON: Final = (
    "As the tree was on this business date. Nobody falls out: who is in an organisation made later is counted with "
    "what it took the place of (a split or a merger), else under the parent it has now"
)


async def _below(
    under: Annotated[OrgCode | None, QueryParameter(description="Only what stands under this organisation")] = None,
    tree_on: Annotated[Day | None, QueryParameter(description=_TREE_ON)] = None,
) -> Below:
    return Below(under, tree_on)


OfTree = Annotated[Below, Depends(_below)]
TREE_PARAMETERS: Final = ("under", "tree_on")
