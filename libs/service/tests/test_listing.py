"""Lists: pages by key, filters and orders as declared, and the same list as CSV and XLSX."""

import csv
import io
import random
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Request
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

from guiyan.service.auth import Role
from guiyan.service.caller import Caller, requires
from guiyan.service.cursors import BadCursor, Sort, after, decode, encode
from guiyan.service.filters import Filter, Kind, query_of
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
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
    sorts=("left_on", "months"),
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


@pytest.mark.parametrize("sort", ["left_on", "-left_on", "months", "-months"])
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


SORTS = st.sampled_from([Sort("f"), Sort("f", descending=True), Sort("_id")])


@given(SORTS, st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.sampled_from(["", "张", "a b"]))
def test_a_cursor_reads_back(sort: Sort, value: str | int | None) -> None:
    """What was written into a cursor is read from it, and by no other list or order."""
    cursor = encode("list", sort, value, "id-1")
    assert decode("list", sort, cursor) == (value, "id-1")
    with pytest.raises(BadCursor):
        decode("other", sort, cursor)
    with pytest.raises(BadCursor):
        decode("list", Sort("g"), cursor)


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_a_cursor_or_a_bad_one(text: str) -> None:
    """A made-up cursor is BadCursor and nothing else; no query operator gets through."""
    with pytest.raises(BadCursor):
        decode("list", Sort("f"), text)


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 3), st.integers(0, 99)), unique_by=lambda pair: pair[1], min_size=1),
    st.booleans(),
    st.integers(0, 99),
)
def test_after_is_what_follows_in_the_order(pairs: list[tuple[int | None, int]], down: bool, place: int) -> None:  # noqa: FBT001
    """The query after a document finds just the documents that stand behind it, missing values included."""
    sort = Sort("f", descending=down)
    found = [{"_id": f"{number:02}", "f": value} for value, number in pairs]
    found.sort(key=lambda one: ((one["f"] is not None, one["f"] or 0), one["_id"]), reverse=down)
    place %= len(found)
    here = found[place]
    value = here["f"]
    assert value is None or isinstance(value, int)
    query = after(sort, value, str(here["_id"]))
    assert [one for one in found if fits(one, query)] == found[place + 1 :]


@given(st.lists(st.tuples(st.text(), st.text())))
def test_any_parameters_are_a_query_or_faults(pairs: list[tuple[str, str]]) -> None:
    """Filters take any parameters; what is wrong becomes a fault that repeats no value."""
    names = [*LISTING.filters, "left_on_from", "months_to"]
    query_of(LISTING.filters, [*pairs, *((names[len(value) % len(names)], value) for _, value in pairs)])
