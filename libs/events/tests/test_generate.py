"""What is generated is committed, fresh, and never overwrites a promise."""

import json
import shutil
from pathlib import Path

import jsonschema_rs
import pytest

from guiyan.events import EVENT_TYPES
from guiyan.events.generate import check, main, write
from guiyan.events.ingest import INGEST_TYPES
from guiyan.events.layout import Layout, find_layout
from guiyan.events.reading import faults_of

HERE = find_layout()


@pytest.fixture
def checkout(tmp_path: Path) -> Layout:
    """A copy of the generated files that a test may spoil."""
    copy = Layout(tmp_path / "libs/events")
    shutil.copytree(HERE.schemas, copy.schemas)
    shutil.copytree(HERE.samples, copy.samples)
    copy.catalogue.parent.mkdir(parents=True)
    shutil.copy(HERE.catalogue, copy.catalogue)
    return copy


def test_what_is_committed_is_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    """Schemas, samples and the reference page agree with the models; else the sentence printed says which does not."""
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_every_golden_sample_reads() -> None:
    """Every sample of every version ever published is read by today's models."""
    assert faults_of(HERE.samples) == []
    assert {file.stem for file in HERE.samples.glob("*.json")} >= {
        f"{name}.{version}" for name, model in EVENT_TYPES.items() for version in range(1, model.schema_version + 1)
    }


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_schemas_are_schemas_and_describe_their_samples(name: str) -> None:
    """Each schema is a valid 2020-12 schema, and the sample's data is valid by it."""
    file_name = f"{name}.{EVENT_TYPES[name].schema_version}.json"
    schema = json.loads((HERE.schemas / file_name).read_text(encoding="utf-8"))
    jsonschema_rs.meta.validate(schema)
    sample = json.loads((HERE.samples / file_name).read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(schema).validate(sample["data"])


@pytest.mark.parametrize("name", sorted(INGEST_TYPES))
def test_report_schemas_say_that_one_name_is_needed(name: str) -> None:
    """A township that validates by schema alone learns that exactly one of member_id and id_no is needed."""
    schema = json.loads((HERE.schemas / f"ingest/{name}.1.json").read_text(encoding="utf-8"))
    data = json.loads((HERE.samples / f"ingest/{name}.1.json").read_text(encoding="utf-8"))["data"]
    validator = jsonschema_rs.validator_for(schema)
    validator.validate(data)
    assert not validator.is_valid({key: value for key, value in data.items() if key != "id_no"})


def test_generating_twice_changes_nothing(checkout: Layout) -> None:
    """A second run finds nothing to write."""
    assert write(checkout) == []


def test_a_stale_schema_is_found_and_rewritten(checkout: Layout) -> None:
    """A schema that does not agree with its model is named, and made again."""
    file = checkout.schemas / "MemberLeft.1.json"
    file.write_text("{}", encoding="utf-8")
    assert check(checkout) == [f"{file} is not fresh: run the generator"]
    assert write(checkout) == [file]
    assert check(checkout) == []


def test_a_missing_sample_is_found_and_made(checkout: Layout) -> None:
    """A type without a golden sample is named, and gets one."""
    file = checkout.samples / "MemberLeft.1.json"
    before = file.read_text(encoding="utf-8")
    file.unlink()
    assert check(checkout) == [f"{file} is missing: run the generator"]
    write(checkout)
    assert file.read_text(encoding="utf-8") == before


def test_a_golden_sample_is_never_overwritten(checkout: Layout) -> None:
    """A sample that differs from what would be made today is the record of an earlier day and stays."""
    file = checkout.samples / "MemberReturned.1.json"
    sample = json.loads(file.read_text(encoding="utf-8"))
    del sample["data"]["certificate_handed_in"]
    file.write_text(json.dumps(sample), encoding="utf-8")
    write(checkout)
    assert json.loads(file.read_text(encoding="utf-8")) == sample


def test_a_schema_of_no_type_is_found(checkout: Layout) -> None:
    """A schema file whose model is gone, or of a version never reached, is named."""
    for name in ("NeverPublished.1.json", "MemberLeft.2.json"):
        (checkout.schemas / name).write_text("{}", encoding="utf-8")
    assert len([sentence for sentence in check(checkout) if "belongs to no event type" in sentence]) == 2
