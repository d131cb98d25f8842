"""Records that may be one person, over HTTP: found on every entry, seen by who may, linked without loss (§3.6)."""

from __future__ import annotations

import asyncio
from typing import Any

from services.registry.tests.city import BORN, CITY, FAR, HOME, NEXT, OTHER_TOWN, TOWN, id_number
from services.registry.tests.office import Office

from guiyan.service.conformance import Doors, check_a_version_guards, check_answer, check_problem

TOWNSHIP = {"role": "TOWNSHIP_OFFICER", "org": TOWN, "sub": "township"}


async def entered(office: Office, branch: str, number: int, **more: Any) -> str:
    """A member born on the same day as the others here; gives the id."""
    return await office.member(branch, number, id_no=id_number(number, BORN), **more)


async def settled(office: Office) -> None:
    """What was entered, what the policy makes of it, and the documents of that."""
    await office.city.settle()
    await office.city.settle()


async def pairs(office: Office, query: str = "", **who: str) -> list[dict[str, Any]]:
    """The list of pairs."""
    return list((await office.get(f"/v1/duplicates{query}", **who)).json()["items"])


async def test_the_same_name_and_birth_date_is_flagged_whoever_enters_it(office: Office) -> None:
    """Within a branch and across; however the name is typed; the city's own entries too; nobody is refused."""
    one = await entered(office, HOME, 1, name="阿依·古丽")
    same, far = await entered(office, HOME, 2, name="阿依古丽"), await entered(office, FAR, 3, name="阿依 古丽")
    await entered(office, HOME, 4, name="别人")
    await settled(office)
    found = {(pair["rule"], frozenset({pair["member_id"], pair["other_member_id"]})) for pair in await pairs(office)}
    likely = {"NAME_BIRTH_BRANCH": [{one, same}], "NAME_BIRTH": [{one, far}, {same, far}]}
    assert found == {(rule, frozenset(pair)) for rule, these in likely.items() for pair in these}
    assert len(await pairs(office, "?rule=NAME_BIRTH&state=FLAGGED")) == 2
    listed = await office.get("/v1/duplicates", accept="text/csv")
    assert "姓名、出生日期相同" in listed.text


async def test_two_entered_at_the_same_moment_find_each_other(office: Office) -> None:
    """The later one sees the earlier one, because the register has applied both when it is compared."""
    await asyncio.gather(*(entered(office, HOME, number) for number in (1, 2)))
    await settled(office)
    assert len(await pairs(office)) == 1


async def test_a_correction_is_compared_too(office: Office) -> None:
    """A name set right may turn out to be somebody's."""
    await entered(office, HOME, 1, name="张示例")
    other = await entered(office, NEXT, 2, name="章示例")
    await settled(office)
    assert await pairs(office) == []
    await office.post(f"/v1/members/{other}/correct", {"name": "张示例"})
    await settled(office)
    assert [one["rule"] for one in await pairs(office)] == ["NAME_BIRTH"]


async def test_a_pair_that_reaches_out_of_the_scope_tells_only_whom_to_ask(office: Office) -> None:
    """Nothing of the other record: not its id, name, branch or township, in no list and no answer."""
    own, far = await entered(office, HOME, 1), await entered(office, FAR, 2, name="李 示例")
    await settled(office)
    (pair,) = await pairs(office)
    assert await pairs(office, **TOWNSHIP) == []
    matches = await office.get("/v1/matches", **TOWNSHIP)
    (row,) = matches.json()["items"]
    assert (row["pair_id"], row["member_id"], row["ask_org"]) == (pair["id"], own, CITY)
    path = f"/v1/duplicates/{pair['id']}"
    told = await office.get(path, **TOWNSHIP)
    assert set(told.json()) == {"id", "possible_match", "ask_org", "rule", "state", "member"}
    assert (told.json()["ask_org"], told.json()["member"]["id"]) == (CITY, own)
    history = await office.get(f"/v1/members/{own}/history", **TOWNSHIP)
    for answer in (matches, told, history):
        assert not any(secret in answer.text for secret in (far, FAR, OTHER_TOWN)), answer.text
    check_problem(await office.get(f"{path}/history", **TOWNSHIP), 404, "not_found")
    for act, body in (("confirm", {}), ("dismiss", {}), ("compare", {"reason": "AUDIT"}), ("unlink", {}),
                      ("link", {"leading_member_id": own})):  # fmt: skip
        check_problem(await office.post(f"{path}/{act}", body, **TOWNSHIP), 404, "not_found")
    nobody = {"role": "BRANCH_SECRETARY", "org": NEXT}
    check_problem(await office.get(path, **nobody), 404, "not_found")
    assert (await office.get("/v1/matches", **nobody)).json()["items"] == []


async def test_linked_members_count_once_and_are_unlinked_without_loss(office: Office) -> None:
    """Confirmed, linked, counted once - trips too -, unlinked: both records as they were, every step in the history."""
    numbers = {await entered(office, HOME, 1): id_number(1, BORN), await entered(office, NEXT, 2): id_number(2, BORN)}
    one, other = sorted(numbers)
    await settled(office)
    await office.away(other)
    await office.city.settle()
    before = (await office.get("/v1/members?sort=_id")).json()["items"]
    (pair,) = await pairs(office, **TOWNSHIP)
    path = f"/v1/duplicates/{pair['id']}"
    side = (await office.get(path, **TOWNSHIP)).json()
    assert (side["one"]["id"], side["other"]["id"]) == (one, other)
    assert (side["agreement"]["name_and_birth_date"], side["agreement"]["id_no"]) == (True, False)
    clear = (await office.post(f"{path}/compare", {"reason": "CORRECTION"}, **TOWNSHIP)).json()["fields"]
    assert {"field": "id_no", "one": numbers[one], "other": numbers[other]} in clear
    confirmed = check_answer(await office.post(f"{path}/confirm", **TOWNSHIP), "DuplicateConfirmed")
    doors = Doors(office.app, office.http, office.headers())
    await check_a_version_guards(doors, f"{path}/link", {"leading_member_id": one}, confirmed["version"])
    await office.city.settle()
    counted = (await office.get("/v1/members?counted=true")).json()["items"]
    assert [each["id"] for each in counted] == [one]
    assert [each["id"] for each in (await office.get("/v1/members?counted=false")).json()["items"]] == [other]
    assert (await office.get("/v1/departures?counted=true")).json()["items"] == []
    check_answer(await office.post(f"{path}/unlink", **TOWNSHIP), "MembersUnlinked")
    await office.city.settle()
    assert (await office.get("/v1/members?sort=_id")).json()["items"] == before
    types = [each["type"] for each in (await office.get(f"{path}/history", **TOWNSHIP)).json()["events"]]
    assert types == ["DuplicateFlagged", "DuplicateConfirmed", "MembersLinked", "MembersUnlinked"]


async def test_links_make_no_ring(office: Office) -> None:
    """Of three records of one person somebody is counted, whatever is linked and whatever races."""
    people = [await entered(office, branch, number) for number, branch in enumerate((HOME, NEXT, HOME), 1)]
    await settled(office)
    found = await pairs(office)
    assert len(found) == 3
    for pair in found:
        check_answer(await office.post(f"/v1/duplicates/{pair['id']}/confirm"), "DuplicateConfirmed")
    links = [
        office.post(f"/v1/duplicates/{pair['id']}/link", {"leading_member_id": pair[which]})
        for pair, which in zip(found, ("member_id", "other_member_id", "member_id"), strict=True)
    ]
    codes = sorted(one.status_code for one in await asyncio.gather(*links))
    assert codes[0] == 200
    assert 409 in codes
    await office.city.settle()
    counted = [one["id"] for one in (await office.get("/v1/members?counted=true")).json()["items"]]
    assert counted
    assert set(counted) < set(people)


async def test_somebody_who_sees_both_flags_by_hand(office: Office) -> None:
    """Two names, one person; again it is the same pair; a record is no pair with itself."""
    one, other = await entered(office, HOME, 1, name="张示例"), await entered(office, NEXT, 2, name="章示例")
    await office.city.settle()
    body = {"member_id": other, "other_member_id": one}
    made = check_answer(await office.post("/v1/duplicates", body, **TOWNSHIP), "DuplicateFlagged", made=True)
    assert made["id"]
    check_problem(await office.post("/v1/duplicates", {**body, "other_member_id": other}), 422, "same_record")
    foreign = await office.post("/v1/duplicates", body, role="TOWNSHIP_OFFICER", org=OTHER_TOWN)
    check_problem(foreign, 404, "not_found")


async def test_a_transfer_moves_the_pair_with_the_member(office: Office) -> None:
    """Who sees a pair follows from where the records are now, not from where they were when it was flagged."""
    await entered(office, HOME, 1)
    other = await entered(office, FAR, 2)
    await settled(office)
    assert await pairs(office, **TOWNSHIP) == []
    paper = {"decision_no": "示组发〔2026〕5号", "decided_on": "2026-07-01", "decided_by": CITY}
    await office.post(f"/v1/members/{other}/end-membership", {**paper, "how": "WITHDREW"})
    anew = {**paper, "joined_on": "2026-07-01", "branch": NEXT}
    check_answer(await office.post(f"/v1/members/{other}/join-anew", anew), "MemberJoinedAnew", "BranchAssigned")
    await settled(office)
    (pair,) = await pairs(office, **TOWNSHIP)
    assert {pair["branch"], pair["other_branch"]} == {HOME, NEXT}
