"""`guiyan verify-certificate`: what a scanned code is told, without any network."""

from __future__ import annotations

import io
import json
import socket
from datetime import date
from pathlib import Path

import pytest
from cli.tests.front.said import Guiyan

from guiyan.cli.keys.certificates import make_certificate_keys
from guiyan.service.paper_code import CertificateCode, SigningKeys

SAID = CertificateCode("654002-2026-0001", "654002000000", date(2026, 3, 10), date(2027, 3, 10), "one")


@pytest.fixture
def published(tmp_path: Path) -> tuple[Path, str]:
    """The file of public keys as an office hands it out, and the code of a paper of that office."""
    make_certificate_keys(tmp_path / "secret.json")
    keys = SigningKeys.load(tmp_path / "secret.json")
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(keys.jwks))
    return file, keys.sign(SAID)


def test_a_genuine_code_is_told_with_its_facts(
    guiyan: Guiyan, published: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 0, by the key file alone: no socket is opened; from standard input as well."""
    file, code = published
    monkeypatch.setattr(socket.socket, "connect", None)
    told = guiyan("verify-certificate", code, "--keys", str(file), "--on", "2027-03-10", "--json")
    assert told.code == 0
    assert json.loads(told.out) == {
        "verdict": "VALID", "number": "654002-2026-0001", "issuer": "654002000000", "issued_on": "2026-03-10",
        "check_due_on": "2027-03-10", "certificate_id": "one",
    }  # fmt: skip
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{code}\n"))
    assert guiyan("verify-certificate", "-", "--keys", str(file), "--on", "2026-06-01").code == 0


def test_every_other_code_is_told_why_not(guiyan: Guiyan, published: tuple[Path, str], tmp_path: Path) -> None:
    """Overdue, changed, cut off, of another issuer: exit code 1 and a word of its own for each."""
    file, code = published
    make_certificate_keys(tmp_path / "other.json")
    other = SigningKeys.load(tmp_path / "other.json").sign(SAID)
    head, facts, signature = code.split(".")
    changed = f"{head}.{facts}.{'A' * len(signature)}"
    for text, on, verdict in (
        (code, "2027-03-11", "check_overdue"),
        (code, "2026-03-09", "not_yet_issued"),
        (changed, "2026-06-01", "tampered"),
        (code[:100], "2026-06-01", "unreadable"),
        (other, "2026-06-01", "unknown_key"),
    ):
        told = guiyan("verify-certificate", text, "--keys", str(file), "--on", on, "--json")
        assert (told.code, told.error["code"]) == (1, verdict)


def test_without_keys_nothing_is_judged(guiyan: Guiyan, published: tuple[Path, str], tmp_path: Path) -> None:
    """A file that is not there is a misuse; one that holds no keys is told, too."""
    _, code = published
    missing = str(tmp_path / "none.json")
    assert guiyan("verify-certificate", code, "--keys", missing, "--json").error["code"] == "no_keys"
    (tmp_path / "empty.json").write_text("{}")
    told = guiyan("verify-certificate", code, "--keys", str(tmp_path / "empty.json"), "--json")
    assert (told.code, told.error["code"]) == (1, "broken_key")
