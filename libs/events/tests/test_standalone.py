"""The package stands alone: a township can install it with pydantic and nothing else."""

import subprocess
import sys
import tomllib
from pathlib import Path

PROGRAM = """
import sys
ALLOWED = {"guiyan", "pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection", "google"}

class Gate:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in ALLOWED and top not in sys.stdlib_module_names and not top.startswith("_sysconfigdata"):
            raise ImportError(f"{name} is not installed where only pydantic is")
        if top == "guiyan" and name not in ("guiyan",) and not name.startswith("guiyan.events"):
            raise ImportError(f"{name} is another part of the product")

sys.meta_path.insert(0, Gate())
import guiyan.events, guiyan.events.ingest, guiyan.events.generate, guiyan.events.compat, guiyan.events.testing
from guiyan.events.ingest import INGEST_TYPES, read_report
from guiyan.events.samples import sample_report
assert all(read_report(sample_report(model)).report for model in INGEST_TYPES.values())
print(len(guiyan.events.EVENT_TYPES))
"""


def test_it_imports_with_pydantic_only() -> None:
    """In an interpreter that refuses every import but pydantic's and our own, all modules load and reports are read."""
    answer = subprocess.run(  # noqa: S603 - this interpreter, a fixed program
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=60
    )
    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) > 200


def test_its_one_dependency_is_pydantic() -> None:
    """What pip installs with it is pydantic and nothing else."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert [name.partition(">")[0] for name in project["project"]["dependencies"]] == ["pydantic"]
