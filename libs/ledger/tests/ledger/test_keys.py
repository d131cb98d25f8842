"""Keys of persons: the twin and the bucket on a real server pass the suite; the key files; the blind index."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from libs.ledger.tests.ledger.conftest import NatsWorld

from guiyan.events.id_numbers import eighteen
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.errors import LedgerUnavailable
from guiyan.ledger.keycache import KeyCache
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.mac import KeyRing, KeysUnusable
from guiyan.ledger.memory import MemoryKeyStore
from guiyan.ledger.nats import NatsKeyStore
from guiyan.ledger.testing.keys_conformance import KeyStoreConformance, SealerConformance, StoreMaker, a_person


class Memory:
    """The twin's fixture."""

    @pytest.fixture
    def store(self) -> StoreMaker:
        """All processes share one store."""
        store = MemoryKeyStore()
        return lambda: store


class Nats:
    """The real server's fixture."""

    @pytest.fixture
    def store(self, nats_world: NatsWorld) -> StoreMaker:
        """Every call is another process, with the permissions of a service."""
        return lambda: NatsKeyStore(nats_world.clients["registry"], prefix=nats_world.prefix)


class TestKeysInMemory(Memory, KeyStoreConformance):
    """The store's suite on the twin."""


class TestKeysOnNats(Nats, KeyStoreConformance):
    """The store's suite on a real server."""


class TestSealerInMemory(Memory, SealerConformance):
    """The sealer's suite on the twin."""


class TestSealerOnNats(Nats, SealerConformance):
    """The sealer's suite on a real server."""


async def test_no_bucket_is_told(nats_world: NatsWorld) -> None:
    """Without its bucket the store says so, instead of taking everybody for unknown."""
    store = NatsKeyStore(nats_world.clients["admin"], prefix="nowhere_", timeout_seconds=0.3)
    with pytest.raises(LedgerUnavailable):
        await store.find([a_person()])


def test_a_wrapped_key_belongs_to_one_person() -> None:
    """A wrapped key laid under another person's id does not unwrap."""
    master = MasterKeys.made_up()
    wrapped = master.wrap("a", os.urandom(32))
    with pytest.raises(KeysUnusable, match="changed or moved"):
        master.unwrap("b", wrapped)


def test_secrets_stay_out_of_representations() -> None:
    """Neither a wrapped key nor a MAC key shows its secret when printed."""
    master = MasterKeys.made_up()
    wrapped = master.wrap("a", os.urandom(32))
    assert repr(wrapped.wrapped) not in repr(wrapped)


def test_the_cache_is_bounded() -> None:
    """The oldest key goes when there are too many."""
    cache = KeyCache(size=2)
    for person in ("a", "b", "c"):
        cache.put(person, None)
    assert ["a" in cache, "b" in cache, "c" in cache] == [False, True, True]


def _file(tmp_path: Path, document: object) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


SECRET = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "document",
    [
        "no json",
        [],
        {},
        {"writer": "a", "keys": {}},
        {"writer": "a", "keys": {"a": {"service": "registry"}}},
        {"writer": "a", "keys": {"a": {"service": "registry", "secret": "c2hvcnQ="}}},
        {"writer": "a", "keys": {"a": {"service": "registry", "secret": "not base64!"}}},
        {"writer": "b", "keys": {"a": {"service": "registry", "secret": SECRET}}},
        {"writer": "a", "keys": ["a"]},
        {"writer": "a\r\nX: y", "keys": {"a\r\nX: y": {"service": "registry", "secret": SECRET}}},
    ],
)
def test_a_bad_ring_file_is_told(tmp_path: Path, document: object) -> None:
    """A MAC key file that cannot be used is one clear sentence, never a traceback or a weak key."""
    with pytest.raises(KeysUnusable):
        KeyRing.load(_file(tmp_path, document))


@pytest.mark.parametrize(
    "document",
    ["no json", {}, {"current": "a", "keys": {}, "index": SECRET}, {"current": "a", "keys": {"a": SECRET}}],
)
def test_a_bad_master_file_is_told(tmp_path: Path, document: object) -> None:
    """So is a master key file."""
    with pytest.raises(KeysUnusable):
        MasterKeys.load(_file(tmp_path, document))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """And one that is not there."""
    with pytest.raises(KeysUnusable, match="cannot be read"):
        KeyRing.load(tmp_path / "nothing.json")


def test_a_ring_without_a_writer_only_verifies(tmp_path: Path) -> None:
    """An operator's ring names no writer."""
    ring = KeyRing.load(_file(tmp_path, {"writer": None, "keys": {"a": {"service": "registry", "secret": SECRET}}}))
    assert ring.service is None


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("id_no", "11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ"),
        ("id_no", "110105491231002", "11010519491231002X"),
        ("id_no", " １１０１０５　４９１２３１-002", "110105 19491231 002x"),
        ("mobile", "140 0000-0001", "+8614000000001"),
        ("mobile", "0086 14000000001", " 14000000001 "),
    ],
)
def test_spellings_have_one_index(kind: str, one: str, other: str) -> None:
    """Width, case, blanks, hyphens, the country code of China, and 15 digits instead of 18 do not matter."""
    index = BlindIndex(MasterKeys.made_up())
    assert index.of(kind, one) == index.of(kind, other)  # type: ignore[arg-type] # the kinds are those of the table above


@given(st.text("0123456789", min_size=11, max_size=18), st.text("0123456789", min_size=11, max_size=18))
def test_an_index_tells_values_kinds_and_installations_apart(one: str, other: str) -> None:
    """Different values, kinds or keys have different indexes; the value does not show."""
    index, elsewhere = BlindIndex(MasterKeys.made_up()), BlindIndex(MasterKeys.made_up())
    assert (index.of("id_no", one) == index.of("id_no", other)) == (eighteen(one) == eighteen(other))
    assert index.of("id_no", one) not in {index.of("mobile", one), elsewhere.of("id_no", one)}
    assert one not in index.of("id_no", one)


@pytest.mark.parametrize("value", ["", " ", "- ", "+86"])
def test_nothing_has_no_index(value: str) -> None:
    """An empty value has no index, else everybody without one would be the same person."""
    with pytest.raises(ValueError, match="has no index"):
        BlindIndex(MasterKeys.made_up()).of("mobile", value)
