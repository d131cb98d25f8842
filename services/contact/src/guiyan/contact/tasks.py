"""The desk of contact: duties, inquiries, visits and reports that wait for somebody, read as one table (§6 no. 1).

No task is kept: each is a record that says by itself that something is to be done. A page takes its first rows from
every kind of record, each by an index of its own, and puts them in order; so it costs the same on the last page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from guiyan.events.codes.base import Code
from guiyan.ledger.memory.query import matches, ordered
from guiyan.service.reads import Document, Query, Reads

NOTHING: Final[Query] = {"_id": {"$in": []}}


class DeskKind(Code):
    """What contact has on the desk; all other kinds are on the registry's, also those about contact and transfers."""

    CONTACT_DUE = "CONTACT_DUE", "季度联系", "Contact due"
    CONTACT_MISSED = "CONTACT_MISSED", "未联系上", "Contact missed"
    HOST_TO_TELL = "HOST_TO_TELL", "向原党组织反馈", "Tell the origin"
    HOST_TO_CONTACT = "HOST_TO_CONTACT", "按约联系流入党员", "Contact by agreement"
    INQUIRY = "INQUIRY", "咨询待答复", "Inquiry to answer"
    AID_VISIT = "AID_VISIT", "帮扶走访", "Visit due"
    REPORT_OVERDUE = "REPORT_OVERDUE", "逾期未汇报", "Report overdue"


STEPS: Final[Mapping[DeskKind, tuple[str, str]]] = {
    DeskKind.CONTACT_DUE: ("联系本人并登记", "Contact the member, and record it"),
    DeskKind.CONTACT_MISSED: ("了解原因,办结或补登", "Learn why; record what was done, or close it"),
    DeskKind.HOST_TO_TELL: ("反馈组织生活和党费情况", "Tell of attendance and dues"),
    DeskKind.HOST_TO_CONTACT: (
        "按约联系本人并登记;尚未反馈的,反馈组织生活和党费情况",
        "Contact the member as agreed, and record it; tell of attendance and dues, if not told yet",
    ),
    DeskKind.INQUIRY: ("答复、转办或分派", "Answer it, pass it on, or say who does"),
    DeskKind.AID_VISIT: ("走访并登记", "Visit, and record it"),
    DeskKind.REPORT_OVERDUE: ("提醒本人汇报", "Remind the member to report"),
}
NEVER: Final[Document] = dict.fromkeys(("how", "closed_on", "closed_by"))
"""What is on this desk is open: what was done stands in the lists of its records."""


@dataclass(frozen=True, slots=True)
class Source:
    """Records of one kind that wait: where they are, which the caller may see, and which field holds what.

    `fields` says, for each of the desk's, the record's own; what is not named there is the same for all of them.
    """

    kind: DeskKind
    reads: Reads
    collection: str
    where: Query
    fields: Mapping[str, str]
    person: str = ""
    version: str = "version"

    def task(self, record: Document) -> Document:
        """The record as a task; `person` is the field with who is responsible, `version` the one for If-Match."""
        told = {name: record[own] for name, own in self.fields.items()}
        return {
            **NEVER,
            **told,
            "_id": record["_id"],
            "about_id": record["_id"],
            "kind": str(self.kind),
            "open": True,
            "version": record.get(self.version),
            "person_id": record[self.person] if self.person else None,
        }

    def query(self, asked: Query) -> Query:
        """What the desk is asked, as its records are; what is the same for all of them is answered at once."""
        return {"$and": [self.where, self._asked(asked)]}

    def _asked(self, asked: Query) -> Query:
        found: list[Query] = []
        for name, wanted in asked.items():
            own = "_id" if name in {"_id", "about_id"} else self.fields.get(name)
            if name in {"$and", "$or"}:
                found.append({name: [self._asked(one) for one in wanted]})
            elif own is not None:
                found.append({own: wanted})
            elif not matches({**NEVER, "kind": str(self.kind), "open": True}, {name: wanted}):
                found.append(NOTHING)
        return {"$and": found} if found else {}

    def keys(self, sort: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
        """The order as the records have it."""
        own = [("_id" if name == "_id" else self.fields.get(name, ""), way) for name, way in sort]
        return [(name, way) for name, way in own if name]


class TaskReads:
    """`Reads` over the records of every kind as one list of tasks."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    async def find(
        self, collection: str, query: Query, *, sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> list[Document]:
        """Tasks in order, at most `limit` (0: all)."""
        del collection
        found: list[Document] = []
        for one in self._sources:
            keys = one.keys(sort)
            records = await one.reads.find(one.collection, one.query(query), sort=keys, limit=limit)
            found += [one.task(record) for record in records]
        rows = ordered(found, list(sort))
        return rows[:limit] if limit else rows

    async def get(self, collection: str, id_: str) -> Document | None:
        """One task, or None."""
        return next(iter(await self.find(collection, {"_id": id_}, limit=1)), None)

    async def count(self, collection: str, query: Query) -> int:
        """How many tasks the query finds."""
        del collection
        return sum([await one.reads.count(one.collection, one.query(query)) for one in self._sources])

    async def applied(self, sequence: int = 0, *, wait_seconds: float = 0) -> int:
        """The ledger sequence that every projection has applied, after waiting until it is `sequence` at least."""
        reads = {id(one.reads): one.reads for one in self._sources}.values()
        return min([await one.applied(sequence, wait_seconds=wait_seconds) for one in reads])
