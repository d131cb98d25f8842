"""When it is said where to look: before the journey, which takes minutes, and again under its lines."""

import json
from pathlib import Path

import pytest

from guiyan.cli.installation import Installation
from guiyan.cli.output import Output
from guiyan.cli.up.command import Show, present

SAID_AROUND_A_JOURNEY = ["alive", "journey", "accounts", "ready"]


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """A folder with keys, which is all that tokens need."""
    installation = Installation(tmp_path, "nats://127.0.0.1:4222", "mongodb://127.0.0.1:27017")
    installation.keys.make_missing()
    return installation


@pytest.mark.parametrize(
    ("exits", "journey", "events"),
    [(False, True, SAID_AROUND_A_JOURNEY), (True, True, ["journey"]), (False, False, ["accounts", "ready"])],
)
async def test_addresses_and_tokens_are_told_before_the_journey(
    installation: Installation, capsys: pytest.CaptureFixture[str], *, exits: bool, journey: bool, events: list[str]
) -> None:
    """Before and after a journey, once without one, never for who wants the outcome alone; with the journey's code.

    Accounts are opened after it: their one-time passwords would run out in its months.
    """
    output = Output(as_json=True)

    async def walk() -> int:
        output.step("journey", "walked", "已走完")
        return 7

    async def people() -> None:
        output.step("accounts", "accounts", "账号")

    code = await present(installation, output, Show(exits, journey, None), walk if journey else None, people)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["event"] for one in told] == events
    assert code == (7 if journey else 0)
    for one in told:
        if one["event"] not in {"journey", "accounts"}:
            assert next(iter(one["services"])) == "console"
            assert set(one["services"]) == {"console", "registry", "transfers", "contact", "notifications"}
            assert one["tokens"]["CITY_OFFICER"] == str(installation.folder / "tokens" / "city_officer.jwt")
    written = [file.read_text().count(".") for file in sorted((installation.folder / "tokens").glob("*.jwt"))]
    assert set(written) == (set() if exits else {2})
