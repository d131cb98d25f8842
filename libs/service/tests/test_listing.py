"""Lists: pages by key, filters and orders as declared, and the same list as CSV and XLSX."""

import base64
import csv
import io
import json
import random
from dataclasses import replace
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Request
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

from guiyan.service.auth import Role
from guiyan.service.caller import Caller, requires
from guiyan.service.filters import Filter, Kind, query_of
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.paging import BadCursor, Cursors, Page, Place, Sort, ranges
from guiyan.service.tables import Column, plain
from guiyan.service.testing import FixedScopes, Issuer, MemoryReads, client, fits, make_app, make_shell

ISSUER = Issuer()
TOWN, BRANCH, ELSEWHERE = "654002100000", "654002100001", "654002200000"
LISTING = Listing(
    "members",
    collection="members",
    title_zh="流出党员台账",
    title_en="Members away",
    columns=(
        Column("_id", "编号", "Id", width=38),
        Column("person.name", "姓名", "Name", mask=mask_name),
        Column("branch", "所在支部", "Branch"),
        Column("state", "状态", "State", labels={"AWAY": ("外出中", "away")}),
        Column("left_on", "外出日期", "Left on"),
        Column("months", "月数", "Months", width=6),
    ),
    filters={
        "branch": Filter(),
        "state": Filter(choices=("AWAY", "MOBILE")),
        "left_on": Filter(Kind.DATE),
        "months": Filter(Kind.INTEGER),
        "left": Filter(Kind.BOOLEAN, field="left_on", present=True),
    },
    sorts=("left_on", "months", "person.name"),
    default_sort="-left_on",
)


def documents(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Made-up documents; some have no date, many share one."""
    dice = random.Random(seed)
    return [
        {
            "_id": f"m{number:04}",
            "person": {"name": dice.choice(["张三丰", "=HYPERLINK(1)", "古丽"])},
            "branch": dice.choice([BRANCH, ELSEWHERE]),
            "state": dice.choice(["AWAY", "MOBILE"]),
            "left_on": dice.choice([None, "2026-01-01", "2026-02-01", "2026-03-01"]),
            "months": dice.randint(0, 9),
        }
        for number in range(count)
    ]


DOCUMENTS = documents(230)
READS = MemoryReads({"members": DOCUMENTS}, sequence=40)
router = APIRouter()


@router.get("/v1/members", **LISTING.openapi())
async def members(request: Request, caller: Annotated[Caller, requires(Role.TOWNSHIP_OFFICER)]) -> Response:
    """The list, within the caller's scope."""
    return await LISTING.answer(request, caller, READS, where=caller.scope.where("branch"))


APP = make_app(make_shell(ISSUER, scopes=FixedScopes({TOWN: None, BRANCH: TOWN})), router)
HEADERS = ISSUER.bearer(Role.TOWNSHIP_OFFICER, org=TOWN)


async def ask(query: str = "", **headers: str) -> Any:
    """One request to the list."""
    async with client(APP) as http:
        return await http.get(f"/v1/members?{query}", headers=HEADERS | headers)


@pytest.mark.parametrize("sort", ["left_on", "-left_on", "months", "-months", "person.name", "-person.name"])
async def test_pages_hold_every_document_once_in_order(sort: str) -> None:
    """Following the cursor gives each document of the scope once, in order, documents without a value included."""
    found: list[str] = []
    cursor = ""
    for _ in range(100):
        body = (await ask(f"sort={sort}&limit=17" + (f"&cursor={cursor}" if cursor else ""))).json()
        found.extend(item["id"] for item in body["items"])
        cursor = body["next_cursor"]
        if cursor is None:
            break
    expected = await READS.find("members", {"branch": BRANCH}, sort=Sort.parse(sort).keys())
    assert found == [document["_id"] for document in expected]


async def test_a_row_has_the_declared_columns_masked() -> None:
    """JSON shows just the declared columns, codes as codes, names masked."""
    body = (await ask("limit=1")).json()
    assert set(body["items"][0]) == {"id", "name", "branch", "state", "left_on", "months"}
    assert body["items"][0]["name"] in {"张*", "=*", "古*"}
    assert body["sequence"] == 40


async def test_what_lies_outside_the_scope_is_not_in_the_list() -> None:
    """A filter for another organisation's branch finds nothing: the scope is part of the query."""
    assert (await ask(f"branch={ELSEWHERE}")).json()["items"] == []


async def test_filters_narrow_the_list() -> None:
    """Several values of a field mean any of them; ranges are inclusive."""
    body = (await ask("state=AWAY&left_on_from=2026-02-01&left_on_to=2026-03-01&months=1&months=2&limit=500")).json()
    assert body["items"]
    assert all(item["state"] == "AWAY" and item["months"] in {1, 2} for item in body["items"])
    assert {item["left_on"] for item in body["items"]} <= {"2026-02-01", "2026-03-01"}


async def test_a_list_is_asked_whether_a_field_holds_anything() -> None:
    """true: those with a value, false: those without; both at once ask for nothing."""
    everybody = len((await ask("limit=500")).json()["items"])
    some, none = [(await ask(f"limit=500&left={word}")).json()["items"] for word in ("true", "false")]
    assert {item["left_on"] is None for item in some} == {False}
    assert {item["left_on"] for item in none} == {None}
    assert len(some) + len(none) == everybody == len((await ask("limit=500&left=true&left=false")).json()["items"])


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("colour=red", "?colour", "unknown_filter"),
        ("limit=501", "?limit", "too_big"),
        ("limit=0", "?limit", "too_small"),
        ("limit=many", "?limit", "number"),
        ("sort=branch", "?sort", "unknown_sort"),
        ("cursor=zzz", "?cursor", "bad_cursor"),
        ("left_on=yesterday", "?left_on", "date"),
        ("months=9999999999999999999999", "?months", "number"),
        ("state=DEAD", "?state", "enum"),
        ("left_on_from=2026-01-01&left_on_from=2026-02-01", "?left_on_from", "invalid_value"),
        ("after_sequence=-1", "?after_sequence", "too_small"),
        ("after_sequence=soon", "?after_sequence", "number"),
        (f"after_sequence={'9' * 5000}", "?after_sequence", "number"),
        ("%E5%BC%A0%E4%B8%89=1", "?*", "unknown_filter"),
    ],
)
async def test_a_wrong_parameter_is_422_and_named(query: str, pointer: str, code: str) -> None:
    """Nothing is ignored in silence: an unknown or wrong parameter is told."""
    answer = await ask(query)
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]


async def test_a_list_that_has_not_caught_up_is_503() -> None:
    """after_sequence beyond what is applied: 503 with Retry-After, so that nobody reads an old answer as new."""
    assert (await ask("after_sequence=40")).status_code == 200
    answer = await ask("after_sequence=41")
    assert answer.status_code == 503
    assert answer.json()["code"] == "not_yet_applied"
    assert "retry-after" in answer.headers


async def test_csv_is_the_whole_list_readable_and_harmless() -> None:
    """CSV: all rows in one file, headings and codes in the caller's language, names masked, no formula."""
    answer = await ask("", Accept="text/csv", **{"Accept-Language": "en"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Id", "Name", "Branch", "State", "Left on", "Months"]
    assert len(rows) == 1 + sum(document["branch"] == BRANCH for document in DOCUMENTS)
    assert {row[1] for row in rows[1:]} == {"张*", "'=*", "古*"}
    assert "away" in {row[3] for row in rows[1:]}


@given(st.text())
def test_no_cell_starts_a_formula(text: str) -> None:
    """Whatever a field holds, no spreadsheet will run it."""
    assert not plain(text).startswith(("=", "+", "-", "@", "\t", "\r"))


async def test_a_cursor_never_holds_what_the_list_masks() -> None:
    """By name: an address with the cursor tells the last row's id and nothing of anybody's name."""
    cursor = (await ask("sort=person.name&limit=1")).json()["next_cursor"]
    parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    assert parts[:2] == ["members", "person.name"]
    assert [one["_id"] for one in DOCUMENTS if one["_id"] == parts[2]] == parts[2:]


async def test_a_cursor_of_a_row_that_is_gone_or_out_of_sight_is_told() -> None:
    """Where its value has to be read again, only a row that the caller may see stands for a place: else 422."""
    foreign = next(one["_id"] for one in DOCUMENTS if one["branch"] == ELSEWHERE)
    for id_ in ("m9999", foreign):
        cursor = Cursors("members", Sort("person.name"), telling=False).write(Place(None, id_))
        answer = await ask(f"sort=person.name&cursor={cursor}")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "bad_cursor")


async def test_a_row_that_changes_meanwhile_moves_no_other() -> None:
    """A cursor that tells its value goes on where it stood, whatever became of its row since."""
    rows = [{"_id": f"r{place}", "branch": BRANCH, "months": place} for place in range(6)]
    reads, sort = MemoryReads({"members": rows}, sequence=1), Sort("months")
    question = LISTING.question([("sort", "months"), ("limit", "3")])
    _, cursor = await LISTING.page(reads, question, {})
    rows[2]["months"] = 9
    found, _ = await LISTING.page(reads, replace(question, cursor=cursor), {})
    assert ([one["_id"] for one in found], str(sort)) == (["r3", "r4", "r5"], "months")


SORTS = st.sampled_from([Sort("f"), Sort("f", descending=True), Sort("_id")])
VALUES = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.sampled_from(["", "张", "a b"])


@given(SORTS, VALUES, st.booleans())
def test_a_cursor_reads_back(sort: Sort, value: str | int | None, telling: bool) -> None:  # noqa: FBT001 - a value that the test is tried with
    """What was written into a cursor is read from it, and by no other list or order, nor by one that tells more."""
    cursor = Cursors("list", sort, telling).write(Place(value, "id-1"))
    assert Cursors("list", sort, telling).read(cursor) == Place(value if telling else None, "id-1")
    for other in (
        Cursors("other", sort, telling),
        Cursors("list", Sort("g"), telling),
        Cursors("list", sort, not telling),
    ):
        with pytest.raises(BadCursor):
            other.read(cursor)


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")), st.booleans())
def test_any_text_is_a_cursor_or_a_bad_one(text: str, telling: bool) -> None:  # noqa: FBT001 - a value that the test is tried with
    """A made-up cursor is BadCursor and nothing else; no query operator gets through."""
    with pytest.raises(BadCursor):
        Cursors("list", Sort("f"), telling).read(text)


@pytest.mark.parametrize("part", [{"$gt": ""}, ["a"], 2**70, "\ud800", "\x00"])
def test_no_operator_comes_out_of_a_cursor(part: Any) -> None:
    """Only plain values that a database can hold stand for a place."""
    raw = base64.urlsafe_b64encode(json.dumps(["list", "f", "id-1", part]).encode()).decode().rstrip("=")
    with pytest.raises(BadCursor):
        Cursors("list", Sort("f"), telling=True).read(raw)


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 3), st.integers(0, 99)), unique_by=lambda pair: pair[1], min_size=1),
    st.booleans(),
    st.integers(0, 99),
    st.integers(1, 5),
)
async def test_after_a_place_comes_what_follows_in_the_order(
    pairs: list[tuple[int | None, int]],
    down: bool,  # noqa: FBT001 - a value that the test is tried with
    number: int,
    limit: int,
) -> None:
    """The ranges behind a document hold just the documents that follow, in order, missing values included."""
    sort = Sort("f", descending=down)
    rows = [{"_id": f"{number:02}", "f": value} for value, number in pairs]
    rows.sort(key=lambda one: ((one["f"] is not None, one["f"] or 0), one["_id"]), reverse=down)
    number %= len(rows)
    place = Place.of(rows[number], sort)
    parts = [[one for one in rows if fits(one, part.query)] for part in ranges(sort, place)]
    assert [one for part in parts for one in part] == rows[number + 1 :]
    found, last = await Page({}, sort, limit, place).read(MemoryReads({"rows": rows}), "rows")
    assert found == rows[number + 1 : number + 1 + limit]
    assert (last is not None) == (len(rows) > number + 1 + limit)


@given(st.lists(st.tuples(st.text(), st.text())))
def test_any_parameters_are_a_query_or_faults(pairs: list[tuple[str, str]]) -> None:
    """Filters take any parameters; what is wrong becomes a fault that repeats no value."""
    names = [*LISTING.filters, "left_on_from", "months_to"]
    query_of(LISTING.filters, [*pairs, *((names[len(value) % len(names)], value) for _, value in pairs)])


def test_a_documents_number_is_found_in_any_spelling() -> None:
    """ADR 0029: asked for as typed it means the one spelling, and what was kept as typed before there was one."""
    filters = {"document_no": Filter(Kind.DOCUMENT_NO)}
    query, faults = query_of(filters, [("document_no", "伊党组(2026)第012号")])
    assert (query, faults) == ({"document_no": {"$in": ["伊党组〔2026〕12号", "伊党组(2026)第012号"]}}, [])
    assert query_of(filters, [("document_no", "无号")])[0] == {"document_no": {"$in": ["无号"]}}
