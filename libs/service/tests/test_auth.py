"""Auth: which tokens are believed, and which roles go together."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from guiyan.service.auth import Authenticator, Jwks, Role
from guiyan.service.problems import Forbidden, Problem, Unauthenticated, Unavailable
from guiyan.service.testing import Issuer

ISSUER = Issuer()


async def test_a_right_token_names_its_caller() -> None:
    """Subject, roles and organisation come from the claims."""
    principal = await Authenticator(ISSUER).principal(f"Bearer {ISSUER.token(Role.CITY_OFFICER, sub='o-7')}")
    assert (principal.sub, principal.roles, principal.org) == ("o-7", frozenset({Role.CITY_OFFICER}), "654002000000")


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": int(time.time()) + 3600},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a b"},
        {"org": "12"},
        {"org": "６５４００２００００００"},
        {"org": None},
        {"roles": "CITY_OFFICER"},
        {"roles": None},
    ],
)
async def test_a_token_with_wrong_claims_is_not_believed(claims: dict[str, object]) -> None:
    """Expired, not yet valid, without subject, roles or organisation code: 401."""
    with pytest.raises(Unauthenticated):
        await Authenticator(ISSUER).principal(f"Bearer {ISSUER.token(Role.CITY_OFFICER, **claims)}")  # type: ignore[arg-type] # wrong claims are what is tried


async def test_another_issuers_token_is_not_believed() -> None:
    """A signature by a key that is not in the key set counts for nothing, even under the same key id."""
    with pytest.raises(Unauthenticated):
        await Authenticator(ISSUER).principal(f"Bearer {Issuer().token(Role.CITY_OFFICER)}")


async def test_rs256_is_taken_and_hs256_and_none_are_not() -> None:
    """Only EdDSA and RS256: a shared secret or no signature at all lets nobody in."""
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"})
    secret = OctKey.import_key("s" * 32, {"kid": "oct"})
    claims = {"sub": "o", "org": "654002000000", "roles": [], "exp": int(time.time()) + 60}

    class Keys:
        async def keys(self, *, unknown_key: bool = False) -> KeySet:
            return KeySet([rsa, secret])

    authenticator = Authenticator(Keys())
    good = jwt.encode({"alg": "RS256", "kid": "rsa"}, claims, rsa)
    assert (await authenticator.principal(f"Bearer {good}")).sub == "o"
    bad = jwt.encode({"alg": "HS256", "kid": "oct"}, claims, secret)
    unsigned = "eyJhbGciOiJub25lIn0." + good.split(".")[1] + "."
    for token in (bad, unsigned):
        with pytest.raises(Unauthenticated):
            await authenticator.principal(f"Bearer {token}")


async def test_two_administrator_roles_are_refused() -> None:
    """等保 2.0: nobody holds two of the three administrator roles; such a token is 403."""
    token = ISSUER.token(Role.SYS_ADMIN, Role.AUDIT_ADMIN)
    with pytest.raises(Forbidden) as caught:
        await Authenticator(ISSUER).principal(f"Bearer {token}")
    assert caught.value.code == "admin_roles_combined"


async def test_unknown_roles_give_nothing() -> None:
    """A role of a later release is not known here and opens no door."""
    principal = await Authenticator(ISSUER).principal(f"Bearer {ISSUER.token('EMPEROR')}")
    assert principal.roles == frozenset()


@settings(max_examples=200)
@given(st.text() | st.text(alphabet="abcAB._-=0123").map(lambda text: f"Bearer {text}") | st.none())
async def test_any_header_is_a_caller_or_a_problem(header: str | None) -> None:
    """Whatever stands in the header: 401, never an error of ours."""
    with pytest.raises(Problem):
        await Authenticator(ISSUER).principal(header)


@given(st.binary(max_size=80), st.integers(0, 300))
async def test_a_damaged_token_is_401(noise: bytes, place: int) -> None:
    """A token with bytes changed anywhere is not believed."""
    token = ISSUER.token(Role.CITY_OFFICER)
    place %= len(token)
    damaged = token[:place] + noise.decode("latin-1") + token[place + len(noise) + 1 :]
    with pytest.raises(Problem):
        await Authenticator(ISSUER).principal(f"Bearer {damaged}")


async def test_keys_come_from_a_file_and_are_kept_when_it_goes(tmp_path: Path) -> None:
    """The issuer's outage is not ours: keys once read stay in use."""
    path = ISSUER.write_jwks(tmp_path / "jwks.json")
    keys = Jwks(str(path), refresh_seconds=0)
    authenticator = Authenticator(keys)
    header = f"Bearer {ISSUER.token(Role.MEMBER)}"
    await authenticator.principal(header)
    path.unlink()
    assert (await authenticator.principal(header)).sub == "officer-1"


async def test_two_issuers_are_believed_side_by_side(tmp_path: Path) -> None:
    """An identity provider's keys beside those of local accounts; where one set is away the other one is believed."""
    other = Issuer("test-2")
    files = [ISSUER.write_jwks(tmp_path / "one.json"), other.write_jwks(tmp_path / "two.json")]
    keys = Jwks(", ".join(map(str, files)), refresh_seconds=0)
    for issuer in (ISSUER, other):
        assert (await Authenticator(keys).principal(f"Bearer {issuer.token(Role.MEMBER)}")).sub == "officer-1"
    files[0].unlink()
    assert (await Authenticator(keys).principal(f"Bearer {ISSUER.token(Role.MEMBER)}")).sub == "officer-1"
    anew = Jwks(", ".join(map(str, files)))
    assert (await Authenticator(anew).principal(f"Bearer {other.token(Role.MEMBER)}")).sub == "officer-1"
    with pytest.raises(Unauthenticated):
        await Authenticator(anew).principal(f"Bearer {ISSUER.token(Role.MEMBER)}")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": [7]}', '{"keys": [{"kty": "OKP"}]}', "\x00"])
async def test_while_no_keys_can_be_read_callers_are_told_503(tmp_path: Path, text: str) -> None:
    """A damaged key file is our outage: 503, not 401, and no error of ours."""
    path = tmp_path / "jwks.json"
    path.write_text(text)
    with pytest.raises((Unavailable, Unauthenticated)):
        await Authenticator(Jwks(str(path))).principal(f"Bearer {ISSUER.token(Role.MEMBER)}")


async def test_a_symmetric_key_in_the_set_is_ignored(tmp_path: Path) -> None:
    """A secret in a public key set would let anybody sign: it is not taken."""
    secret = OctKey.import_key("s" * 32, {"kid": "oct"})
    path = tmp_path / "jwks.json"
    path.write_text(
        json.dumps({"keys": [secret.as_dict(private=True), *ISSUER.key_set.as_dict(private=False)["keys"]]})
    )
    assert [key.key_type for key in (await Jwks(str(path)).keys()).keys] == ["OKP"]


async def test_a_believed_token_is_checked_once_and_only_while_its_keys_stand() -> None:
    """The signature costs once; a key set that was read anew makes every token prove itself again."""
    token = f"Bearer {ISSUER.token(Role.CITY_OFFICER, sub='o-7')}"

    class Keys:
        def __init__(self) -> None:
            self.now = ISSUER

        async def keys(self, *, unknown_key: bool = False) -> KeySet:
            return await self.now.keys(unknown_key=unknown_key)

    keys = Keys()
    authenticator = Authenticator(keys)
    first = await authenticator.principal(token)
    assert await authenticator.principal(token) == first
    keys.now = Issuer()
    with pytest.raises(Unauthenticated):
        await authenticator.principal(token)


async def test_a_believed_token_expires_all_the_same() -> None:
    """Having been believed once makes no token last longer than it says."""
    passed = 0.0
    authenticator = Authenticator(ISSUER, leeway_seconds=30, now=lambda: time.time() + passed)
    token = f"Bearer {ISSUER.token(Role.CITY_OFFICER, exp=int(time.time()) + 60)}"
    await authenticator.principal(token)
    passed = 91.0
    with pytest.raises(Unauthenticated) as caught:
        await authenticator.principal(token)
    assert caught.value.code == "token_expired"


async def test_only_so_many_believed_tokens_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends ever new tokens does not fill the memory."""
    monkeypatch.setattr("guiyan.service.auth.MAX_BELIEVED", 3)
    authenticator = Authenticator(ISSUER)
    for number in range(9):
        await authenticator.principal(f"Bearer {ISSUER.token(Role.CITY_OFFICER, sub=f'o-{number}')}")
    assert len(authenticator._believed) == 3
