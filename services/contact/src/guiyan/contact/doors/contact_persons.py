"""`/v1/contact-persons`: who keeps contact with how many members away now, and who has too many (§2.6, §6 no. 7)."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from guiyan.contact.commands.names import names_of
from guiyan.contact.doors import access
from guiyan.contact.doors.parts import Here
from guiyan.contact.loads import Load, loads
from guiyan.contact.projections.people import PEOPLE
from guiyan.service.auth import Role
from guiyan.service.caller import Caller, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.reads import Document
from guiyan.service.rows import Rows
from guiyan.service.subtree import TREE_PARAMETERS, OfTree
from guiyan.service.tables import Column

router = APIRouter(tags=["duties"])
Officer = Annotated[Caller, requires(*access.KEEP, Role.AUDITOR)]
CONTACT_PERSONS: Final = "contact_persons"

LIST: Final = Listing(
    name="contact-persons",
    collection=CONTACT_PERSONS,
    title_zh="联系人负担表",
    title_en="Contact persons and their members",
    columns=(
        Column("_id", "联系人", "Contact person", 38, name="person_id"),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("branches", "支部", "Branches", 26),
        Column("members", "联系党员数", "Members", 8),
        Column("named", "其中专人联系", "Named for", 8),
        Column("most", "上限", "At most", 6),
        Column("over", "超过上限", "Too many", 8),
    ),
    filters={
        "person_id": Filter(field="_id"),
        "branch": Filter(field="branches"),
        "members": Filter(Kind.INTEGER),
        "over": Filter(Kind.BOOLEAN, description="true: more than contact.members_per_person; name others for some"),
    },
    sorts=("_id", "members", "named"),
    own_parameters=TREE_PARAMETERS,
)


@router.get("/v1/contact-persons", summary="How many members away each contact person has", **LIST.openapi())
async def list_contact_persons(request: Request, caller: Officer, office: Here, tree: OfTree) -> Response:
    """Of the own scope; narrowed to a part of it, those who keep contact there, with all their members of the scope."""
    sequence = await caller.wait.until_applied(office.desk.cycle)
    found = dict(await loads(caller, office))
    if tree.under is not None or tree.tree_on is not None:
        part = await office.desk.directory.standing(tree.under or caller.scope.org, as_of=tree.tree_on)
        found = {id_: load for id_, load in found.items() if part.codes & load.branches}
    rows = [_row(id_, load) for id_, load in found.items()]

    async def complete(documents: list[Document]) -> list[Document]:
        names = await names_of(office.desk.cycle, PEOPLE, (one["_id"] for one in documents))
        return [{**one, "name": names.get(one["_id"])} for one in documents]

    return await LIST.answer(request, caller, Rows({CONTACT_PERSONS: rows}, sequence), complete=complete)


def _row(id_: str, load: Load) -> dict[str, Any]:
    told = {"members": load.members, "named": load.named, "most": load.most, "over": load.over}
    return {"_id": id_, "name": None, "branches": sorted(load.branches), **told}
