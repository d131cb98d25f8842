"""What an operator may ask of a running service: status, rebuilds, parked work - by HTTP and by NATS alike.

Long work is asked for and looked at: `ask` gives a request's id at once, `request` tells how it stands.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from guiyan.ledger.control import ControlFailed, ProjectionControl, Requests, resolve
from guiyan.ledger.store import Store
from guiyan.service.problems import FieldProblem, Invalid, NotFound, Problem

PROJECTION_OPERATIONS: Final = frozenset({"rebuild", "switch", "drop", "pause", "resume"})
PARKED_OPERATIONS: Final = frozenset({"retry", "skip"})
MAX_REASON_CHARS: Final = 500


class Operations:
    """The operator's side of a service's projections."""

    def __init__(self, store: Store, control: ProjectionControl) -> None:
        self._control = control
        self._requests = Requests(store.database)

    async def status(self) -> dict[str, Any]:
        """Position, lag and state of every projection and policy."""
        return document((await self._control.status()).as_dict())

    async def parked(self) -> list[dict[str, Any]]:
        """Everything that waits for a person."""
        return [document(one) for one in await self._control.parked()]

    async def ask(self, operation: str, arguments: Mapping[str, Any], actor: str) -> str:
        """Ask for work on a projection or a parked aggregate; gives the request's id. Raises Problem."""
        if operation in PROJECTION_OPERATIONS:
            return await self._ask_projection(operation, arguments, actor)
        if operation in PARKED_OPERATIONS:
            return await self._ask_parked(operation, arguments, actor)
        known = sorted(PROJECTION_OPERATIONS | PARKED_OPERATIONS)
        raise Invalid([FieldProblem("/operation", "enum", {"expected": ", ".join(known)})])

    async def _ask_projection(self, operation: str, arguments: Mapping[str, Any], actor: str) -> str:
        try:
            line = resolve(str(arguments.get("projection", "")), await self._control.names())
        except ControlFailed:
            raise NotFound("no_such_projection") from None
        asked: dict[str, Any] = {"projection": line}
        if operation == "rebuild":
            asked |= {"switch": bool(arguments.get("switch", True)), "force": bool(arguments.get("force", False))}
        return await self._requests.add(operation, asked, actor)  # type: ignore[arg-type]  # checked above

    async def _ask_parked(self, operation: str, arguments: Mapping[str, Any], actor: str) -> str:
        id_ = str(arguments.get("id", ""))
        if not any(one["id"] == id_ for one in await self._control.parked()):
            raise NotFound("not_parked")
        asked = {"id": id_}
        if operation == "skip":
            reason = str(arguments.get("reason") or "").strip()
            if not 0 < len(reason) <= MAX_REASON_CHARS:
                raise Invalid([FieldProblem("/reason", "missing" if not reason else "too_long", {"max_length": 500})])
            asked["reason"] = reason
        return await self._requests.add(operation, asked, actor)  # type: ignore[arg-type]  # checked above

    async def request(self, id_: str) -> dict[str, Any]:
        """How a request stands: state, progress, result or error; raises NotFound."""
        try:
            return document(asdict(await self._requests.get(id_)))
        except LookupError:
            raise NotFound from None

    async def answer(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The same by NATS: `{"operation": …, "arguments": {…}, "actor": …}` gives `{"ok", "result" | "code"}`."""
        try:
            return {"ok": True, "result": await self._result(question)}
        except Problem as problem:
            return {"ok": False, "code": problem.code, "errors": [one.code for one in problem.errors]}

    async def _result(self, question: Mapping[str, Any]) -> Any:
        operation, arguments = question.get("operation"), question.get("arguments")
        asked = arguments if isinstance(arguments, Mapping) else {}
        match operation:
            case "status":
                return await self.status()
            case "parked":
                return await self.parked()
            case "names":
                return await self._control.names()
            case "request":
                return await self.request(str(asked.get("request", "")))
            case str():
                return {"request": await self.ask(operation, asked, str(question.get("actor") or "operator")[:128])}
            case _:
                raise Problem(400, "malformed")


def document(values: Mapping[str, Any]) -> dict[str, Any]:
    """A document as JSON holds it."""
    return {str(key): plain(item) for key, item in values.items()}


def plain(value: Any) -> Any:
    """As JSON holds it."""
    if isinstance(value, Mapping):
        return document(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
