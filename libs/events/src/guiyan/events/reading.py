"""Reads golden samples with the models of this version; run as a module it reads a folder of samples of another one."""

import json
import sys
from pathlib import Path

from guiyan.events.envelope import decode_batch
from guiyan.events.ingest import INGEST_TYPES, IngestEvent, read_report
from guiyan.events.payload import EventError, UnknownEventType, UnreadableEvent, get_type
from guiyan.events.upcasters import lift_personal


def read_sample(path: str, text: str) -> object:
    """Read one sample by its path below the samples folder: an event, a report, or the plaintext of a sealed block.

    Raises:
        EventError: it cannot be read; UnknownEventType when this version knows no such type.
    """
    folder, _, file_name = path.rpartition("/")
    name, _, version = file_name.removesuffix(".json").rpartition(".")
    if folder == "ingest":
        return _read_report_sample(name, text)
    if folder == "personal":
        return _read_personal_sample(name, int(version), text)
    event = decode_batch(f"[{text}]")[0]
    _ = event.payload
    return event


def _read_report_sample(name: str, text: str) -> IngestEvent:
    """Read the sample of a report."""
    if name not in INGEST_TYPES:
        raise UnknownEventType(name)
    return read_report(text)


def _read_personal_sample(name: str, version: int, text: str) -> object:
    """Read the sample of a sealed block's plaintext."""
    model = get_type(name)
    if model.personal is None:
        raise UnreadableEvent(f"{name} no longer carries personal text")
    try:
        return model.personal.model_validate(lift_personal(name, json.loads(text), version, model.schema_version))
    except ValueError:
        raise UnreadableEvent(f"the personal text of {name} version {version} does not fit") from None


def faults_of(folder: Path) -> list[str]:
    """Read every sample of a folder; give a sentence for each that cannot be read, types unknown here left out."""
    faults = []
    for file in sorted(folder.rglob("*.json")):
        path = file.relative_to(folder).as_posix()
        try:
            read_sample(path, file.read_text(encoding="utf-8"))
        except UnknownEventType:
            continue
        except EventError as error:
            faults.append(f"samples/{path} cannot be read: {error}")
    return faults


def main(arguments: list[str]) -> int:
    """Run the command line: one argument, the folder of samples; give the exit code."""
    faults = faults_of(Path(arguments[0]))
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
