"""The HTTP application: every error is a problem of the caller's language, nothing else ever comes out."""

from typing import Annotated, Any

import httpx
import nats.errors
import pymongo.errors
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, ConfigDict, Field

from guiyan.ledger import Contention, LedgerUnavailable, OutcomeUnknown, Refused, VersionConflict
from guiyan.ledger.errors import CommandIdTaken
from guiyan.service.auth import Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.limiter import Limiter
from guiyan.service.messages import Message
from guiyan.service.testing import Issuer, client, make_app, make_shell

ISSUER = Issuer()
OFFICER = ISSUER.bearer(Role.CITY_OFFICER)
MESSAGES = {"already_away": Message("The member left on {left_on} already.", "该党员已于 {left_on} 外出。")}
ERRORS: dict[str, Exception] = {
    "refused": Refused("already_away", left_on="2026-03-01"),
    "field": Refused("already_away", pointer="/left_on", left_on="2026-03-01"),
    "version": VersionConflict("evt.registry.member.x", 3, 4),
    "taken": CommandIdTaken("an-id"),
    "contention": Contention("evt.registry.member.x", 8),
    "unknown": OutcomeUnknown("?"),
    "ledger": LedgerUnavailable("?"),
    "mongo": pymongo.errors.ServerSelectionTimeoutError("host 10.0.0.1"),
    "nats": nats.errors.NoRespondersError(),
    "bug": KeyError("张三"),
}


class Leave(BaseModel):
    """A body as commands have it."""

    model_config = ConfigDict(extra="forbid")
    left_on: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    days: int = Field(default=1, ge=1, le=400)


router = APIRouter()


@router.get("/v1/things")
async def things(caller: Annotated[Caller, requires(Role.CITY_OFFICER)]) -> dict[str, Any]:
    """A read."""
    return {"sub": caller.principal.sub, "scope": sorted(caller.scope.codes)}


@router.post("/v1/things/{thing_id}/leave")
async def leave(
    thing_id: str, body: Leave, commander: Annotated[Commander, commands(Role.CITY_OFFICER)]
) -> dict[str, Any]:
    """A command."""
    return {
        "id": thing_id,
        "command": commander.context.command_id,
        "made": commander.new_id("thing"),
        "digest": commander.context.request_digest,
        "version": commander.expected_version,
    }


@router.get("/v1/errors/{kind}")
async def errors(kind: str) -> None:
    """Every error there is."""
    raise ERRORS[kind]


@pytest.fixture
def app() -> FastAPI:
    """An application with these doors."""
    return make_app(make_shell(ISSUER, messages=MESSAGES), router, body_limit_bytes=2_000)


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is this problem."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["code"] == code
    assert body["status"] == status
    assert body["correlation_id"] == answer.headers["x-correlation-id"]
    return body


async def test_a_caller_is_known_by_the_token(app: FastAPI) -> None:
    """A read with a token of the right role is answered within the caller's scope."""
    async with client(app) as http:
        answer = await http.get("/v1/things", headers=OFFICER)
    assert answer.json() == {"sub": "officer-1", "scope": ["654002000000"]}


async def test_no_token_is_401_and_a_wrong_role_403(app: FastAPI) -> None:
    """Who one is comes before what one may."""
    async with client(app) as http:
        answer = await http.get("/v1/things")
        problem(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")
        problem(await http.get("/v1/things", headers=ISSUER.bearer(Role.MEMBER)), 403, "forbidden")
        problem(await http.get("/v1/things", headers=ISSUER.bearer(Role.CITY_OFFICER, exp=1)), 401, "token_expired")


async def test_an_administrator_sees_no_member_data(app: FastAPI) -> None:
    """A person who holds an administrator's role sees no member data, whatever other role they hold."""
    async with client(app) as http:
        answer = await http.get("/v1/things", headers=ISSUER.bearer(Role.CITY_OFFICER, Role.SYS_ADMIN))
    problem(answer, 403, "no_member_data")


def test_a_route_for_member_data_cannot_name_an_administrator() -> None:
    """The mistake is told to the programmer when the module is imported."""
    with pytest.raises(AssertionError):
        requires(Role.SYS_ADMIN)
    requires(Role.SYS_ADMIN, member_data=False)


async def test_the_same_idempotency_key_gives_the_same_ids(app: FastAPI) -> None:
    """A retry is the same command and makes the same thing; another key or person is another command.

    The same key at another address is the same id too, so that the ledger finds out (ADR 0012).
    """
    body = {"left_on": "2026-03-01"}
    async with client(app) as http:
        first, again, other, elsewhere, somebody, without = [
            (await http.post(path, json=body, headers=headers)).json()
            for path, headers in [
                ("/v1/things/a/leave", OFFICER | {"Idempotency-Key": "k1"}),
                ("/v1/things/a/leave", OFFICER | {"Idempotency-Key": "k1"}),
                ("/v1/things/a/leave", OFFICER | {"Idempotency-Key": "k2"}),
                ("/v1/things/b/leave", OFFICER | {"Idempotency-Key": "k1"}),
                ("/v1/things/a/leave", ISSUER.bearer(Role.CITY_OFFICER, sub="o2") | {"Idempotency-Key": "k1"}),
                ("/v1/things/a/leave", OFFICER),
            ]
        ]
    assert first == again
    assert len({one["command"] for one in (first, other, somebody, without)}) == 4
    assert first["command"] == elsewhere["command"]
    assert first["digest"] != elsewhere["digest"]
    assert without["digest"] is None
    assert first["made"] != first["command"]


async def test_the_digest_tells_requests_apart_and_nothing_more(app: FastAPI) -> None:
    """One spelling of JSON or another is one request; another value, key or query is not; nothing of it shows."""
    bodies = [
        b'{"left_on":"2026-03-01","days":3}',
        b'{ "days": 3,\n"left_on": "2026-03-01" }',
        b'{"left_on":"2026-03-02"}',
    ]
    headers = OFFICER | {"Content-Type": "application/json"}
    async with client(app) as http:
        digests = [
            (
                await http.post(f"/v1/things/a/leave{query}", content=body, headers=headers | {"Idempotency-Key": key})
            ).json()["digest"]
            for body, key, query in [
                (bodies[0], "k1", ""),
                (bodies[1], "k1", ""),
                (bodies[2], "k1", ""),
                (bodies[0], "k2", ""),
                (bodies[0], "k1", "?dry_run=true"),
            ]
        ]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4
    assert all(len(one) == 32 for one in digests)


async def test_if_match_names_the_expected_version(app: FastAPI) -> None:
    """A quoted number is the version; anything else is a malformed request."""
    async with client(app) as http:
        answers = [
            await http.post("/v1/things/a/leave", json={"left_on": "2026-03-01"}, headers=OFFICER | {"If-Match": value})
            for value in ('"3"', "3", 'W/"3"')
        ]
    assert answers[0].json()["version"] == 3
    problem(answers[1], 400, "bad_if_match")
    problem(answers[2], 400, "bad_if_match")


async def test_field_errors_point_to_the_field_and_do_not_repeat_it(app: FastAPI) -> None:
    """422 names each field by a pointer, in the caller's language; neither value nor made-up key is told back."""
    body = {"left_on": "张三丰", "days": 1000, "李四": 1}
    async with client(app) as http:
        answer = await http.post("/v1/things/a/leave", json=body, headers=OFFICER | {"Accept-Language": "en"})
        chinese = await http.post("/v1/things/a/leave", json=body, headers=OFFICER)
    told = problem(answer, 422, "invalid")
    assert {(one["pointer"], one["code"]) for one in told["errors"]} == {
        ("/left_on", "pattern"),
        ("/days", "too_big"),
        ("/*", "extra_forbidden"),
    }
    assert "Must be at most 400." in {one["detail"] for one in told["errors"]}
    assert "不得大于 400。" in {one["detail"] for one in chinese.json()["errors"]}
    assert "张三丰" not in answer.text + chinese.text
    assert "李四" not in answer.text + chinese.text


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("refused", 409, "already_away"),
        ("field", 422, "already_away"),
        ("version", 409, "version_conflict"),
        ("taken", 422, "idempotency_key_reused"),
        ("contention", 409, "contention"),
        ("unknown", 503, "outcome_unknown"),
        ("ledger", 503, "unavailable"),
        ("mongo", 503, "unavailable"),
        ("nats", 503, "unavailable"),
        ("bug", 500, "internal"),
    ],
)
async def test_every_error_has_its_meaning(app: FastAPI, kind: str, status: int, code: str) -> None:
    """The ledger's and drivers' errors come out as what they mean; a fault of ours is 500 without its text."""
    async with client(app) as http:
        answer = await http.get(f"/v1/errors/{kind}", headers={"Accept-Language": "en"})
    told = problem(answer, status, code)
    assert "张三" not in answer.text
    assert "Traceback" not in answer.text
    assert "10.0.0.1" not in answer.text
    if status == 503:
        assert int(answer.headers["retry-after"]) > 0
    if code == "already_away":
        assert told["detail"] == "The member left on 2026-03-01 already."
    if kind == "field":
        assert told["errors"][0]["pointer"] == "/left_on"


@pytest.mark.parametrize(
    ("method", "path", "headers", "content", "status", "code"),
    [
        ("GET", "/nowhere", {}, b"", 404, "no_such_address"),
        ("DELETE", "/v1/things", {}, b"", 405, "method_not_allowed"),
        ("POST", "/v1/things/a/leave", {"Content-Type": "application/json"}, b"{", 400, "malformed"),
        ("POST", "/v1/things/a/leave", {"Content-Type": "application/json"}, b"\xff\xfe", 400, "malformed"),
        ("POST", "/v1/things/a/leave", {"Content-Type": "application/json"}, b"[" * 1_999, 400, "malformed"),
        ("POST", "/v1/things/a/leave", {"Content-Type": "text/plain"}, b"{}", 415, "unsupported_media_type"),
        ("POST", "/v1/things/a/leave", {}, b"{}", 415, "unsupported_media_type"),
        ("POST", "/v1/things/a/leave", {"Content-Type": "application/json"}, b" " * 2_001, 413, "too_large"),
        ("POST", "/v1/things/a/leave", {"Content-Type": "application/json"}, b"", 422, "invalid"),
    ],
)
async def test_bad_requests_have_their_status(  # noqa: PLR0913, PLR0917 - a table of requests
    app: FastAPI, method: str, path: str, headers: dict[str, str], content: bytes, status: int, code: str
) -> None:
    """400 malformed, 404, 405, 413, 415, 422: each as a problem."""
    async with client(app) as http:
        answer = await http.request(method, path, headers=OFFICER | headers, content=content)
    problem(answer, status, code)


async def test_a_body_without_declared_length_is_limited_too(app: FastAPI) -> None:
    """A chunked body is cut off at the limit, not read to its end."""

    async def endless() -> Any:
        while True:
            yield b" " * 1_000

    async with client(app) as http:
        answer = await http.post(
            "/v1/things/a/leave", headers=OFFICER | {"Content-Type": "application/json"}, content=endless()
        )
    problem(answer, 413, "too_large")


async def test_too_many_requests_of_one_caller_are_429() -> None:
    """A caller over the limit is told when to come back; another caller is not concerned."""
    app = make_app(make_shell(ISSUER, limiter=Limiter(0.1, 2)), router)
    async with client(app) as http:
        for _ in range(2):
            assert (await http.get("/v1/things", headers=OFFICER)).status_code == 200
        answer = await http.get("/v1/things", headers=OFFICER)
        assert problem(answer, 429, "too_many_requests")
        assert 1 <= int(answer.headers["retry-after"]) <= 10
        other = await http.get("/v1/things", headers=ISSUER.bearer(Role.CITY_OFFICER, sub="o2"))
    assert other.status_code == 200


async def test_the_correlation_id_is_kept_when_it_is_a_uuid(app: FastAPI) -> None:
    """A caller's UUID is taken over; any other text might be personal and is replaced."""
    given = "0d9b6f3e-4f9c-4a53-8f43-2a7f4b7f9a10"
    async with client(app) as http:
        kept = await http.get("/healthz", headers={"X-Correlation-Id": given})
        replaced = await http.get("/healthz", headers={"X-Correlation-Id": "13812345678"})
    assert kept.headers["x-correlation-id"] == given
    assert replaced.headers["x-correlation-id"] != "13812345678"


async def test_the_documents_need_nothing_from_elsewhere(app: FastAPI) -> None:
    """`/docs` and `/openapi.json` work offline: OpenAPI 3.1, no script, no address outside."""
    async with client(app) as http:
        page = await http.get("/docs")
        document = (await http.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert document["components"]["schemas"]["Problem"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert "/v1/things/{thing_id}/leave" in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text


async def test_metrics_name_routes_not_paths(app: FastAPI) -> None:
    """A label holds the route's template, never an id."""
    async with client(app) as http:
        await http.post("/v1/things/some-id/leave", json={"left_on": "2026-03-01"}, headers=OFFICER)
        await http.get("/v1/unknown-id-4711")
        text = (await http.get("/metrics")).text
    assert 'route="/v1/things/{thing_id}/leave",status="200"' in text
    assert 'route="unmatched",status="404"' in text
    assert "some-id" not in text
    assert "4711" not in text


async def test_a_door_is_found_however_its_path_begins() -> None:
    """Routers are asked by the beginnings of their paths: none is missed, also where one begins like another."""
    near, nearer, deep = APIRouter(), APIRouter(), APIRouter()

    @near.get("/v1/member")
    async def member() -> str:
        return "member"

    @nearer.get("/v1/members/{id_}")
    async def members(id_: str) -> str:
        return id_

    @deep.get("/v1/{anything}/deep")
    async def anything(anything: str) -> str:
        return anything

    async with client(make_app(make_shell(Issuer()), near, nearer, deep)) as http:
        assert (await http.get("/v1/member")).json() == "member"
        assert (await http.get("/v1/members/7")).json() == "7"
        assert (await http.get("/v1/members/deep")).json() == "deep"
        assert (await http.get("/v1/x/deep")).json() == "x"
        assert (await http.post("/v1/members/7", json={})).status_code == 405
        assert (await http.get("/v1/memb")).status_code == 404
        assert {"/v1/member", "/v1/members/{id_}", "/v1/{anything}/deep"} <= set(
            (await http.get("/openapi.json")).json()["paths"]
        )
