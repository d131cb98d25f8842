"""The guard rails of domain.md, walked over every schema: payloads, sealed plaintexts, reports and code lists."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from guiyan.events import EVENT_TYPES
from guiyan.events.codes import CODE_LISTS, SearchMeans
from guiyan.events.ingest import INGEST_TYPES
from guiyan.events.schema import payload_schema, report_schema

FORBIDDEN = re.compile(
    r"(^|_)(ethnic\w*|ethnos|minzu|relig\w*|faith|nation\w*|police|gongan|hukou_no|gps|geo\w*|lat|lon|lng|latitude|longitude"
    r"|coord\w*|mood|thought\w*|opinion\w*|attitude\w*|content\w*|notes?|remarks?|comments?|memo|transcript\w*|recording\w*"
    r"|chat|score\w*|rank\w*|risk\w*|rating\w*|income|salary|wage|imei|imsi|device\w*|camera\w*|face\w*|biometric\w*)(_|$)"
)
"""Field names that may not exist: what nobody may ask for, and what a contact may not say."""

SCHEMAS = {name: payload_schema(model) for name, model in EVENT_TYPES.items()} | {
    f"report {name}": report_schema(model) for name, model in INGEST_TYPES.items()
}


def fields_of(schema: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give every field of a schema with its path, those of nested and sealed objects too."""
    for name, field in schema.get("properties", {}).items():
        yield f"{inside}{name}", field
    for name, part in schema.get("$defs", {}).items():
        yield from fields_of(part, f"{inside}{name}.")
    if "x-personal" in schema:
        yield from fields_of(schema["x-personal"], "pii.")


def is_free_text(field: Mapping[str, Any]) -> bool:
    """Tell whether a field may hold words: a string bound by no pattern, list or format."""
    if "anyOf" in field:
        return any(is_free_text(arm) for arm in field["anyOf"])
    if field.get("type") == "array":
        return is_free_text(field["items"])
    return field.get("type") == "string" and not {"pattern", "enum", "const", "format"} & field.keys()


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_no_forbidden_field(name: str) -> None:
    """No ethnicity, religion, police, coordinates, mood, content, score, rank, income or device, anywhere."""
    assert [path for path, _ in fields_of(SCHEMAS[name]) if FORBIDDEN.search(path.rpartition(".")[2])] == []


@pytest.mark.parametrize("name", ["nation", "ethnic_group", "religion", "lat", "risk_score", "call_content", "note"])
def test_the_walk_would_find_one(name: str) -> None:
    """The walk can fail: it finds a forbidden field, nested or sealed."""
    hidden = {"properties": {}, "x-personal": {"$defs": {"Deep": {"properties": {name: {"type": "string"}}}}}}
    assert [path for path, _ in fields_of(hidden) if FORBIDDEN.search(path.rpartition(".")[2])] == [f"pii.Deep.{name}"]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_field_is_described_and_classed(name: str) -> None:
    """Each field says what it means and how careful one has to be with it (PIPL Art. 51)."""
    sealed_block = {"Sealed.kid", "Sealed.alg", "Sealed.nonce", "Sealed.ct"}
    for path, field in fields_of(SCHEMAS[name]):
        assert field.get("description"), path
        assert path in sealed_block or field.get("x-data-class") in {"P0", "P1", "P2", "P3"}, path


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_free_text_in_clear_is_never_personal(name: str) -> None:
    """Words of class P2 or P3 stand in the sealed block only; words in clear name organisations, papers and rules."""
    for path, field in SCHEMAS[name]["properties"].items():
        if is_free_text(field):
            assert field["x-data-class"] in {"P0", "P1"}, path


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_identity_stands_sealed(name: str) -> None:
    """Names of persons, their numbers, mail and home addresses and birth dates are never in clear in the ledger."""
    identity = {"id_no", "birth_date", "mobile", "landline", "email", "home_address", "former_name", "dest_unit_name"}
    assert identity & SCHEMAS[name]["properties"].keys() == set()


@pytest.mark.parametrize("name", [name for name, model in EVENT_TYPES.items() if model.aggregate in {"duty", "report"}])
def test_a_contact_has_no_words_at_all(name: str) -> None:
    """A contact or report is a fact with coded answers: no text field, sealed or not (domain.md §1.4)."""
    assert [path for path, field in fields_of(SCHEMAS[name]) if is_free_text(field)] == []
    assert EVENT_TYPES[name].personal is None


@pytest.mark.parametrize("name", sorted(name for name in SCHEMAS if "dest_area_code" in SCHEMAS[name]["properties"]))
def test_the_destination_is_county_level_at_most(name: str) -> None:
    """A destination is six digits of GB/T 2260, as told by the member; nothing finer in clear."""
    field = SCHEMAS[name]["properties"]["dest_area_code"]
    assert {arm.get("pattern") for arm in field["anyOf"]} == {"^[0-9]{6}$", None}


def test_the_list_of_search_means_is_closed() -> None:
    """A search uses what the organisation holds, by six means and no other (domain.md §7)."""
    assert {means.value for means in SearchMeans} == {
        *("OWN_CONTACT_POINTS", "RELAY_PERSON", "HOST_ORG"),
        *("FORMER_BRANCH", "LAST_EMPLOYER_BY_LETTER", "REGISTERED_LETTER"),
    }


@pytest.mark.parametrize("name", sorted(CODE_LISTS))
def test_every_code_has_labels_in_both_languages(name: str) -> None:
    """A code reads in Chinese and English; within a list no two codes share a label."""
    codes = list(CODE_LISTS[name])
    for language in ("zh-CN", "en"):
        labels = [code.label(language) for code in codes]
        assert all(labels)
        assert len(set(labels)) == len(labels)
    assert all(code.label("zh") != code.label("en") or code.value.isdigit() for code in codes)


def test_every_decision_on_membership_carries_its_document() -> None:
    """No membership ends, pauses or resumes without a decision number (domain.md §8, invariants)."""
    for name in ("MembershipSuspended", "MembershipReinstated", "MembershipRemoved", "MembershipEnded"):
        assert {"decision_no", "decided_on", "decided_by"} <= set(SCHEMAS[name]["required"])
