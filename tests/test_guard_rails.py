"""The guard rails of domain.md over all that the product takes in or keeps: every event, report, and request of a door.

`libs/events` walks its own schemas; here the doors of every service are walked with them, as they describe themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import pytest
from tests.test_demands import SERVICES

from guiyan.events import EVENT_TYPES
from guiyan.events.codes import CODE_LISTS
from guiyan.events.document_numbers import FORMAT
from guiyan.events.ingest import INGEST_TYPES
from guiyan.events.schema import payload_schema, report_schema
from guiyan.events.values import DocumentNo
from guiyan.service.twins import World, on_twins

FORBIDDEN_NAMES: Final = re.compile(
    r"(^|_)(ethnic\w*|ethnos|minzu|race|tribe|relig\w*|faith|belief\w*|church|mosque|nation\w*"
    r"|police\w*|gongan|hukou_(no|book|type|place)|household_reg\w*|household_no|residence_permit\w*"
    r"|gps|geo\w*|lat|lon|lng|latitude|longitude|coord\w*|altitude|whereabouts|trajector\w*|track(s|ing)?"
    r"|imei|imsi|iccid|mac_address|ip_address|device\w*|camera\w*|cctv|face\w*|biometric\w*|fingerprint\w*"
    r"|telecom\w*|carrier|cell_(id|tower)|call_(log|record|detail)\w*|base_station"
    r"|score\w*|rank\w*|rating\w*|risk\w*|grade_of|credit_(score|rating)\w*"
    r"|mood\w*|emotion\w*|opinion\w*|attitude\w*|thought\w*|ideolog\w*|sentiment\w*|loyalt\w*|transcript\w*|recording\w*"
    r"|chat\w*|income|salary|wage)(_|$)"
)
"""Names of fields that may stand nowhere."""
FORBIDDEN_WORDS: Final = re.compile(
    r"民族|宗教|信仰|经度|纬度|坐标|定位|户籍号|户口簿|公安|派出所|警务|摄像|人脸|指纹|监控|手机串号|基站|话单|通话记录"
    r"|评分|打分|得分|积分|排名|名次|风险等级|情绪|思想动态|政治表现|态度|录音|聊天"
    r"|\b(ethnic\w*|religio\w*|coordinates?|latitude|longitude|police|cameras?|biometric\w*|telecom\w*"
    r"|risk (score|level)|ranking|mood|opinions?|sentiment)\b",
    re.IGNORECASE,
)
"""Words that no title, no description of a field and no code's label may promise to hold."""
DENIED: Final = re.compile(r"(?i)\b(no|not|never|nothing|without|nobody|neither)\b|不|无")
"""A description may name a forbidden thing to say that it is not there."""
NAMED_OTHERWISE: Final[Mapping[str, str]] = {
    "tracking_no": "the number of a registered letter: where paper is, never where somebody is (S-16)",
    "ProbationState.GROUP_OPINION": "a step of a probation by its official name (§2.8); no field holds an opinion",
    "ProbationState.OPINIONS_COLLECTED": "likewise",
}
"""Fields and codes that carry such a word rightly, with why."""
PAPER: Final = DocumentNo.__metadata__[-1].examples[0]
"""The sample by which the fields are known that hold the number of a document."""
CONTACT_AGGREGATES: Final = {"duty", "lost_contact", "report"}
"""What keeping contact is recorded as: codes, days, ids and numbers of papers, and not a word."""
CONTACT_PATHS: Final = re.compile(r"^/v1/(duties|lost-contacts|home-visits|reports)(/|$)")


def fields_of(
    schema: Any, root: Mapping[str, Any], path: str = "", seen: tuple[str, ...] = ()
) -> Iterator[tuple[str, Any]]:
    """Every field of a schema with its path, through references, lists, alternatives and sealed parts."""
    if not isinstance(schema, Mapping):
        return
    if "$ref" in schema:
        name = str(schema["$ref"])
        if name not in seen:
            yield from fields_of(resolved(schema, root), root, path, (*seen, name))
        return
    for name, field in schema.get("properties", {}).items():
        yield f"{path}{name}", field
        yield from fields_of(field, root, f"{path}{name}.", seen)
    for part in (
        *schema.get("anyOf", ()),
        *schema.get("oneOf", ()),
        *schema.get("allOf", ()),
        *schema.get("prefixItems", ()),
    ):
        yield from fields_of(part, root, path, seen)
    for name in ("items", "additionalProperties", "x-personal"):
        yield from fields_of(schema.get(name), schema if name == "x-personal" else root, f"{path}{name}.", seen)
    for name, part in schema.get("$defs", {}).items():
        yield from fields_of(part, root, f"{path}{name}.", seen)


def resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """What a reference names."""
    found: Any = root
    for part in str(schema["$ref"]).removeprefix("#/").split("/"):
        found = found.get(part, {})
    return found


def is_words(field: Any, root: Mapping[str, Any]) -> bool:
    """Whether a field may hold words: a string that no pattern, list or format bounds to something else."""
    if not isinstance(field, Mapping):
        return False
    if "$ref" in field:
        return is_words(resolved(field, root), root)
    if "anyOf" in field or "oneOf" in field:
        return any(is_words(arm, root) for arm in (*field.get("anyOf", ()), *field.get("oneOf", ())))
    if field.get("type") == "array":
        return is_words(field.get("items"), root)
    return field.get("type") == "string" and not {"pattern", "enum", "const", "format"} & field.keys()


@cache
def kept() -> Mapping[str, Any]:
    """The schema of each event and each report."""
    events = {name: payload_schema(model) for name, model in EVENT_TYPES.items()}
    return events | {f"report {name}": report_schema(model) for name, model in INGEST_TYPES.items()}


async def asked() -> Mapping[str, tuple[str, Any, Any]]:
    """Every request that a door of any service takes: its path, the body or parameter, the document it stands in."""
    found: dict[str, tuple[str, Any, Any]] = {}
    for blueprint, settings in SERVICES:
        async with on_twins(blueprint, settings.model_construct(), World()) as town:
            document = town.app.openapi()
        for path, verbs in document["paths"].items():
            for verb, one in verbs.items():
                name = f"{blueprint.title} {verb.upper()} {path}"
                parameters = {each["name"]: {**each.get("schema", {}), **each} for each in one.get("parameters", ())}
                found[f"{name}?"] = (path, {"properties": parameters}, document)
                for kind, content in one.get("requestBody", {}).get("content", {}).items():
                    found[f"{name} {kind}"] = (path, content.get("schema", {}), document)
    return found


def faults_of(name: str, schema: Any, root: Mapping[str, Any]) -> list[str]:
    """Fields whose name is of a forbidden kind, and titles or descriptions that promise such a thing."""
    found = []
    for path, field in fields_of(schema, root):
        last = path.rpartition(".")[2]
        if last not in NAMED_OTHERWISE and FORBIDDEN_NAMES.search(last.lower()):
            found.append(f"{name}: {path}")
        told = (
            " ".join(str(field.get(key, "")) for key in ("title", "description")) if isinstance(field, Mapping) else ""
        )
        if FORBIDDEN_WORDS.search(told) and not DENIED.search(told):
            found.append(f"{name}: {path} says {told!r}")
    return found


@pytest.mark.parametrize("name", sorted(kept()))
def test_no_event_and_no_report_keeps_what_is_forbidden(name: str) -> None:
    """No ethnicity, religion, coordinates, household register, police, camera, device, telecom, score, rank or mood."""
    assert faults_of(name, kept()[name], kept()[name]) == []


async def test_no_door_asks_for_what_is_forbidden() -> None:
    """The same of every body and every parameter of every door of every service."""
    requests = await asked()
    assert len(requests) > 200
    assert [fault for name, (_, schema, root) in requests.items() for fault in faults_of(name, schema, root)] == []


async def test_keeping_contact_takes_no_words() -> None:
    """A contact, a duty, a report, a search step, a lost case: codes, days, ids, numbers of papers; no words."""
    for name, model in EVENT_TYPES.items():
        if model.aggregate in CONTACT_AGGREGATES and model.service == "contact":
            schema = kept()[name]
            words = [path for path, field in fields_of(schema, schema) if is_words(field, schema)]
            assert words == [] or _papers_only(words), f"{name}: {words}"
            assert model.personal is None, name
    seen = set()
    for name, (path, schema, root) in (await asked()).items():
        if CONTACT_PATHS.match(path) and not name.endswith("?"):
            seen.add(CONTACT_PATHS.match(path).group(1))  # type: ignore[union-attr] # it has just matched
            words = [one for one, field in fields_of(schema, root) if is_words(field, root)]
            assert words == [] or _papers_only(words), f"{name}: {words}"
    assert {"duties", "lost-contacts"} <= seen


def _papers_only(paths: list[str]) -> bool:
    """Numbers of papers are the one thing written by hand; the doors take nothing else there (ADR 0029)."""
    return all(path.rpartition(".")[2] in {"document_no", "decision_no"} for path in paths)


async def test_every_door_takes_the_number_of_a_document_and_nothing_else() -> None:
    """Wherever an event keeps such a number in clear, the door that takes it refuses words (§1.4, ADR 0029)."""
    kept_in = {path for schema in kept().values() for path, field in fields_of(schema, schema) if PAPER in str(field)}
    named = {path for path in kept_in if path.isidentifier()}
    assert {"document_no", "by_document_no", "decision_no", "proof"} <= named
    reports = {name: (name, schema, schema) for name, schema in kept().items() if name.startswith("report ")}
    asked_for = [
        (f"{name}: {path}", str(field))
        for name, (_, schema, root) in {**await asked(), **reports}.items()
        for path, field in fields_of(schema, root)
        if not name.endswith("?") and (path.rpartition(".")[2] in named or PAPER in str(field))
    ]
    assert len(asked_for) > 30
    loose = [name for name, field in asked_for if FORMAT not in field]
    assert loose == []


def test_no_code_stands_for_what_is_forbidden() -> None:
    """No list offers such a thing to be chosen, in either language."""
    promised = [
        f"{name}.{code.value}"
        for name, codes in CODE_LISTS.items()
        for code in codes
        if FORBIDDEN_WORDS.search(code.zh) or FORBIDDEN_WORDS.search(code.en.lower())
    ]
    assert [one for one in promised if one not in NAMED_OTHERWISE] == []


def test_each_exception_is_needed() -> None:
    """What is excepted stands somewhere: an exception that nothing needs would hide the next one."""
    fields = {path.rpartition(".")[2] for schema in kept().values() for path, _ in fields_of(schema, schema)}
    codes = {f"{name}.{code.value}" for name, listed in CODE_LISTS.items() for code in listed}
    assert set(NAMED_OTHERWISE) <= fields | codes


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"risk_score": {"type": "string"}}},
        {"properties": {"ok": {"type": "array", "items": {"$ref": "#/hidden"}}}},
        {"x-personal": {"$defs": {"Deep": {"properties": {"ethnic_group": {"type": "string"}}}}}},
        {"properties": {"kind": {"type": "string", "title": "民族"}}},
        {"anyOf": [{"properties": {"gps": {}}}, {"type": "null"}]},
    ],
)
def test_the_walk_finds_what_is_hidden(schema: dict[str, Any]) -> None:
    """It can fail: nested, in a list, behind a reference, sealed, or only in the title."""
    assert faults_of("hidden", schema, {**schema, "hidden": {"properties": {"police_no": {}}}})


def test_the_walk_knows_words() -> None:
    """A string without bounds is words; a code, a date, an id and the number of a paper are none."""
    assert is_words({"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]}, {})
    assert is_words({"type": "array", "items": {"$ref": "#/text"}}, {"text": {"type": "string"}})
    for bounded in ({"enum": ["A"]}, {"format": "date"}, {"pattern": "^x$"}):
        assert not is_words({"type": "string", **bounded}, {})
