"""An operator's and a township's day in a running city: what every command answers, and the samples of the docs."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

SECONDS = 400
# Each worker of the run has ports of its own: xdist 3.8 does not keep a group together under pytest 9.2.
FIRST_PORT = 18_111 + 20 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
GUIYAN = [sys.executable, "-m", "guiyan.cli.main"]
ROOT = Path(__file__).resolve().parents[2]
SNAKE = re.compile(r"[a-z][a-z0-9_]*")
pytestmark = [pytest.mark.journey, pytest.mark.timeout(SECONDS + 60), pytest.mark.xdist_group("journey")]


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    document: Any
    err: str


class City(NamedTuple):
    """A city that runs: its environment, and what it said when it was ready."""

    environment: dict[str, str]
    ready: dict[str, Any]

    def ask(self, *words: str) -> Ended:
        """Run a command with --json."""
        done = subprocess.run(
            [*GUIYAN, *words, "--json"], env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        return Ended(done.returncode, json.loads(done.stdout), done.stderr)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A small city, started as an operator would, and stopped by Ctrl-C."""
    folder = tmp_path_factory.mktemp("operator") / "data"
    environment = {**os.environ, "GUIYAN_FIRST_PORT": str(FIRST_PORT), "GUIYAN_DATA": str(folder), "GUIYAN_LANG": "en"}
    folder.mkdir(mode=0o700)
    command = [*GUIYAN, "up", "--data", str(folder), "--members", "60", "--away", "6", "--no-journey", "--json"]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    try:
        told: dict[str, Any] = {}
        for line in running.stdout:
            told = json.loads(line)
            if told.get("event") == "ready" or "error" in told:
                break
        assert told.get("event") == "ready", told
        yield City(environment, told)
        running.send_signal(signal.SIGINT)
        rest = [json.loads(line) for line in running.stdout]
        assert running.wait(60) == 0
        assert "stopping" in {one["event"] for one in rest}
    finally:
        running.kill()
        running.wait()


def test_every_answer_is_json_of_the_same_kind(city: City) -> None:
    """Exit code 0, snake_case keys, numbers as numbers, nothing on standard error."""
    status = city.ask("projections", "status")
    others = (["clock", "show"], ["parked", "list"], ["token", "--role", "AUDITOR"])
    for ended in (status, *(city.ask(*words) for words in others)):
        assert (ended.code, ended.err) == (0, "")
        rows = ended.document if isinstance(ended.document, list) else [ended.document]
        assert all(SNAKE.fullmatch(key) for row in rows for key in row)
    assert all(isinstance(row["lag_seconds"], float) and isinstance(row["position"], int) for row in status.document)
    assert {row["service"] for row in status.document} == {"registry", "transfers", "contact", "notifications"}


def test_a_rebuild_tells_what_was_compared(city: City) -> None:
    """Equal, how many documents, how long, switched."""
    (row,) = city.ask("projections", "rebuild", "register", "--service", "registry").document
    assert (row["equal"], row["differing"], row["switched"]) == (True, 0, True)
    assert row["documents"] >= 60


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["projections", "rebuild", "nothing", "--service", "registry"], "no_such_projection"),
        (["parked", "retry", "nothing", "--service", "registry"], "not_parked"),
        (["parked", "skip", "nothing", "--service", "contact", "--reason", "x"], "not_parked"),
        (["replay", "registry/member/nobody"], "no_such_aggregate"),
    ],
)
def test_what_is_not_there_is_told(city: City, words: list[str], code: str) -> None:
    """Exit code 1, a stable code, a sentence."""
    ended = city.ask(*words)
    assert (ended.code, ended.document["error"]["code"]) == (1, code)


def test_a_replay_is_one_array_or_lines(city: City) -> None:
    """The same events either way, each with its position; as of a day before all, none."""
    array = city.ask("replay").document
    lines = subprocess.run(
        [*GUIYAN, "replay", "--as", "ndjson"], env=city.environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert [json.loads(line) for line in lines] == array
    assert all(one["position"].startswith(f"{one['sequence']}.") for one in array)
    assert city.ask("replay", "--as-of", "1990-01-01").document == []


def test_the_clock_moves_for_all(city: City) -> None:
    """Two hours later it is two hours later."""
    before = city.ask("clock", "show").document["now"]
    after = city.ask("clock", "advance", "2h").document["now"]
    assert after > before
    assert city.ask("clock", "show").document["now"] == after


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/workbook.xml", "w", force_zip64=True) as part:
            for _ in range(600):
                part.write(bytes(1 << 20))


FILES: dict[str, Callable[[Path], Any]] = {
    "empty.xlsx": lambda path: path.write_bytes(b""),
    "no-zip.xlsx": lambda path: path.write_bytes(b"PK\x03\x04 no zip at all"),
    "bomb.xlsx": _bomb,
    "bytes.csv": lambda path: path.write_bytes(bytes(range(256)) * 40),
    "wide.csv": lambda path: path.write_text(",".join(f"c{n}" for n in range(10_000)) + "\n"),
    "no-header-utf16.csv": lambda path: path.write_text("甲,乙,丙\n1,2,3\n", encoding="utf-16"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_roster_is_told(city: City, name: str, tmp_path: Path) -> None:
    """Exit code 1, the registry's own code, a sentence that ends, and nothing was imported."""
    FILES[name](tmp_path / name)
    ended = city.ask("import", str(tmp_path / name))
    assert ended.code == 1
    assert SNAKE.fullmatch(ended.document["error"]["code"])
    assert (ended.document["error"]["code"] == "bomb") is (name == "bomb.xlsx")
    assert ended.document["error"]["message"].endswith(".")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "utf-16"])
def test_faulty_rows_come_back(city: City, encoding: str, tmp_path: Path) -> None:
    """Whatever a CSV is encoded in: exit code 1 for faulty rows, which lie beside the roster with their reasons."""
    roster = tmp_path / "花名册.csv"
    roster.write_text("姓名,公民身份证号,所在党支部\n张示例,1234,没有这个支部\n", encoding=encoding)
    ended = city.ask("import", str(roster))
    assert (ended.code, ended.document["faulty"]) == (1, 1)
    assert zipfile.is_zipfile(ended.document["faulty_file"])


def test_a_header_alone_imports_nothing(city: City, tmp_path: Path) -> None:
    """No row is no fault."""
    (tmp_path / "roster.csv").write_text("姓名,公民身份证号,所在党支部\n")
    ended = city.ask("import", str(tmp_path / "roster.csv"), "--dry-run")
    assert (ended.code, ended.document["rows"]) == (0, 0)


def test_the_sample_of_a_township_runs(city: City) -> None:
    """The program in docs/how-to/report-as-a-township.md reports a departure and prints its receipt."""
    page = (ROOT / "docs/how-to/report-as-a-township.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(.+?)```", page, re.DOTALL)
    token = Path(city.ready["tokens"]["CITY_OFFICER"]).read_text().strip()
    url = f"{city.ready['services']['registry']}/v1/members"
    found = httpx.get(url, headers={"Authorization": f"Bearer {token}"}, params={"limit": 100}).json()["items"]
    member = next(one for one in found if one["departure_id"] is None and one["branch"].startswith("6540020"))
    parents = json.loads((Path(city.environment["GUIYAN_DATA"]) / "sample" / "organisations.json").read_text("utf-8"))
    township = next(one["parent"] for one in parents if one["org_code"] == member["branch"])
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**city.environment, "MEMBER": member["id"], "TOWNSHIP": township},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "accepted"
