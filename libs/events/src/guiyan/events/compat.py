"""The compatibility gate: what was promised by an earlier state of the repository must still hold.

    python -m guiyan.events.compat --against v0.1.0      a git tag, branch or commit
    python -m guiyan.events.compat --against some/folder a folder laid out like libs/events

Told, one sentence each, exit code 1: a golden sample changed or gone; an old sample that today's models cannot read;
a type removed; a schema version that lost a field, a value or an optional mark without becoming a new version; and,
against a git reference, a sample of today that the models of then cannot read (they may skip types they do not know).
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guiyan.events.compat_schema import narrowings
from guiyan.events.ingest import INGEST_TYPES
from guiyan.events.layout import PACKAGE_FOLDER, Layout, find_layout
from guiyan.events.payload import EVENT_TYPES, EventError
from guiyan.events.reading import read_sample

_READ_SECONDS = 120


@dataclass(frozen=True)
class Promise:
    """What a state of the repository promised: its schemas and golden samples, by path below their folder."""

    schemas: Mapping[str, str]
    samples: Mapping[str, str]


def promise_of(layout: Layout) -> Promise:
    """Read the promise of a folder laid out like `libs/events`."""
    return Promise(_texts(layout.schemas), _texts(layout.samples))


def breaches(old: Promise, today: Promise) -> Iterator[str]:
    """Say every way in which today's models and files break the old promise."""
    for path, text in old.samples.items():
        if today.samples.get(path) != text:
            yield f"samples/{path} was changed or removed: a golden sample stays as it was, restore it"
        yield from _unreadable(path, text)
    for path, text in old.schemas.items():
        yield from _schema_breaches(path, json.loads(text), today)


def _schema_breaches(path: str, old: Mapping[str, Any], today: Promise) -> Iterator[str]:
    """Compare one old schema with today's of the same version."""
    name, _, version = path.removesuffix(".json").rpartition(".")
    models: Mapping[str, Any] = INGEST_TYPES if name.startswith("ingest/") else EVENT_TYPES
    model = models.get(name.removeprefix("ingest/"))
    if model is None:
        yield f"{name} was removed: a type once published stays readable, bring its model back"
    elif path not in today.schemas:
        yield f"schemas/{path} was removed: the schema of an old version is kept, restore it"
    elif int(version) != model.schema_version:
        if json.loads(today.schemas[path]) != old:
            yield f"schemas/{path} was changed: the schema of an old version stays as it was, restore it"
    else:
        for fault in narrowings(old, json.loads(today.schemas[path])):
            yield f"{name} version {version}: {fault}; raise schema_version and register an upcaster, or undo it"


def _unreadable(path: str, text: str) -> Iterator[str]:
    """Try to read a sample with today's models."""
    try:
        read_sample(path, text)
    except EventError as error:
        yield f"samples/{path} can no longer be read ({error}): register an upcaster for its version"


def _texts(folder: Path) -> dict[str, str]:
    """Read all JSON files below a folder."""
    files = sorted(folder.rglob("*.json"))
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in files}


def unpack_reference(reference: str, layout: Layout, into: Path) -> Layout:
    """Unpack this package as it stood at a git reference.

    Raises:
        LookupError: the reference is not known, or this package was not there yet.
    """
    archive = ["git", "-C", str(layout.root.parent.parent), "archive", "--format=tar", reference, PACKAGE_FOLDER]
    answer = subprocess.run(archive, capture_output=True, check=False)  # noqa: S603 - no shell, fixed program
    if answer.returncode != 0:
        raise LookupError(f"{reference} is no git reference with {PACKAGE_FOLDER} in it")
    with tarfile.open(fileobj=io.BytesIO(answer.stdout)) as tar:
        tar.extractall(into, filter="data")
    return Layout(into / PACKAGE_FOLDER)


def read_with_models_of(old: Layout, today: Layout) -> list[str]:
    """Read today's samples with the models of an unpacked older state; give its sentences."""
    if not (old.root / "src/guiyan/events/reading.py").exists():
        return []
    environment = os.environ | {"PYTHONPATH": str(old.root / "src")}
    command = [sys.executable, "-m", "guiyan.events.reading", str(today.samples)]
    answer = subprocess.run(  # noqa: S603 - this interpreter, our own module
        command, capture_output=True, check=False, text=True, env=environment, cwd=old.root, timeout=_READ_SECONDS
    )
    if answer.returncode not in (0, 1):
        return [f"the models of then did not start: {answer.stderr.strip().splitlines()[-1:]}"]
    return [f"{line}; readers of the previous release would set it aside" for line in answer.stdout.splitlines()]


def check_against(against: str, layout: Layout) -> list[str]:
    """Check a folder or git reference; give every breach as a sentence.

    Raises:
        LookupError: there is no such folder and no such reference.
    """
    if Path(against).is_dir():
        return list(breaches(promise_of(Layout(Path(against))), promise_of(layout)))
    with tempfile.TemporaryDirectory() as folder:
        old = unpack_reference(against, layout, Path(folder))
        return [*breaches(promise_of(old), promise_of(layout)), *read_with_models_of(old, layout)]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; give the exit code: 0 compatible, 1 not, 2 nothing to compare with."""
    parser = argparse.ArgumentParser(prog="python -m guiyan.events.compat", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--against", required=True, help="a git reference, or a folder laid out like libs/events")
    against: str = parser.parse_args(arguments).against
    try:
        sentences = check_against(against, find_layout())
    except LookupError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.writelines(f"{sentence}\n" for sentence in sentences)
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
