# ruff: noqa: S101 - asserts are what it is for
"""What every service's doors do alike (contract.md §5), as checks that each service's tests run over its own doors."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
from fastapi import FastAPI

from guiyan.events import derived_id
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.service import guessing
from guiyan.service.problems import MEDIA_TYPE
from guiyan.service.twins import START

NEVER: Final = 2**40
NOBODY: Final = derived_id(START, "nobody")
FILES: Final = "/v1/imports"
MARK: Final = "秘密-示例"
"""Stands in bodies that no answer may repeat."""
NONSENSE: Final = tuple(
    text if isinstance(text, bytes) else text.encode()
    for text in (
        "",
        "{",
        "null",
        "[]",
        "7",
        '"' + MARK + '"',
        b"\xff\xfe{",
        b'{"name": "\xc3\x28"}',
        '{"name": "\\ud800"}',
        '{"name": "\\u0000"}',
        "[" * 100_000,
        '{"a":' * 5_000 + "1" + "}" * 5_000,
        '{"name": NaN, "occurred_on": Infinity}',
        '{"occurred_on": "' + MARK + '", "occurred_on": "' + MARK + '"}',
        '{"' + MARK + '": 1}',
        '{"valid_days": ' + "9" * 5_000 + "}",
        '{"valid_days": 1e400}',
        '{"valid_days": -0.0, "letter_sn": 1e-400}',
        '{"name": "' + "x" * 200_000 + '"}',
        "{}{}",
        "{}\n{broken\n",
        "\ufeff{}",
    )
)
"""Bodies that are no request of anybody's, each wrong in another way."""
_PLACE: Final = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True)
class Doors:
    """A service's doors: the application, a client of it, and the headers of somebody who may use all of them.

    `only` names how the addresses begin that this caller may use, `without` those that are somebody else's.
    """

    app: FastAPI
    http: httpx.AsyncClient
    headers: dict[str, str]
    only: tuple[str, ...] = ("/v1/",)
    without: tuple[str, ...] = ()

    def routes(self, method: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every address of these under /v1 with this method, and what OpenAPI says of it."""
        for path, methods in sorted(self.app.openapi()["paths"].items()):
            if path.startswith(self.only) and method in methods and not path.startswith(self.without):
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

    The doors have to be made with a short `list_wait_seconds`. Every operation has an id of its own, which clients made
    from the OpenAPI document go by.
    """
    ids = Counter(told["operationId"] for method in ("get", "post") for _, told in doors.routes(method))
    assert [id_ for id_, often in ids.items() if often > 1] == []
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


async def check_no_parameter_is_ignored(doors: Doors) -> None:
    """Every GET refuses a parameter that it does not know, by name and with those it knows: 422, also beside others."""
    for path, told in doors.routes("get"):
        names = [one["name"] for one in told.get("parameters", ()) if one["in"] == "query"]
        query = {**({"day": "2026-01-01"} if "day" in names else {}), "nonsense": "1", "after_sequence": "0"}
        answer = await doors.http.get(_PLACE.sub(NOBODY, path), params=query, headers=doors.headers)
        (error,) = check_problem(answer, 422, "invalid")["errors"]
        assert (error["pointer"], error["code"]) in {
            ("?nonsense", "unknown_filter"),
            ("?nonsense", "unknown_parameter"),
        }, path
        assert all(name in error["detail"] for name in names), path


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


async def check_every_door_is_guarded(doors: Doors, *, body_limit_bytes: int = 1_048_576) -> None:
    """No token 401, a body of no JSON 415, too much of it 413, nobody there 404: at every address, in this order.

    The addresses that take files (`/v1/imports`) have gates of their own.
    """
    json_type, text_type = ({**doors.headers, "Content-Type": kind} for kind in ("application/json", "text/plain"))
    for path, _ in doors.routes("get"):
        address = _PLACE.sub(NOBODY, path)
        check_problem(await doors.http.get(address), 401, "unauthenticated")
        if address != path:
            check_problem(await doors.http.get(address, headers=doors.headers), 404, "not_found")
    for path, _ in doors.routes("post"):
        address = _PLACE.sub(NOBODY, path)
        check_problem(await doors.http.post(address), 401, "unauthenticated")
        if not path.startswith(FILES):
            plain = await doors.http.post(address, content=b"{}", headers=text_type)
            check_problem(plain, 415, "unsupported_media_type")
            large = await doors.http.post(address, content=b" " * (body_limit_bytes + 1), headers=json_type)
            check_problem(large, 413, "too_large")


async def check_no_nonsense_breaks(doors: Doors, ledger: MemoryLedger) -> None:
    """Whatever bytes are sent to whatever address: a problem or an empty result, nothing told back, nothing written."""
    head = await ledger.head()
    for path, _ in doors.routes("post"):
        for body in NONSENSE:
            for more in ({}, {"Idempotency-Key": "nonsense", "If-Match": '"1"'}):
                headers = {**doors.headers, "Content-Type": "application/json", **more}
                if path.startswith(FILES):
                    headers["Content-Type"] = "application/octet-stream"
                answer = await doors.http.post(_PLACE.sub(NOBODY, path), content=body, headers=headers)
                assert answer.status_code < 500, (path, body[:80], answer.text)  # noqa: PLR2004 - a status of HTTP
                assert "Traceback" not in answer.text
                assert MARK not in answer.text, (path, body[:80])
    await check_nothing_is_guessed(doors)
    assert await ledger.head() == head


async def check_nothing_is_guessed(doors: Doors) -> None:
    """No number is a date, no "yes" a truth, no text a number: 422 that names the field, at every field and address."""
    for path, told in doors.routes("post"):
        schema = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        for at, kind in guessing.fields_of(schema, doors.app.openapi()):
            for value in guessing.WRONG[kind]:
                body = guessing.body_with(value, at)
                answer = await doors.http.post(_PLACE.sub(NOBODY, path), json=body, headers=doors.headers)
                errors = check_problem(answer, 422, "invalid")["errors"]
                assert guessing.pointer_to(at) in {one["pointer"] for one in errors}, (path, at, value, errors)
    for path, told in doors.routes("get"):
        for one in told.get("parameters", ()):
            kinds = {guessing.kind_of(schema) for schema in one["schema"].get("anyOf", [one["schema"]])}
            for value in guessing.WRONG_IN_A_QUERY.get(next(iter(kinds - {"null"}), ""), ()):
                query = {one["name"]: value}
                answer = await doors.http.get(_PLACE.sub(NOBODY, path), params=query, headers=doors.headers)
                errors = check_problem(answer, 422, "invalid")["errors"]
                assert "?" + one["name"] in {error["pointer"] for error in errors}, (path, query)


def check_answer(answer: httpx.Response, *types: str, made: bool = False) -> dict[str, Any]:
    """The answer to a command: 201 with Location or 200; id, version, sequence, events; the version as ETag."""
    assert answer.status_code == (201 if made else 200), answer.text
    body: dict[str, Any] = answer.json()
    assert set(body) == {"id", "version", "sequence", "events"}
    assert [one["type"] for one in body["events"]] == list(types)
    assert [one["sequence"] for one in body["events"]] == [f"{body['sequence']}.{n}" for n in range(len(types))]
    assert answer.headers["etag"] == f'"{body["version"]}"'
    assert not made or answer.headers["location"].endswith(f"/{body['id']}")
    return body


async def check_a_version_guards(doors: Doors, path: str, body: Any, version: int) -> None:
    """If-Match: no number 400, another version 409 with nothing done, the right one is carried out."""
    wrong = await doors.http.post(path, json=body, headers={**doors.headers, "If-Match": "soon"})
    check_problem(wrong, 400, "bad_if_match")
    stale = await doors.http.post(path, json=body, headers={**doors.headers, "If-Match": f'"{version + 1}"'})
    check_problem(stale, 409, "version_conflict")
    right = await doors.http.post(path, json=body, headers={**doors.headers, "If-Match": f'"{version}"'})
    assert right.status_code == 200, right.text  # noqa: PLR2004 - a status of HTTP
