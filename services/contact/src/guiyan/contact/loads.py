"""How many members away each contact person has: few each (domain.md §2.6, §6 no. 7: 联系人数, 人均联系数).

Counted when it is asked for, of those whom contact is to be kept with now: whoever was named for a member has the
member, else the branch's contact person. Nothing is refused by it: too many are shown, and are a task of the branch.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from guiyan.contact.office import Office
from guiyan.contact.projections.cycle import BRANCHES
from guiyan.contact.projections.people import DUE, PEOPLE
from guiyan.service.caller import Caller
from guiyan.service.reads import Query


@dataclass(slots=True)
class Load:
    """One contact person: how many members, for how many of them by name, of which branches, and how many at `most`."""

    most: int
    members: int = 0
    named: int = 0
    branches: set[str] = field(default_factory=set)

    @property
    def over(self) -> bool:
        """Whether the person has more members than one should serve (contact.members_per_person)."""
        return self.members > self.most


async def loads(caller: Caller, office: Office) -> Mapping[str, Load]:
    """Each contact person of the caller's branches by the person's id; to a member none is told."""
    if not caller.is_office:
        return {}
    cycle, due = office.desk.cycle, {"$and": [DUE, caller.scope.where("branch")]}
    most = (await office.desk.parameters(office.desk.clock.today())).members_per_person
    found: defaultdict[str, Load] = defaultdict(lambda: Load(most))
    of_branch = await cycle.count_by(PEOPLE, {"$and": [due, {"keeper": None}]}, "branch")
    for branch in await cycle.find(BRANCHES, {"_id": {"$in": sorted(of_branch)}, "contact_person_id": {"$ne": None}}):
        load = found[branch["contact_person_id"]]
        load.members += of_branch[branch["_id"]]
        load.branches.add(branch["_id"])
    named: Query = {"$and": [due, {"keeper": {"$ne": None}}]}
    branches = await cycle.values_by(PEOPLE, named, "keeper", "branch")
    for person_id, number in (await cycle.count_by(PEOPLE, named, "keeper")).items():
        load = found[person_id]
        load.members += number
        load.named += number
        load.branches |= branches[person_id]
    return dict(found)
