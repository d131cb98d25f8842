"""Makes what is generated from the models: schemas, the catalogue page, and the golden samples that are not there yet.

    python -m guiyan.events.generate           write
    python -m guiyan.events.generate --check   say what is not fresh, exit 1 if anything is

Schemas of earlier versions and samples once written are never touched: they are the record of what was promised.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from guiyan.events.catalogue import catalogue
from guiyan.events.ingest import INGEST_TYPES
from guiyan.events.layout import Layout, find_layout, to_text
from guiyan.events.payload import EVENT_TYPES
from guiyan.events.samples import sample_event, sample_personal, sample_report
from guiyan.events.schema import payload_schema, report_schema


def fresh_schemas(layout: Layout) -> Iterator[tuple[Path, str]]:
    """Give every schema file of today's versions with what it should say."""
    for name, model in EVENT_TYPES.items():
        yield layout.schemas / f"{name}.{model.schema_version}.json", to_text(payload_schema(model))
    for name, report in INGEST_TYPES.items():
        yield layout.schemas / f"ingest/{name}.{report.schema_version}.json", to_text(report_schema(report))


def first_samples(layout: Layout) -> Iterator[tuple[Path, str]]:
    """Give every sample file of today's versions with what it says when it is first written."""
    for name, model in EVENT_TYPES.items():
        file_name = f"{name}.{model.schema_version}.json"
        yield layout.samples / file_name, to_text(sample_event(model))
        personal = sample_personal(model)
        if personal is not None:
            yield layout.samples / "personal" / file_name, to_text(personal)
    for name, report in INGEST_TYPES.items():
        yield layout.samples / f"ingest/{name}.{report.schema_version}.json", to_text(sample_report(report))


def fresh_catalogue(layout: Layout) -> str:
    """Give what the catalogue page should say; reads the golden samples."""
    files = {name: layout.samples / f"{name}.{model.schema_version}.json" for name, model in EVENT_TYPES.items()}
    return catalogue({name: json.loads(file.read_text(encoding="utf-8")) for name, file in files.items()})


def write(layout: Layout) -> list[Path]:
    """Write what is missing or not fresh; give the files written."""
    written = [file for file, text in first_samples(layout) if not file.exists() and _write(file, text)]
    written += [file for file, text in fresh_schemas(layout) if _write(file, text)]
    written += [layout.catalogue] if _write(layout.catalogue, fresh_catalogue(layout)) else []
    return written


def check(layout: Layout) -> list[str]:
    """Give a sentence for everything that is not fresh; an empty list is what one hopes for."""
    missing = [f"{file} is missing: run the generator" for file, _ in first_samples(layout) if not file.exists()]
    if missing:
        return missing
    expected = dict(fresh_schemas(layout)) | {layout.catalogue: fresh_catalogue(layout)}
    stale = [f"{file} is not fresh: run the generator" for file, text in expected.items() if _read(file) != text]
    return stale + list(_strays(layout))


def _strays(layout: Layout) -> Iterator[str]:
    """Find schema files of types or versions that no model stands for."""
    for file in sorted(layout.schemas.glob("*.json")):
        name, _, version = file.stem.rpartition(".")
        model = EVENT_TYPES.get(name)
        if model is None or int(version) > model.schema_version:
            yield f"{file} belongs to no event type: bring the type back, or delete the file if it was never published"


def _read(file: Path) -> str | None:
    """Read a file, if it is there."""
    return file.read_text(encoding="utf-8") if file.exists() else None


def _write(file: Path, text: str) -> bool:
    """Write a file if that changes it; tell whether it did."""
    if _read(file) == text:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return True


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; give the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m guiyan.events.generate", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if anything is not fresh")
    layout = find_layout()
    if parser.parse_args(arguments).check:
        sentences = check(layout)
        sys.stdout.writelines(f"{sentence}\n" for sentence in sentences)
        return 1 if sentences else 0
    sys.stdout.writelines(f"wrote {file}\n" for file in write(layout))
    return 0


if __name__ == "__main__":
    sys.exit(main())
