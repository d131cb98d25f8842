"""The container path: the same system from docker-compose.yml, with whatever images of those names are there."""

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "guiyan-test"
SERVICES = {"console": 8100, "registry": 8101, "transfers": 8102, "contact": 8103, "notifications": 8104}

pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]


def compose(*arguments: str, seconds: int = 600) -> subprocess.CompletedProcess[str]:
    """Run docker compose on this project's file."""
    command = ["docker", "compose", "--project-name", PROJECT, "--file", str(ROOT / "docker-compose.yml"), *arguments]
    environment = {**os.environ, "GUIYAN_NATS_PORT": "14222"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )


@pytest.fixture(scope="module")
def system() -> Iterator[None]:
    """Everything built and up; removed with its volumes afterwards. Skipped where no engine answers."""
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no container engine answers here")
    build_arguments = ["--build"]
    done = compose("up", "--wait", "--wait-timeout", "180", *build_arguments)
    try:
        assert done.returncode == 0, done.stderr[-4000:] + compose("logs", "--tail", "30").stdout[-6000:]
        yield
    finally:
        compose("down", "--volumes", "--timeout", "15")


@pytest.mark.usefixtures("system")
def test_every_service_is_ready() -> None:
    """`docker compose up --wait` ends well, and each service says itself that it is ready."""
    for name, port in SERVICES.items():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            report = json.load(answer)
        assert (report["ready"], report["service"]) == (True, name)


@pytest.mark.usefixtures("system")
def test_services_run_without_root() -> None:
    """Each service's process belongs to a user that is not root."""
    for name in SERVICES:
        done = compose("exec", "--no-TTY", name, "python", "-c", "import os; print(os.getuid())")
        assert done.stdout.strip() == "10001", done.stderr
