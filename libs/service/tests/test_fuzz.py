"""Every door helper under nonsense: whatever is sent, the answer is a problem or a result, never a fault of ours."""

import json
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from guiyan.service.auth import Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.ingest_event import Address, Unreadable, read_event
from guiyan.service.ingest_http import split
from guiyan.service.listing import Listing
from guiyan.service.problems import Problem
from guiyan.service.resources import AtTime
from guiyan.service.tables import Column
from guiyan.service.testing import Issuer, MemoryReads, client, make_app, make_shell

ISSUER = Issuer()
OFFICER = ISSUER.bearer(Role.CITY_OFFICER)
LISTING = Listing(
    "things",
    collection="things",
    title_zh="事项",
    title_en="Things",
    columns=(Column("_id", "编号", "Id"), Column("left_on", "日期", "Date")),
    filters={"state": Filter(), "left_on": Filter(Kind.DATE), "at": Filter(Kind.MOMENT), "n": Filter(Kind.INTEGER)},
    sorts=("left_on", "n"),
)
READS = MemoryReads({"things": [{"_id": str(n), "left_on": "2026-01-01", "n": n} for n in range(5)]})


class Body(BaseModel):
    """A body as commands have it."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=20)
    count: int = Field(default=1, ge=0, le=9)
    tags: dict[str, list[int]] = Field(default_factory=dict)


router = APIRouter()


@router.get("/v1/things", **LISTING.openapi())
async def things(request: Request, caller: Annotated[Caller, requires(Role.CITY_OFFICER)]) -> Response:
    """A list."""
    return await LISTING.answer(request, caller, READS)


@router.post("/v1/things/{thing_id}/do")
async def do(thing_id: str, body: Body, by: Annotated[Commander, commands(Role.CITY_OFFICER)]) -> JSONResponse:
    """A command."""
    return JSONResponse({"id": by.new_id(thing_id), "name": body.name})


@router.get("/v1/things/{thing_id}")
async def thing(thing_id: str, at: AtTime, _caller: Annotated[Caller, requires(Role.CITY_OFFICER)]) -> JSONResponse:
    """A state in the past."""
    return JSONResponse({"id": thing_id, "now": at.is_now})


APP = make_app(make_shell(ISSUER), router, body_limit_bytes=4_000)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(answer: httpx.Response) -> None:
    """A result, or a problem with a code; no fault of ours, no trace of one."""
    assert answer.status_code < 500 or answer.json()["code"] == "not_yet_applied", answer.text
    assert "Traceback" not in answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"]


@FUZZ
@given(JSON | st.fixed_dictionaries({"name": JSON, "count": JSON, "tags": JSON}))
async def test_any_json_body(body: Any) -> None:
    """A body of any shape."""
    async with client(APP) as http:
        content = json.dumps(body).encode()
        check(
            await http.post("/v1/things/x/do", content=content, headers=OFFICER | {"Content-Type": "application/json"})
        )


@FUZZ
@given(
    st.binary(max_size=5_000), st.sampled_from(["application/json", "text/plain", "", "application/json; charset=x"])
)
async def test_any_bytes(body: bytes, media_type: str) -> None:
    """Bytes of any kind under any media type."""
    async with client(APP) as http:
        check(await http.post("/v1/things/x/do", content=body, headers=OFFICER | {"Content-Type": media_type}))


@FUZZ
@given(st.dictionaries(st.sampled_from(["If-Match", "Idempotency-Key", "Accept-Language", "X-Correlation-Id"]), HEADER))
async def test_any_headers(headers: dict[str, str]) -> None:
    """Headers with anything in them."""
    raw = {name: value.encode("latin-1").strip() for name, value in headers.items()}
    sent = [(name.encode(), value) for name, value in raw.items()]
    sent += [(name.encode(), value.encode()) for name, value in OFFICER.items()]
    async with client(APP) as http:
        check(await http.post("/v1/things/x/do", json={"name": "n"}, headers=sent))


@FUZZ
@given(HEADER)
async def test_any_authorization(header: str) -> None:
    """Any Authorization header."""
    async with client(APP) as http:
        answer = await http.get("/v1/things", headers=[(b"authorization", header.encode("latin-1").strip())])
    assert answer.status_code == 401


NAMES = st.sampled_from(
    ["limit", "cursor", "sort", "after_sequence", "state", "left_on", "left_on_from", "at_to", "n", "n_from", "other"]
)


@FUZZ
@given(st.lists(st.tuples(NAMES | st.text(max_size=20), st.text(max_size=60)), max_size=6), HEADER)
async def test_any_list_parameters(parameters: list[tuple[str, str]], accept: str) -> None:
    """Any query of a list, any Accept."""
    headers = [(b"accept", accept.encode("latin-1").strip()), (b"authorization", OFFICER["Authorization"].encode())]
    safe = [
        (name.encode("utf-8", "replace").decode(), value.encode("utf-8", "replace").decode())
        for name, value in parameters
    ]
    async with client(APP) as http:
        check(await http.get("/v1/things", params=httpx.QueryParams(tuple(safe)), headers=headers))


@FUZZ
@given(st.text(min_size=1, max_size=40), st.text(max_size=30), st.text(max_size=30))
async def test_any_path_and_time(path: str, as_of: str, known_at: str) -> None:
    """Any id in a path, any point in time."""
    url = httpx.URL("http://testserver/v1/things").join("things/" + path.encode("utf-8", "replace").hex())
    params = {
        "as_of": as_of.encode("utf-8", "replace").decode(),
        "known_at": known_at.encode("utf-8", "replace").decode(),
    }
    async with client(APP) as http:
        check(await http.get(url, params=params, headers=OFFICER))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2_000) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_an_event_or_unreadable(body: bytes) -> None:
    """What arrives at the ingest door is read, or told as unreadable with at least one reason."""
    try:
        read_event(body, Address("654002000000", "MemberLeft"))
    except Unreadable as error:
        assert error.problems  # noqa: PT017 - either way is right


ENVELOPE = {
    "specversion": "1.0",
    "id": "019a1b2c-3d4e-7f00-8a1b-2c3d4e5f6071",
    "type": "MemberLeft",
    "source": "s",
    "occurredon": "2026-03-01",
    "data": {"member_id": "019a1b2c-3d4e-7f00-8a1b-2c3d4e5f6071"},
}


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([*ENVELOPE, "time", "dataschema", "actororg", "correlationid"]), JSON))
def test_an_envelope_with_anything_in_it_is_an_event_or_unreadable(changes: dict[str, Any]) -> None:
    """A CloudEvent with any attribute replaced by anything; no value is told back."""
    try:
        read_event(json.dumps(ENVELOPE | changes).encode(), Address("654002000000", "MemberLeft"))
    except Unreadable as error:
        assert all(one.code for one in error.problems)  # noqa: PT017 - what was refused is looked at


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=500) | JSON.map(lambda value: json.dumps(value).encode()), st.booleans())
def test_any_request_body_splits_or_is_a_problem(body: bytes, ndjson: bool) -> None:  # noqa: FBT001 - a value that the test is tried with
    """The ingest door over HTTP takes any body apart, or says what is wrong with it."""
    try:
        assert split(body, "application/x-ndjson" if ndjson else "application/json")
    except Problem as problem:
        assert problem.status in {400, 413, 422}  # noqa: PT017 - what was refused is looked at
