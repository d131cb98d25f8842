"""One import from the file to the ledger, a chunk of rows at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Protocol

from guiyan.events import new_id
from guiyan.ledger import Appended, Commit, Context, Document, LedgerError, Refused, WrongSequence
from guiyan.ledger.errors import CommandIdTaken
from guiyan.registry.commands.members import match_index
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.trip import trip_id
from guiyan.registry.imports.branches import branch_index
from guiyan.registry.imports.commits import Writing, make_commit
from guiyan.registry.imports.garbage import fewer_collections
from guiyan.registry.imports.report import DIFFERS_MAX, PROBLEMS_MAX, ImportReport
from guiyan.registry.imports.rows import (
    Indexed,
    differences,
    kept_out,
    leaving_facts,
    left_on,
    member_facts,
    member_text,
    require_importable,
    says_away,
)
from guiyan.registry.imports.told import RowsTold
from guiyan.registry.projections.departures import DEPARTURES
from guiyan.registry.projections.members import MEMBERS
from guiyan.registry.reservations import id_number_key
from guiyan.registry.roster import Corrections, FaultyRow, Limits, Roster, RosterRow, read_roster
from guiyan.service.reads import wait_for
from guiyan.service.scope import Scope

CHUNK: Final = 500
AT_ONCE: Final = 6
ROWS_A_SLICE: Final = 50
CATCH_UP_SECONDS: Final = 60.0


class BulkLedger(Protocol):
    """A ledger that takes thousands of commits at once, each for itself."""

    async def append_many(self, commits: Sequence[Commit]) -> list[Appended | LedgerError]:
        """An outcome for each commit, in order."""


class InflowList(Exception):  # noqa: N818 - what the file is
    """The file lists people whose relation is elsewhere: they are no members of this register."""

    code = "inflow_list"
    message_zh = "这是流入党员名单, 组织关系不在本地, 不能作为党员名册导入。"
    message_en = (
        "This is a list of people from elsewhere, whose relation is not here; it cannot be imported as a roster."
    )


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported, for whom; `import_id` names the batch in every event.

    `corrections` are cells of the file set right by hand; `follows` is the import that was looked at before this one,
    `file_of` the one that the file was sent with ("" : this one).
    """

    import_id: str
    file: bytes
    context: Context
    scope: Scope
    dry_run: bool = False
    corrections: Corrections = field(default_factory=dict)
    follows: str = ""
    file_of: str = ""


@dataclass(slots=True)
class ImportRun:
    """Reads, compares, writes; `report` grows while it runs.

    Raises RosterUnreadable, LedgerUnavailable, OutcomeUnknown: what was written stays, and the same file again goes on
    where this one ended, because every row's commit has the row's hash as its command id.
    """

    tools: Tools
    bulk: BulkLedger
    order: Order
    limits: Limits = field(default_factory=Limits)
    report: ImportReport = field(default_factory=ImportReport)
    faulty: list[FaultyRow] = field(default_factory=list)
    rows: RowsTold = field(default_factory=RowsTold)
    roster: Roster | None = None
    scope: Scope = field(init=False)

    async def run(self) -> ImportReport:
        """Import the whole file."""
        try:
            with fewer_collections():
                return await self._run()
        except* Exception as group:  # noqa: BLE001 - what a chunk failed with, not the group around it
            raise _first(group) from None

    async def _run(self) -> ImportReport:
        head = await self.tools.ledger.head()
        await wait_for(self.tools.register, head, CATCH_UP_SECONDS)
        await self.tools.directory.refresh(after_sequence=head, wait_seconds=CATCH_UP_SECONDS)
        # The asker's scope as of now: it may be older than the branches it was meant for.
        self.scope = await self.tools.directory.scope(self.order.scope.org)
        branches = await branch_index(self.tools.directory, self.scope)
        today = self.tools.clock.today()
        key = bytes.fromhex(self.tools.blind.of("id_no", "roster row hash"))
        roster = await asyncio.to_thread(
            read_roster,
            self.order.file,
            branches=branches,
            today=today,
            hash_key=key,
            limits=self.limits,
            corrections=self.order.corrections,
        )
        if roster.header.kind == "INFLOW":
            raise InflowList
        self.roster = roster
        self.report.names = self._name_of
        self.report.total = roster.lines
        self.report.dropped_columns = [{"title": one.title, "kind": one.kind} for one in roster.header.dropped]
        self.report.unread_columns = list(roster.header.unread)
        await self._chunks(iter(roster))
        self.report.skipped = roster.skipped
        self.report.total = self.report.rows
        return self.report

    async def _chunks(self, rows: Iterator[RosterRow | FaultyRow]) -> None:
        """Chunk after chunk, some at a time: while one waits for the servers, the next is read and sealed."""
        gate = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            while chunk := await asyncio.to_thread(_take, rows):
                await gate.acquire()
                task = group.create_task(self._import(chunk))
                task.add_done_callback(lambda _: gate.release())

    async def _import(self, chunk: Sequence[RosterRow | FaultyRow]) -> None:
        assert self.roster is not None  # noqa: S101 - rows come from it
        self.report.rows += len(chunk)
        self.report.total = max(self.report.rows, self.roster.lines - self.roster.skipped)
        new: list[Indexed] = []
        indexed = [one for each in chunk if (one := self._sift(each)) is not None]
        known = await self._known(indexed)
        for one in indexed:
            document = known.get(one.id_index)
            if document is None:
                new.append(one)
            else:
                self._compare(one, document)
        if self.order.dry_run:
            for one in new:
                self.report.count("accepted", one.row.branch_code)
                self.rows.tell("accepted", one.row)
            self.report.departures += sum(says_away(one.row) for one in new)
            return
        await self._write(new)
        await self._write_departures(
            [(one.row, known[one.id_index]["_id"]) for one in indexed if one.id_index in known]
        )

    def _sift(self, each: RosterRow | FaultyRow) -> Indexed | None:
        """The row with its blind indexes; a faulty one, or one that the register would refuse, is noted instead."""
        if isinstance(each, RosterRow):
            try:
                require_importable(each, self.tools.clock.today())
            except Refused as refused:
                assert self.roster is not None  # noqa: S101 - rows come from it
                each = kept_out(each, self.roster.header, refused)
        if isinstance(each, FaultyRow):
            self._note(each)
            return None
        self.report.warnings += len(each.warnings)
        self.report.said_lost += each.is_lost
        mobile_index = self.tools.blind.of("mobile", each.mobile) if each.mobile else None
        alike = match_index(self.tools, each.name, each.birth_date)
        return Indexed(each, self.tools.identities.index(each.id_no), mobile_index, alike)

    def _note(self, row: FaultyRow) -> None:
        self.report.count("faulty", row.branch_code)
        self.faulty.append(row)
        assert self.roster is not None  # noqa: S101 - rows come from it
        self.rows.refuse(row, self.roster.header)
        if len(self.report.problems) < PROBLEMS_MAX:
            self.report.problems.extend(
                {
                    "row": row.row_number,
                    "column": one.pointer,
                    "code": one.code,
                    "message_zh": one.message_zh,
                    "message_en": one.message_en,
                }
                for one in row.problems
            )

    async def _known(self, indexed: Sequence[Indexed]) -> dict[str, Document]:
        wanted = {"id_index": {"$in": [one.id_index for one in indexed]}}
        return {one["id_index"]: one for one in await self.tools.register.find(MEMBERS, wanted)}

    def _compare(self, one: Indexed, document: Document) -> None:
        """A known member: nothing to do, or a difference that a person has to look at.

        Whom this very import entered before it was interrupted counts as accepted.
        """
        same = document.get("row_hash") == one.row.row_hash
        if same and document.get("import_batch") == self.order.import_id:
            self.report.count("accepted", one.row.branch_code)
            return
        fields = [] if same else differences(one, document, self.tools.clock.today())
        if not fields:
            self.report.count("repeated", one.row.branch_code)
            self.rows.tell("repeated", one.row, document["_id"] if self.scope.covers(document["branch"]) else None)
            return
        self.report.count("differs", one.row.branch_code)
        member_id = document["_id"] if self.scope.covers(document["branch"]) else None
        told = fields if member_id else []
        self.rows.tell("differs", one.row, member_id, told or [{"field": "branch"}])
        if len(self.report.differing) < DIFFERS_MAX:
            self.report.differing.append(_differing(one, member_id, told))

    async def _write(self, new: Sequence[Indexed]) -> None:
        if not new:
            return
        today, now = self.tools.clock.today(), self.tools.clock.now()
        proposed = {id_number_key(one.id_index): new_id(now) for one in new}
        held = await self.tools.reservations.hold_many(proposed)
        ids = [held[id_number_key(one.id_index)] for one in new]
        await self.tools.sealer.prepare(ids)
        commits = []
        for place, (one, member_id) in enumerate(zip(new, ids, strict=True)):
            writing = self._writing("member", member_id, f"import-{one.row.row_hash[:48]}")
            commits.append(await make_commit(writing, member_facts(one, member_id, today), today, member_text(one.row)))
            if place % ROWS_A_SLICE == 0:
                await asyncio.sleep(0)  # others on this loop go on in between
        outcomes = await self.bulk.append_many(commits)
        written = [
            (one.row, member_id)
            for one, member_id, outcome in zip(new, ids, outcomes, strict=True)
            if await self._settle(one, member_id, outcome)
        ]
        await self._write_departures(written)

    async def _settle(self, one: Indexed, member_id: str, outcome: Appended | LedgerError) -> bool:
        """Count what became of a row's commit; somebody entered meanwhile is compared as any known member."""
        if isinstance(outcome, Appended):
            self.report.sequence = max(self.report.sequence, outcome.sequence)
            self.report.count("repeated" if outcome.duplicate else "accepted", one.row.branch_code)
            return True
        if isinstance(outcome, WrongSequence | CommandIdTaken):
            await wait_for(self.tools.register, await self.tools.ledger.head(), CATCH_UP_SECONDS)
            document = await self.tools.register.get(MEMBERS, member_id)
            if document is not None:
                self._compare(one, document)
                return False
        raise outcome

    async def _write_departures(self, rows: Sequence[tuple[RosterRow, str]]) -> None:
        """Departures that the rows tell of, each as its member's first trip; who has had one keeps it as it is.

        The register saves asking the ledger about most of those; the ledger's guard holds for the others.
        """
        away = {member_id: row for row, member_id in rows if says_away(row)}
        travelled = await self.tools.register.find(DEPARTURES, {"member_id": {"$in": list(away)}}) if away else []
        for document in travelled:
            # Of this very import, written before it was interrupted: its figure counts all that it wrote.
            self.report.departures += document["import_batch"] == self.order.import_id
            away.pop(document["member_id"], None)
        if not away:
            return
        today = self.tools.clock.today()
        commits = []
        for member_id, row in away.items():
            writing = self._writing("departure", trip_id(member_id, 1), f"import-left-{row.row_hash[:48]}")
            commits.append(await make_commit(writing, leaving_facts(row, member_id), left_on(row, today), None))
        for outcome in await self.bulk.append_many(commits):
            if isinstance(outcome, Appended):
                self.report.departures += not outcome.duplicate
                self.report.sequence = max(self.report.sequence, outcome.sequence)
            elif not isinstance(outcome, WrongSequence | CommandIdTaken):
                raise outcome

    def _name_of(self, branch: str) -> str | None:
        known = self.tools.directory.known(branch)
        return known.name if known else None

    def _writing(self, aggregate: str, aggregate_id: str, command_id: str) -> Writing:
        return Writing(
            self.tools.sealer,
            aggregate,
            aggregate_id,
            command_id,
            self.order.context,
            self.order.import_id,
            self.tools.clock.now(),
        )


def _take(rows: Iterator[RosterRow | FaultyRow]) -> list[RosterRow | FaultyRow]:
    return list(islice(rows, CHUNK))


def _differing(one: Indexed, member_id: str | None, differences: list[Document]) -> Document:
    """Whose row differs, in which fields, and how: values masked as every list has them; of who is elsewhere, that."""
    fields = [each["field"] for each in differences] or ["branch"]
    return {"row": one.row.row_number, "member_id": member_id, "fields": fields, "differences": differences}


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
