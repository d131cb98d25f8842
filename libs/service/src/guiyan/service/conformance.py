# ruff: noqa: S101 - asserts are what it is for
"""What every service's doors do alike (contract.md §5), as checks that each service's tests run over its own doors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
from fastapi import FastAPI

from guiyan.events import derived_id
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.service.problems import MEDIA_TYPE
from guiyan.service.twins import START

NEVER: Final = 2**40
NOBODY: Final = derived_id(START, "nobody")
_PLACE: Final = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True)
class Doors:
    """A service's doors: the application, a client of it, and the headers of somebody who may use all of them."""

    app: FastAPI
    http: httpx.AsyncClient
    headers: dict[str, str]

    def routes(self, method: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every address under /v1 with this method, and what OpenAPI says of it."""
        for path, methods in sorted(self.app.openapi()["paths"].items()):
            if path.startswith("/v1/") and method in methods:
                yield path, methods[method]


def check_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The answer is this problem, as RFC 9457 has it, in the shape of contract.md §5; gives its body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["code"]) == (status, code), body
    assert body["detail"]
    assert body["title"]
    return body


async def check_every_read_waits(doors: Doors) -> None:
    """Every GET takes `after_sequence`: told by OpenAPI once, refused when it is no number, 503 when it is not reached.

    The doors have to be made with a short `list_wait_seconds`.
    """
    for path, told in doors.routes("get"):
        names = [one["name"] for one in told.get("parameters", ())]
        assert names.count("after_sequence") == 1, path
        address = _PLACE.sub(NOBODY, path)
        query = {"day": "2026-01-01"} if "day" in names else {}
        late = await doors.http.get(address, params={**query, "after_sequence": NEVER}, headers=doors.headers)
        check_problem(late, 503, "not_yet_applied")
        assert int(late.headers["retry-after"]) >= 1
        wrong = await doors.http.get(address, params={**query, "after_sequence": "soon"}, headers=doors.headers)
        assert "?after_sequence" in {one["pointer"] for one in check_problem(wrong, 422, "invalid")["errors"]}, path


async def check_a_key_is_one_request(
    doors: Doors, path: str, body: Any, *others: tuple[str, Any], ledger: MemoryLedger
) -> None:
    """A repeat under an Idempotency-Key gives the first answer; another request under it is 422 and writes nothing.

    Also when the broker has long forgotten the command's id, and in another process: the ledger itself tells.
    """
    headers = {**doors.headers, "Idempotency-Key": "one-request"}
    first = await doors.http.post(path, json=body, headers=headers)
    assert first.status_code in {200, 201}, first.text
    head = await ledger.head()
    ledger.log._ids.clear()  # noqa: SLF001 - the duplicate window of the broker has passed
    again = await doors.http.post(path, json=body, headers=headers)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    for other, content in others:
        answer = await doors.http.post(other, json=content, headers=headers)
        told = check_problem(answer, 422, "idempotency_key_reused")
        assert [one["pointer"] for one in told["errors"]] == ["header:Idempotency-Key"]
    assert await ledger.head() == head
