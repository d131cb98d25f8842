# ruff: noqa: S101, PLR2004 - a suite of tests
"""What every key store must do, and the sealer on it; a test class gives a fixture `store`: a maker of processes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

import pytest
from pydantic import BaseModel

from guiyan.events import Event, Sealed, new_id
from guiyan.events.registry import MemberRegistered
from guiyan.ledger.errors import PersonErased
from guiyan.ledger.keycache import KeyCache
from guiyan.ledger.keys import KEY_BYTES, ErasedKey, KeyStore, MasterKeys, WrappedKey, rewrap
from guiyan.ledger.seal import PersonSealer
from guiyan.ledger.subject import Subject
from guiyan.ledger.testing.events import AT, an_event

StoreMaker = Callable[[], KeyStore]


def a_person() -> str:
    """The id of somebody nobody else uses."""
    return new_id(AT)


def some_text(name: str = "示例人") -> BaseModel:
    """The personal text of a made-up member."""
    personal = MemberRegistered.personal
    assert personal is not None
    return personal.model_validate({"name": name, "mobile": "14000000001"})


def sealed_event(person: str, sealed: Sealed, version: int = 1) -> Event:
    """The event of a registration with sealed text."""
    event = an_event(Subject("registry", "member", person), version, "MemberRegistered")
    return event.model_copy(update={"data": {"member_id": person, "pii": sealed.model_dump()}})


class KeyStoreConformance:
    """Keys are made once, found by all, wrapped anew, and destroyed for ever."""

    async def test_a_key_is_made_once(self, store: StoreMaker) -> None:
        """Of several processes that make a key for one person, all hold the same one afterwards."""
        master, person = MasterKeys.made_up(), a_person()
        made = await asyncio.gather(
            *[store().create({person: master.wrap(person, os.urandom(KEY_BYTES))}) for _ in range(5)]
        )
        found = (await store().find([person]))[person]
        assert isinstance(found, WrappedKey)
        assert all(keys[person] == found for keys in made)

    async def test_many_at_once(self, store: StoreMaker) -> None:
        """Keys of an import are made together; who has one already keeps it."""
        master = MasterKeys.made_up()
        people = [a_person() for _ in range(300)]
        before = await store().create({people[5]: master.wrap(people[5], os.urandom(KEY_BYTES))})
        made = await store().create({person: master.wrap(person, os.urandom(KEY_BYTES)) for person in people})
        assert made[people[5]] == before[people[5]]
        fresh = [a_person() for _ in range(300)]
        made = {**made, **await store().create({p: master.wrap(p, os.urandom(KEY_BYTES)) for p in fresh})}
        assert await store().find([*people, *fresh]) == made

    async def test_the_unknown_are_left_out(self, store: StoreMaker) -> None:
        """Who has no key is not found; nobody asked for gives nobody."""
        assert await store().find([a_person(), a_person()]) == {}
        assert await store().find([]) == {}

    async def test_destroyed_is_destroyed(self, store: StoreMaker) -> None:
        """A destroyed key is gone, stays gone, and no new one takes its place; destroying again changes nothing."""
        master, person = MasterKeys.made_up(), a_person()
        await store().create({person: master.wrap(person, os.urandom(KEY_BYTES))})
        for _ in range(2):
            await store().destroy(person)
            assert isinstance((await store().find([person]))[person], ErasedKey)
        again = await store().create({person: master.wrap(person, os.urandom(KEY_BYTES))})
        assert isinstance(again[person], ErasedKey)
        assert not await store().replace(person, master.wrap(person, os.urandom(KEY_BYTES), again[person].revision - 1))

    async def test_destroyed_before_made(self, store: StoreMaker) -> None:
        """A person can be erased who never had a key: then none is ever made."""
        master, person = MasterKeys.made_up(), a_person()
        await store().destroy(person)
        made = await store().create({person: master.wrap(person, os.urandom(KEY_BYTES))})
        assert isinstance(made[person], ErasedKey)

    async def test_replaced_by_revision(self, store: StoreMaker) -> None:
        """A key is put in the place of the very one it was made from, and of no other."""
        master, person = MasterKeys.made_up(), a_person()
        made = (await store().create({person: master.wrap(person, os.urandom(KEY_BYTES))}))[person]
        anew = master.wrap(person, os.urandom(KEY_BYTES), made.revision)
        assert await store().replace(person, anew)
        assert not await store().replace(person, master.wrap(person, os.urandom(KEY_BYTES), made.revision))
        found = (await store().find([person]))[person]
        assert isinstance(found, WrappedKey)
        assert found.wrapped == anew.wrapped

    async def test_rewrap_after_rotation(self, store: StoreMaker) -> None:
        """After a new master key every data key is wrapped with it and still the same; the old one can be withdrawn."""
        secrets = {"old": os.urandom(KEY_BYTES), "new": os.urandom(KEY_BYTES)}
        index = os.urandom(KEY_BYTES)
        old = MasterKeys({"old": secrets["old"]}, "old", index)
        data_keys = {a_person(): os.urandom(KEY_BYTES) for _ in range(3)}
        await store().create({person: old.wrap(person, key) for person, key in data_keys.items()})
        erased = a_person()
        await store().destroy(erased)
        assert await rewrap(store(), MasterKeys(secrets, "new", index)) == 3
        only_new = MasterKeys({"new": secrets["new"]}, "new", index)
        found = await store().find([*data_keys, erased])
        assert isinstance(found[erased], ErasedKey)
        for person, key in data_keys.items():
            wrapped = found[person]
            assert isinstance(wrapped, WrappedKey)
            assert only_new.unwrap(person, wrapped) == key
        assert await rewrap(store(), MasterKeys(secrets, "new", index)) == 0


class SealerConformance:
    """Personal text goes in and comes out, until the key is destroyed."""

    async def test_sealed_and_opened_by_another(self, store: StoreMaker) -> None:
        """What one process sealed another opens."""
        master, person = MasterKeys.made_up(), a_person()
        event = await self._seal(PersonSealer(store(), master), person)
        assert await PersonSealer(store(), master).open([event]) == {event.id: some_text()}

    async def test_nothing_personal_shows(self, store: StoreMaker) -> None:
        """The sealed block holds no plain text, and the same text sealed twice looks different."""
        sealer, person = PersonSealer(store(), MasterKeys.made_up()), a_person()
        one, two = await self._seal(sealer, person), await self._seal(sealer, person)
        assert "示例人" not in one.model_dump_json()
        assert one.data["pii"]["ct"] != two.data["pii"]["ct"]

    async def test_bound_to_its_place(self, store: StoreMaker) -> None:
        """A sealed block moved to another aggregate, version or type does not open, and is counted."""
        sealer, person = PersonSealer(store(), MasterKeys.made_up()), a_person()
        event = await self._seal(sealer, person)
        moved = [
            event.model_copy(update={"subject": f"member/{a_person()}"}),
            event.model_copy(update={"streamversion": 2}),
            event.model_copy(update={"type": "MemberImported"}),
        ]
        for place in moved:
            assert await sealer.open([place]) == {event.id: None}
        assert sealer.unopened == {"tampered": 3}

    async def test_erased(self, store: StoreMaker) -> None:
        """After destruction nothing opens and nothing more is sealed; others are not touched."""
        master, gone, stays = MasterKeys.made_up(), a_person(), a_person()
        sealer = PersonSealer(store(), master)
        events = [await self._seal(sealer, gone), await self._seal(sealer, stays)]
        await sealer.destroy(gone)
        for opener in (sealer, PersonSealer(store(), master)):
            assert await opener.open(events) == {events[0].id: None, events[1].id: some_text()}
            assert opener.unopened == {"erased": 1}
            with pytest.raises(PersonErased):
                await opener.seal(gone, some_text(), stream="member/x", version=2, type_="MemberRegistered")

    async def test_destruction_is_seen_by_others_in_time(self, store: StoreMaker) -> None:
        """A process that holds the key open forgets it after the cache's seconds."""
        now = 0.0
        master, person = MasterKeys.made_up(), a_person()
        holder = PersonSealer(store(), master, KeyCache(seconds=5, monotonic=lambda: now))
        event = await self._seal(holder, person)
        await PersonSealer(store(), master).destroy(person)
        now = 5.1
        assert await holder.open([event]) == {event.id: None}
        with pytest.raises(PersonErased):
            await self._seal(holder, person)

    async def test_a_missing_or_foreign_key_stops_nobody(self, store: StoreMaker) -> None:
        """No key, a malformed block, a master key that is not there: None, counted, and the others open."""
        master, person = MasterKeys.made_up(), a_person()
        sealer = PersonSealer(store(), master)
        fine = await self._seal(sealer, person)
        sealed = Sealed.model_validate(fine.data["pii"])
        nobody = sealed_event(person, sealed.model_copy(update={"kid": a_person()}))
        broken = fine.model_copy(update={"id": new_id(AT), "data": {"pii": {"kid": 1}}})
        foreign_person = a_person()
        foreign = await self._seal(PersonSealer(store(), MasterKeys.made_up()), foreign_person)
        other = PersonSealer(store(), MasterKeys({"else": os.urandom(KEY_BYTES)}, "else", os.urandom(KEY_BYTES)))
        opened = await sealer.open([fine, nobody, broken])
        assert opened == {fine.id: some_text(), nobody.id: None, broken.id: None}
        assert sealer.unopened == {"no_key": 1, "malformed": 1}
        assert await other.open([foreign]) == {foreign.id: None}

    async def test_events_without_text_are_left_out(self, store: StoreMaker) -> None:
        """Only what carries sealed text is answered."""
        sealer = PersonSealer(store(), MasterKeys.made_up())
        assert await sealer.open([an_event(Subject("registry", "member", a_person()))]) == {}

    async def test_prepared_for_an_import(self, store: StoreMaker) -> None:
        """Keys of more people than fit into one request are made at once, and each text opens."""
        master = MasterKeys.made_up()
        people = [a_person() for _ in range(1100)]
        sealer = PersonSealer(store(), master)
        await sealer.prepare([*people, *people[:3]])
        events = [await self._seal(sealer, person) for person in people]
        opened = await PersonSealer(store(), master).open(events)
        assert list(opened.values()) == [some_text()] * 1100

    @staticmethod
    async def _seal(sealer: PersonSealer, person: str) -> Event:
        sealed = await sealer.seal(person, some_text(), stream=f"member/{person}", version=1, type_="MemberRegistered")
        return sealed_event(person, sealed)
