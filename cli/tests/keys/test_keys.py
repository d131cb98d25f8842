"""The secrets of an installation."""

import base64
import json
import stat
from datetime import date
from pathlib import Path

import nkeys
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from guiyan.cli.keys import SERVICES, USERS, KeyFolder, issue_token
from guiyan.cli.keys.certificates import rotate_certificate_key
from guiyan.cli.keys.files import read_json, write_secret
from guiyan.cli.keys.master import rotate_master_key
from guiyan.service.paper_code import CertificateCode, SigningKeys

TOWNSHIP = "110000000001"
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # RFC 9864 renames it; the contract names it so


@pytest.fixture
def made(tmp_path: Path) -> KeyFolder:
    """A key folder with everything in it."""
    folder = KeyFolder(tmp_path / "keys")
    folder.make_missing([TOWNSHIP])
    return folder


def _contents(folder: KeyFolder) -> dict[Path, str]:
    return {path: path.read_text() for path in folder.path.rglob("*") if path.is_file()}


def test_every_secret_is_its_owners_alone(made: KeyFolder) -> None:
    """No file is readable by others, no folder can be entered by others."""
    for path in (made.path, *made.path.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_what_is_there_stays(made: KeyFolder) -> None:
    """A second start makes nothing new; a new township adds its seed and changes no other file."""
    before = _contents(made)
    made.make_missing([TOWNSHIP])
    assert _contents(made) == before
    made.make_missing(["110000000002"])
    assert before.items() <= _contents(made).items()
    assert made.townships() == ("110000000001", "110000000002")


def test_every_user_has_a_key_of_its_own(made: KeyFolder) -> None:
    """Seeds are user seeds, and no two users share one."""
    users = [*USERS, f"township-{TOWNSHIP}"]
    public = [made.public_key(user) for user in users]
    assert len(set(public)) == len(users)
    for user, key in zip(users, public, strict=True):
        assert key.startswith("U")
        assert made.nkey_seed_file(user).read_text().startswith("SU")
        assert nkeys.from_seed(made.nkey_seed_file(user).read_bytes().strip()).public_key.decode() == key


@pytest.mark.parametrize(
    "code", ["", "11000000000", "1100000000011", "../../etc/pa", "11000000000x", "１１００００００００００"]
)
def test_a_township_is_a_code_of_twelve_digits(code: str, tmp_path: Path) -> None:
    """Anything else never becomes a file name or an account name."""
    with pytest.raises(ValueError, match="12 digits"):
        KeyFolder(tmp_path).make_missing([code])


def test_each_service_signs_with_its_own_key_and_verifies_all(made: KeyFolder) -> None:
    """The rings hold the same keys and differ in the writer; every key names its service and has 32 bytes."""
    rings = {service: json.loads(made.mac_keys_file(service).read_text()) for service in SERVICES}
    assert all(ring["keys"] == rings["registry"]["keys"] for ring in rings.values())
    for service, ring in rings.items():
        assert ring["keys"][ring["writer"]]["service"] == service
        assert len(base64.b64decode(ring["keys"][ring["writer"]]["secret"])) == 32


def test_a_rotated_mac_key_keeps_the_old_one_for_verification(made: KeyFolder) -> None:
    """After a rotation the service signs with the new key, and every ring still knows the old one."""
    before = json.loads(made.mac_keys_file("contact").read_text())
    new = made.rotate_mac_key("contact")
    for service in SERVICES:
        ring = json.loads(made.mac_keys_file(service).read_text())
        assert before["keys"].items() <= ring["keys"].items()
        assert ring["keys"][new]["service"] == "contact"
        assert (ring["writer"] == new) is (service == "contact")


def test_a_rotated_master_key_keeps_old_keys_and_the_index(made: KeyFolder) -> None:
    """What was wrapped before still unwraps, and blind indexes stay as they are."""
    before = json.loads(made.master_keys_file().read_text())
    new = rotate_master_key(made.master_keys_file())
    after = json.loads(made.master_keys_file().read_text())
    assert after["current"] == new != before["current"]
    assert before["keys"].items() <= after["keys"].items()
    assert after["index"] == before["index"]


def test_a_rotated_certificate_key_leaves_old_papers_checkable(made: KeyFolder) -> None:
    """The new key signs; of the old one the public part stays, and its private part is nowhere any more."""
    said = CertificateCode("654002-2026-0001", TOWNSHIP, date(2026, 3, 10), date(2027, 3, 10), "one")
    file = made.certificate_keys_file()
    paper = SigningKeys.load(file).sign(said)
    new = rotate_certificate_key(file)
    after = SigningKeys.load(file)
    assert after.key_id == new
    assert after.public.read(paper) == after.public.read(after.sign(said)) == said
    assert [("d" in one) for one in json.loads(file.read_text())["keys"]] == [False, True]


def test_a_rotated_sign_in_key_leaves_who_is_signed_in_signed_in(made: KeyFolder) -> None:
    """The key set tells the key that signs and the one before, and the issuer's; of older ones nothing is left."""
    keys = [read_json(made.sign_in_keys_file())["current"], made.rotate_sign_in_key()]
    told = [one["kid"] for one in read_json(made.jwks_file())["keys"]]
    assert told[1:] == keys
    keys.append(made.rotate_sign_in_key())
    told = [one["kid"] for one in read_json(made.jwks_file())["keys"]]
    assert told[1:] == keys[1:]
    assert told[0].startswith("issuer-")
    assert [one["kid"] for one in read_json(made.sign_in_keys_file())["keys"]] == keys[2:]
    assert not any("d" in one for one in read_json(made.jwks_file())["keys"])
    before = made.jwks_file().read_bytes()
    made.make_missing()
    assert made.jwks_file().read_bytes() == before


def test_a_token_carries_the_claims_of_the_contract(made: KeyFolder) -> None:
    """EdDSA, checked by the published JWKS alone: sub, roles, org, and an end."""
    token = issue_token(made.path, "u-1", ["BRANCH_SECRETARY"], TOWNSHIP, ttl_seconds=60)
    public = KeySet.import_key_set(json.loads(made.jwks_file().read_text()))
    decoded = jwt.decode(token, public, algorithms=["EdDSA"])
    assert decoded.header["alg"] == "EdDSA"
    assert {name: decoded.claims[name] for name in ("sub", "roles", "org")} == {
        "sub": "u-1",
        "roles": ["BRANCH_SECRETARY"],
        "org": TOWNSHIP,
    }
    assert decoded.claims["exp"] - decoded.claims["iat"] == 60


def test_the_published_keys_hold_nothing_secret(made: KeyFolder) -> None:
    """The JWKS file has the public part only."""
    assert '"d"' not in made.jwks_file().read_text()


def test_no_installation_signs_for_another(made: KeyFolder, tmp_path: Path) -> None:
    """A token of one installation does not pass the JWKS of another."""
    other = KeyFolder(tmp_path / "other")
    other.make_missing()
    token = issue_token(other.path, "u-1", [], TOWNSHIP)
    with pytest.raises(Exception, match=r"key|signature"):
        jwt.decode(token, KeySet.import_key_set(json.loads(made.jwks_file().read_text())), algorithms=["EdDSA"])


def test_a_secret_is_never_replaced_by_accident(tmp_path: Path) -> None:
    """Writing over a secret fails unless it is asked for, and leaves no draft behind."""
    write_secret(tmp_path / "s", "one")
    with pytest.raises(FileExistsError):
        write_secret(tmp_path / "s", "two")
    assert [path.name for path in tmp_path.iterdir()] == ["s"]
    assert (tmp_path / "s").read_text() == "one"
