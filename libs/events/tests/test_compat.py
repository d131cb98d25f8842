"""The compatibility gate: every way to break a promise is found and told in one sentence."""

import copy
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guiyan.events.compat import Promise, breaches, check_against, main, promise_of, read_with_models_of
from guiyan.events.compat_schema import narrowings
from guiyan.events.layout import Layout, find_layout
from guiyan.events.registry import MemberLeft
from guiyan.events.schema import payload_schema

TODAY = promise_of(find_layout())
SCHEMA = payload_schema(MemberLeft)


def changed(change: Callable[[dict[str, Any]], object]) -> list[str]:
    """Compare the schema of MemberLeft with a changed copy of itself."""
    new = copy.deepcopy(SCHEMA)
    change(new)
    return list(narrowings(SCHEMA, new))


def set_at(*path: Any) -> Callable[[dict[str, Any]], object]:
    """Make a change that sets the value at a path; the last argument is the value."""
    *steps, last, value = path

    def change(schema: dict[str, Any]) -> None:
        place: Any = schema
        for step in steps:
            place = place[step]
        place[last] = value

    return change


def test_today_keeps_its_own_promises() -> None:
    """The committed state is compatible with itself."""
    assert list(breaches(TODAY, TODAY)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda schema: schema["properties"].pop("reason"), "field reason was removed"),
        (lambda schema: schema["required"].append("credential"), "field credential became required"),
        (lambda schema: schema["$defs"]["FlowReason"]["enum"].remove("STUDY"), "reason lost the values STUDY"),
        (set_at("properties", "branch", "type", "integer"), "branch may no longer be string"),
        (set_at("properties", "branch", "pattern", "^[0-9]{9}$"), "branch has another pattern"),
        (set_at("properties", "branch", "maxLength", 9), "branch has a narrower maxLength"),
        (set_at("properties", "branch", "minLength", 9), "branch has a narrower minLength"),
        (set_at("properties", "credential", {"$ref": "#/$defs/Credential"}), "credential may no longer be null"),
        (set_at("x-aggregate", "trip"), "aggregate changed from departure to trip"),
        (set_at("x-person-field", "branch"), "person-field changed from member_id to branch"),
        (lambda schema: schema.pop("x-personal"), "its sealed personal text is no longer described"),
        (lambda schema: schema["x-personal"]["properties"].pop("dest_phone"), "field pii/dest_phone was removed"),
    ],
)
def test_each_narrowing_is_told(change: Callable[[dict[str, Any]], object], told: str) -> None:
    """Losing a field, a value, an optional mark or a form within one version is found."""
    assert told in changed(change)


@pytest.mark.parametrize(
    "change",
    [
        lambda schema: schema["properties"].update(added={"type": "string"}),
        lambda schema: schema["required"].remove("source"),
        lambda schema: schema["$defs"]["FlowReason"]["enum"].append("HOLIDAY"),
        lambda schema: schema["properties"]["branch"].pop("pattern"),
        lambda schema: schema["properties"]["branch"].update(description="other words"),
        lambda schema: schema["properties"].update(
            branch={"anyOf": [schema["properties"]["branch"], {"type": "null"}]}
        ),
    ],
)
def test_widening_is_no_breach(change: Callable[[dict[str, Any]], object]) -> None:
    """A new optional field, a new value, a dropped bound or other words need no new version."""
    assert changed(change) == []


def test_a_changed_or_removed_sample_is_told() -> None:
    """Golden samples stay as they were."""
    old = Promise({}, {"MemberLeft.1.json": TODAY.samples["MemberLeft.1.json"]})
    sentence = "samples/MemberLeft.1.json was changed or removed: a golden sample stays as it was, restore it"
    assert list(breaches(old, Promise({}, {}))) == [sentence]
    assert list(breaches(old, Promise({}, {"MemberLeft.1.json": "{}"}))) == [sentence]


def test_an_old_sample_that_cannot_be_read_is_told() -> None:
    """A sample of a field form that today's model refuses is found even when the schemas say nothing."""
    sample = json.loads(TODAY.samples["MemberLeft.1.json"])
    sample["data"]["reason"] = "HOLIDAY"
    text = json.dumps(sample)
    old = Promise({}, {"MemberLeft.1.json": text})
    (sentence,) = breaches(old, Promise({}, {"MemberLeft.1.json": text}))
    assert "samples/MemberLeft.1.json can no longer be read" in sentence
    assert "register an upcaster" in sentence


def test_a_removed_type_is_told() -> None:
    """What was once published stays readable."""
    old = Promise({"WalkTaken.1.json": "{}", "ingest/WalkTaken.1.json": "{}"}, {})
    assert [sentence.partition(":")[0] for sentence in breaches(old, TODAY)] == [
        "WalkTaken was removed",
        "ingest/WalkTaken was removed",
    ]


def test_old_versions_keep_their_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a new version the old schema file stays, unchanged; a change inside it is told."""
    monkeypatch.setattr(MemberLeft, "schema_version", 2)
    name = "MemberLeft.1.json"
    old = Promise({name: TODAY.schemas[name]}, {})
    assert list(breaches(old, TODAY)) == []
    assert "was changed" in next(breaches(old, Promise({name: "{}"}, {})))
    assert "was removed" in next(breaches(old, Promise({}, {})))


def test_a_breach_says_which_and_what_to_do() -> None:
    """The sentence names type and version and the two ways out."""
    schema = json.loads(TODAY.schemas["MemberLeft.1.json"])
    schema["properties"]["gone"] = {"type": "string"}
    old = Promise({"MemberLeft.1.json": json.dumps(schema)}, {})
    assert list(breaches(old, TODAY)) == [
        "MemberLeft version 1: field gone was removed; raise schema_version and register an upcaster, or undo it"
    ]


@pytest.fixture
def repository(tmp_path: Path) -> Layout:
    """A git repository with this package in it, tagged as a release."""
    here = find_layout()
    package = tmp_path / "libs/events"
    shutil.copytree(here.root / "src/guiyan", package / "src/guiyan", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(here.samples, package / "samples")
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "."), (*identity, "commit", "-qm", "x"), ("tag", "v1")):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)  # noqa: S603, S607 - fixed arguments
    return Layout(package)


def test_a_release_is_read_from_git(repository: Layout) -> None:
    """Against a tag, old samples are read by today's models and today's samples by those of the tag."""
    assert check_against("v1", repository) == []
    sample = json.loads((repository.samples / "MemberLeft.1.json").read_text(encoding="utf-8"))
    sample["data"]["reason"] = "HOLIDAY"
    (repository.samples / "MemberLeft.2.json").write_text(json.dumps(sample), encoding="utf-8")
    unknown = json.dumps(sample).replace("MemberLeft", "NotYetKnown")
    (repository.samples / "NotYetKnown.1.json").write_text(unknown, encoding="utf-8")
    (sentence,) = check_against("v1", repository)
    assert sentence.startswith("samples/MemberLeft.2.json cannot be read")
    assert sentence.endswith("readers of the previous release would set it aside")


def test_the_models_of_then_are_those_of_then(repository: Layout) -> None:
    """Reading with an older state really uses its code: a type missing there is skipped, not read by today's."""
    (repository.root / "src/guiyan/events/reading.py").write_text("import sys; print('then'); sys.exit(1)")
    assert read_with_models_of(repository, repository) == ["then; readers of the previous release would set it aside"]


def test_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """0 compatible, 1 with one sentence a line, 2 when there is nothing to compare with."""
    assert main(["--against", str(find_layout().root)]) == 0
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples/MemberLeft.1.json").write_text("{}")
    assert main(["--against", str(tmp_path)]) == 1
    assert "was changed or removed" in capsys.readouterr().out
    assert main(["--against", "no-such-reference"]) == 2
    assert "no git reference" in capsys.readouterr().err
