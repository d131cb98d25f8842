"""The activity certificate on paper: what stands on it, and what its code tells anybody, offline (§2.4, ADR 0024)."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jwk import OKPKey
from PIL import Image
from pypdf import PdfReader
from services.transfers.tests.test_certificates import act, issued, left, refused, shown
from services.transfers.tests.test_paper import known_member
from services.transfers.tests.town import CITY, FAR, HOME, SETTINGS, TOWN, TransferTown, a_town

from guiyan.events import new_id
from guiyan.ledger.mac import KeysUnusable
from guiyan.service.auth import Role
from guiyan.service.paper_code import BadCode, CertificateCode, PublicKeys, SigningKeys, Verdict
from guiyan.service.twins import START
from guiyan.transfers.forms.certificate import CERTIFICATE_FORM
from guiyan.transfers.settings import TransfersSettings

HANDING_OUT = {"reason": "HANDING_OUT"}
SAID = CertificateCode("654002-2026-0001", CITY, date(2026, 3, 10), date(2027, 3, 10), new_id(START))


def a_key(key_id: str) -> dict[str, Any]:
    """A fresh private key."""
    return dict(OKPKey.generate_key("Ed25519", {"kid": key_id}).as_dict(private=True))


def key_file(folder: Path, *keys: dict[str, Any]) -> Path:
    """The file of the keys, the last one signing."""
    path = folder / "certificates.json"
    path.write_text(json.dumps({"current": keys[-1]["kid"], "keys": keys}))
    return path


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    """An office's keys."""
    return SigningKeys.load(key_file(tmp_path, a_key("one")))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[TransferTown]:
    """A town that has a key to sign with."""
    settings = TransfersSettings.model_construct(certificate_keys_file=key_file(tmp_path, a_key("one")))
    async with a_town(settings) as town:
        yield town


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, without blanks."""
    read = PdfReader(io.BytesIO(pdf)).pages
    return ["".join(page.extract_text().replace("\u200b", "").split()) for page in read]


def part(data: bytes) -> str:
    """As the compact form writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unpart(text: str) -> bytes:
    """Back again."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def printed(town: TransferTown, id_: str, **more: str) -> Any:
    """A print by the branch."""
    return await town.post(f"/v1/certificates/{id_}/print", HANDING_OUT, town.secretary, **more)


async def a_paper(town: TransferTown) -> tuple[str, str]:
    """The member and a certificate of that member that was handed out."""
    member_id = await known_member(town)
    await left(town, member_id)
    return member_id, await issued(town, member_id)


async def scanned(town: TransferTown, id_: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a scanner reads from the paper: its picture is taken while it is printed."""
    pictures: list[bytes] = []
    make = CERTIFICATE_FORM.pdf

    def both(data: Any, *, made_at: Any) -> bytes:
        pictures.extend(CERTIFICATE_FORM.pages(data, made_at=made_at, ppi=150))
        return make(data, made_at=made_at)

    monkeypatch.setattr(CERTIFICATE_FORM, "pdf", both)
    answer = await printed(town, id_)
    assert answer.status_code == 200, answer.text
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(pictures[0])))
    assert len(found) == 1
    return str(found[0].text)


async def test_every_box_is_on_paper(office: TransferTown) -> None:
    """Facts, rights without a vote, hosts, dues and checks; no ID number, nothing in the box for ethnicity."""
    _, id_ = await a_paper(office)
    host = {"host_branch": FAR}
    await act(office, id_, "add-host-entry", {"arrived_on": "2026-03-10", **host})
    await act(office, id_, "add-activities", {"activities": 3, **host})
    await act(office, id_, "add-dues", {"months": ["2026-02", "2026-03"], **host})
    await act(office, id_, "check")
    answer = await printed(office, id_)
    assert answer.headers["guiyan-print-count"] == "1"
    first, second = pages_of(answer.content)
    for told in (
        "流动党员活动证", "654002-2026-0001", "李示例", "性别男民族类别正式党员", f"示例党组织{HOME}", "2026年3月10日",
        "首次或下次不晚于2027年3月10日", "外出原因务工地点广东省深圳市宝安区", "外出时间2026年3月10日起",
        f"示例党组织{TOWN}", "照片", "不享有表决权、选举权和被选举权", "不作为转移组织关系的凭证",
    ):  # fmt: skip
        assert told in first, told
    for told in (
        f"1示例党组织{FAR}2026年3月10日32026-02至2026-03",
        f"12026年3月10日示例党组织{HOME}",
        "返回后交回查验",
    ):
        assert told in second, told
    assert "690101198005010019" not in first + second
    for page in PdfReader(io.BytesIO(answer.content)).pages:
        assert "654002-2026-0001" in page.extract_text(), "copied whole from the file, as it is"


async def test_the_code_is_checked_by_anybody_with_the_public_key_alone(
    office: TransferTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scanned from the picture, verified by other code over raw bytes (RFC 7515, RFC 8032), and it names nobody."""
    member_id, id_ = await a_paper(office)
    code = await scanned(office, id_, monkeypatch)
    header, payload, signature = code.split(".")
    published = (await office.get("/v1/certificates/keys")).json()["keys"]
    assert [sorted(one) for one in published] == [["crv", "kid", "kty", "x"]], "no private part is published"
    kid = json.loads(unpart(header))["kid"]
    (key,) = [one for one in published if one["kid"] == kid]
    checker = Ed25519PublicKey.from_public_bytes(unpart(key["x"]))
    checker.verify(unpart(signature), f"{header}.{payload}".encode())
    facts = {"no": "654002-2026-0001", "by": CITY, "on": "2026-03-10", "chk": "2027-03-10", "id": id_}
    assert json.loads(unpart(payload)) == facts
    assert member_id not in code
    forged = payload[:-2] + ("AA" if not payload.endswith("AA") else "BB")
    with pytest.raises(InvalidSignature):
        checker.verify(unpart(signature), f"{header}.{forged}".encode())


async def test_each_print_is_recorded_and_counted(office: TransferTown) -> None:
    """Who, why, which key; a repeat under the same key is the same paper, byte for byte."""
    _, id_ = await a_paper(office)
    once = {"Idempotency-Key": "once"}
    first, again = await printed(office, id_, **once), await printed(office, id_, **once)
    assert first.content == again.content
    second = await printed(office, id_)
    assert second.headers["guiyan-print-count"] == "2"
    assert (await shown(office, id_))["prints"] == 2
    events = (await office.get(f"/v1/certificates/{id_}/history")).json()["events"]
    told = [one["data"] for one in events if one["type"] == "CertificatePrinted"]
    assert [(one["print_count"], one["reason"], one["key_id"]) for one in told] == [
        (1, "HANDING_OUT", "one"), (2, "HANDING_OUT", "one"),
    ]  # fmt: skip


async def test_only_a_valid_one_is_printed_by_its_own_branch(office: TransferTown) -> None:
    """Not by a host, not by strangers, not when it was lost."""
    _, id_ = await a_paper(office)
    path = f"/v1/certificates/{id_}/print"
    assert await refused(office, path, HANDING_OUT, office.receiver) == (404, "not_found")
    await act(office, id_, "report-lost")
    assert await refused(office, path, HANDING_OUT) == (409, "certificate_wrong_state")


async def test_without_a_key_nothing_is_printed() -> None:
    """An installation without the setting says so, before anything is recorded."""
    async with a_town(SETTINGS.model_copy(update={"certificate_keys_file": None})) as town:
        _, id_ = await a_paper(town)
        assert await refused(town, f"/v1/certificates/{id_}/print", HANDING_OUT) == (409, "certificate_not_signed")
        assert (await town.get("/v1/certificates/keys")).json()["code"] == "certificate_not_signed"
        assert (await shown(town, id_))["prints"] == 0


async def test_a_host_shows_by_the_code_that_the_paper_lies_before_it(
    office: TransferTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No trip names this host: the code of the paper opens this one certificate to its entry, and no other does."""
    _, id_ = await a_paper(office)
    code = await scanned(office, id_, monkeypatch)
    host = office.town.bearer(Role.BRANCH_SECRETARY, org=FAR, sub="host")
    path = f"/v1/certificates/{id_}/add-host-entry"
    entry = {"arrived_on": "2026-03-10"}
    assert await refused(office, path, entry, host) == (404, "not_found")
    broken = code[:-4] + ("AAAA" if not code.endswith("AAAA") else "BBBB")
    assert await refused(office, path, {**entry, "code": broken}, host) == (422, "certificate_code_tampered")
    assert await refused(office, path, {**entry, "code": code[:-9]}, host) == (422, "certificate_code_unreadable")
    await act(office, id_, "add-host-entry", {**entry, "code": f"{code}\r\n"}, host)
    row = await shown(office, id_, host)
    assert (row["host_branch"], row["entries"][0]["host_branch"]) == (FAR, FAR)
    await act(office, id_, "add-activities", {"activities": 1}, host)


def with_header(code: str, header: dict[str, str]) -> str:
    """The code under another header."""
    return f"{part(json.dumps(header).encode())}.{code.split('.', 1)[1]}"


def spoilt(code: str) -> dict[str, tuple[str, Verdict]]:
    """What may be scanned instead of a whole, genuine code, and what is said to each."""
    header, payload, signature = code.split(".")
    typed = {"kid": "one", "typ": "gy-paper"}
    return {
        "last letter missing": (code[:-1], Verdict.UNREADABLE),
        "cut off": (code[:60], Verdict.UNREADABLE),
        "nothing": ("", Verdict.UNREADABLE),
        "a bare number": ("654002-2026-0001", Verdict.UNREADABLE),
        "a letter's receipt": ("guiyan:receipt:x:2026-1", Verdict.UNREADABLE),
        "far too long": (code * 9, Verdict.UNREADABLE),
        "no algorithm": (with_header(code, {"alg": "none", **typed}), Verdict.UNREADABLE),
        "a token of another kind": (
            with_header(code, {"alg": "EdDSA", "kid": "one", "typ": "JWT"}),
            Verdict.UNREADABLE,
        ),
        "another issuer": (with_header(code, {"alg": "EdDSA", **typed, "kid": "two"}), Verdict.UNKNOWN_KEY),
        "more in it": (code.replace(".", ".AAAA", 1), Verdict.TAMPERED),
        "other facts": (f"{header}.{part(json.dumps({'no': '1'}).encode())}.{signature}", Verdict.TAMPERED),
        "other signature": (f"{header}.{payload}.{part(bytes(64))}", Verdict.TAMPERED),
    }


@pytest.mark.parametrize("name", spoilt("a.b.c"))
def test_what_is_not_to_be_believed_is_told_clearly(keys: SigningKeys, name: str) -> None:
    """Truncated, changed, of another issuer, or no code at all: each by its own word, and never an exception else."""
    code = keys.sign(SAID)
    assert keys.public.read(f" {code}\n") == SAID
    wrong, verdict = spoilt(code)[name]
    with pytest.raises(BadCode) as told:
        keys.public.read(wrong)
    assert told.value.verdict is verdict


def test_the_check_day_on_the_paper_is_the_last_good_one() -> None:
    """After it a later check is looked for; the code itself stays genuine."""
    assert SAID.verdict(date(2027, 3, 10)) is Verdict.VALID
    assert SAID.verdict(date(2027, 3, 11)) is Verdict.CHECK_OVERDUE


def test_old_papers_stay_checkable_when_the_key_changes(tmp_path: Path) -> None:
    """The public part of every key that ever signed is published; the private part of an old one is not needed."""
    old, new = a_key("old"), a_key("new")
    before = SigningKeys.load(key_file(tmp_path, old)).sign(SAID)
    retired = {name: value for name, value in old.items() if name != "d"}
    after = SigningKeys.load(key_file(tmp_path, retired, new))
    assert after.public.read(before) == after.public.read(after.sign(SAID)) == SAID
    assert [one["kid"] for one in after.jwks["keys"]] == ["old", "new"]
    other = PublicKeys.of({"keys": [a_key("old")]})
    with pytest.raises(BadCode, match="TAMPERED"):
        other.read(before)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"current": "a", "keys": []}', '{"current": 1, "keys": [1]}'])
def test_a_key_file_that_cannot_be_used_is_told_at_start(tmp_path: Path, content: str) -> None:
    """KeysUnusable names the file and what was expected, never a key."""
    path = tmp_path / "certificates.json"
    path.write_text(content)
    with pytest.raises(KeysUnusable, match=r"certificates\.json"):
        SigningKeys.load(path)
    public = {name: value for name, value in a_key("one").items() if name != "d"}
    with pytest.raises(KeysUnusable, match="private"):
        SigningKeys.load(key_file(tmp_path, public))
