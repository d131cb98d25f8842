"""The follower on every kind of database."""

from datetime import timedelta

from guiyan.ledger import ManualClock
from guiyan.ledger.database import Database
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.runner import Follower
from guiyan.ledger.testing.books import CREATED, Counting, Echo, Writer, book
from guiyan.ledger.testing.following import a_follower, crashing, leading, running, until


async def total(follower: Follower) -> int:
    """The sum over all books as readers see it."""
    found = await follower.store.collection(Counting, "sums").find_one("all")
    return 0 if found is None else int(found["total"])


async def test_documents_follow_the_ledger(database: Database) -> None:
    """Every event is applied once, in order, and the documents can be read."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    for n in range(120):
        last = await writer.write(f"b{n % 7}", {"amount": n}, {"amount": 1})
    async with running(a_follower(database, ledger, [Counting()])) as follower:
        assert await follower.wait_applied(last.sequence, 10)
        found = await follower.store.collection(Counting, "sums").find_one("all")
        assert found == {"_id": "all", "count": 240, "total": sum(range(120)) + 120}
        books = await follower.store.collection(Counting, "books").find().sort("_id").to_list()
        assert [one["_id"] for one in books] == [f"b{n}" for n in range(7)]
        assert await follower.store.collection(Counting, "books").count_documents({"count": {"$gte": 30}}) == 7


async def test_a_restart_goes_on_where_it_stopped(database: Database) -> None:
    """A second follower applies only what is new: the checkpoint moved with the documents."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    for run in range(1, 4):
        for _ in range(10):
            last = await writer.write("b", {"amount": 1})
        async with running(a_follower(database, ledger, [Counting()], owner=f"run{run}")) as follower:
            assert await follower.wait_applied(last.sequence, 10)
            assert await total(follower) == 10 * run


async def test_a_stand_by_takes_over_from_a_dead_leader(database: Database) -> None:
    """When the leader dies, the other replica goes on, and nothing is applied twice or left out."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    stand_by = a_follower(database, ledger, [Counting()], owner="two")
    async with running(stand_by):
        async with crashing(a_follower(database, ledger, [Counting()], owner="one")) as leader:
            await leading(leader, stand_by)
            last = await writer.write("b", {"amount": 1})
            assert await leader.wait_applied(last.sequence, 10)
            assert await stand_by.wait_applied(last.sequence, 10)
        last = await writer.write("b", {"amount": 1})
        assert await stand_by.wait_applied(last.sequence, 10)
        await leading(stand_by)
        assert await total(stand_by) == 2


async def test_a_released_lease_is_taken_at_once(database: Database) -> None:
    """A graceful stop does not make the successor wait for the lease to run out."""
    ledger = MemoryLedger()
    async with running(a_follower(database, ledger, [Counting()], owner="one")) as first:
        await leading(first)
    second = a_follower(database, ledger, [Counting()], owner="two")
    second.store.leases.patience_seconds = 3600
    async with running(second):
        await leading(second)


async def test_a_replaced_leader_cannot_write(database: Database) -> None:
    """A leader that was replaced without noticing is stopped by the checkpoint, and its batch leaves no trace."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    async with running(a_follower(database, ledger, [Counting()], owner="one")) as leader:
        last = await writer.write("b", {"amount": 1})
        assert await leader.wait_applied(last.sequence, 10)
        usurper = a_follower(database, ledger, [Counting()], owner="two").store
        lease = await usurper.database.collection("_leases").find_one("follower")
        assert lease is not None
        fence = await usurper.leases._take("follower", lease)
        assert fence is not None

        async def gave_up() -> bool:
            return not leader.leading

        positions = await usurper.checkpoints.claim(["counting_v1_g1"], fence)
        for _ in range(5):
            await writer.write("b", {"amount": 1})
        await until(gave_up, "the old leader gave up")
        assert await usurper.checkpoints.claim(["counting_v1_g1"], fence) == positions
        assert await total(leader) == 1


async def test_policies_run_once_behind_the_projections(database: Database) -> None:
    """A policy's command is written once for each cause, also when the follower is restarted and replays."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    for n in range(20):
        last = await writer.write(f"b{n}", {"amount": 1}, type_=CREATED)
    for run in ("one", "two"):
        async with running(a_follower(database, ledger, [Counting()], [Echo()], owner=run)) as follower:
            assert await follower.wait_settled(last.sequence, 10)
            assert await follower.wait_settled(await ledger.head(), 10)
        await database.collection("_checkpoints").delete_many({"_id": "policy:echo"})
    for n in range(20):
        assert len((await ledger.read(book(f"echo-b{n}"))).events) == 1


async def test_no_effect_is_dated_before_its_cause(database: Database) -> None:
    """A service whose manual clock has not heard of the new time yet learns it from what happened (ADR 0018)."""
    ledger = MemoryLedger()
    last = await Writer(ledger).write("a", {"amount": 1}, type_=CREATED)
    (cause,) = (await ledger.read(book("a"))).events
    clock = ManualClock(cause.time - timedelta(days=3))
    async with running(a_follower(database, ledger, [Counting()], [Echo()], clock=clock)) as follower:
        assert await follower.wait_settled(last.sequence, 10)
    (effect,) = (await ledger.read(book("echo-a"))).events
    assert effect.time == cause.time
    assert clock.now() == cause.time


async def test_a_refused_command_is_a_normal_outcome(database: Database) -> None:
    """A policy whose command is refused goes on; nothing is parked."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    await writer.write("a", {"full": True}, type_=CREATED)
    last = await writer.write("b", {}, type_=CREATED)
    async with running(a_follower(database, ledger, [Counting()], [Echo()])) as follower:
        assert await follower.wait_settled(last.sequence, 10)
        assert follower.counters.refused == 1
        assert await follower.store.parking.all() == []
    assert len((await ledger.read(book("echo-b"))).events) == 1


async def test_a_broken_policy_parks_one_aggregate(database: Database) -> None:
    """A defect in a policy or its decider parks that aggregate for that policy; others and the projections flow."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    await writer.write("a", {"raise": True}, type_=CREATED)
    await writer.write("b", {"fail": True}, type_=CREATED)
    await writer.write("a", {}, type_=CREATED)
    last = await writer.write("c", {}, type_=CREATED)

    class Calm(Counting):
        broken = False

    async with running(a_follower(database, ledger, [Calm()], [Echo()])) as follower:
        assert await follower.wait_settled(last.sequence, 10)
        parked = {one.subject: one for one in await follower.store.parking.all()}
        assert sorted(parked) == [str(book("a")), str(book("b"))]
        assert parked[str(book("a"))].queued == 1
        assert all("张三" not in one.error for one in parked.values())
        assert (await follower.status()).alarm
    assert len((await ledger.read(book("echo-c"))).events) == 1


async def test_commits_close_together_share_a_transaction(database: Database) -> None:
    """The first after a rest is served at once; those that follow wait for company, but nobody who asks waits."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    async with running(a_follower(database, ledger, [Counting()], gather_seconds=3600)) as follower:
        await leading(follower)
        first = await writer.write("b", {"amount": 1})

        async def counted() -> bool:
            return await total(follower) == 1

        await until(counted, "the first commit is applied though nobody waits for it")
        batches = follower.counters.batches
        for n in range(10):
            last = await writer.write(f"c{n}", {"amount": 1})
        assert last.sequence == first.sequence + 10
        assert await total(follower) == 1
        assert await follower.wait_applied(last.sequence, 10)
        assert await total(follower) == 11
        assert follower.counters.batches <= batches + 2


async def test_a_policy_checkpoint_follows_though_nothing_else_is_written(database: Database) -> None:
    """What a policy has done is stored with the next write or soon after, and not done again by the next leader."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    async with running(a_follower(database, ledger, [Counting()], [Echo()], flush_seconds=0.05)) as follower:
        last = await writer.write("b", {"amount": 1}, type_=CREATED)
        assert await follower.wait_settled(last.sequence, 10)

        async def stored() -> bool:
            return (await follower.store.checkpoints.positions()).get("policy:echo", 0) >= last.sequence

        await until(stored, "the policy's checkpoint is stored")
