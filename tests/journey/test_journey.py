"""The journey over real processes: what `make run` shows, as a test."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 400
TUTORIAL = Path(__file__).resolve().parents[2] / "docs/tutorial/first-day.md"
REBUILT = re.compile(r"\d+ projections dropped and rebuilt: documents equal")


@pytest.mark.journey
@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.xdist_group("journey")
def test_the_journey_comes_out_as_it_must(tmp_path: Path) -> None:
    """Roster, departure, missed contact, one reminder, transfer, kills, rebuild; then once more on the same data."""
    environment = {**os.environ, "GUIYAN_FIRST_PORT": "18101", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "guiyan.cli.main", "up", "--exit", "--data", str(tmp_path / "data")]
    size = ["--members", "200", "--away", "20"]
    for _ in ("on an empty folder", "again on the same data"):
        done = subprocess.run(
            [*command, *size], env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        assert "the journey came out as it must" in done.stdout
        assert REBUILT.findall(done.stdout) == REBUILT.findall(TUTORIAL.read_text("utf-8"))
