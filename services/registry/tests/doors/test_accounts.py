"""Local accounts over HTTP: three administrators, passwords, two factors, sessions (domain.md §5.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from services.registry.tests.city import CITY, HOME, TOWN
from services.registry.tests.office import Office
from services.registry.tests.signing_in import BETTER, GOOD, SigningIn, signing_in

from guiyan.events import new_id
from guiyan.service.conformance import check_problem
from guiyan.service.limiter import Limiter


@pytest.fixture
async def people(office: Office) -> SigningIn:
    """A registry that signs people in."""
    return signing_in(office)


async def free_of_second_factor(people: SigningIn) -> None:
    """A document allows one factor, from today on."""
    office = people.office
    rule = {"document_no": "示测〔2026〕9号", "title": "示例", "issuer": "示例", "dated_on": "2026-06-01"}
    assert (await office.post("/v1/policy-documents", rule)).status_code == 201
    change = {"value": "false", "from_on": "2026-07-01", "document_no": "示测〔2026〕9号"}
    done = await office.post("/v1/parameters/account.second_factor/change", change)
    assert done.status_code in {200, 201}, done.text
    await office.city.settle()
    await office.city.parts.rulebook.refresh(after_sequence=await people.written(), wait_seconds=5)


async def test_a_first_day(people: SigningIn) -> None:
    """One-time password, own password, device, work: no role before both are done, and the token works everywhere."""
    account_id, one_time = await people.open("zhang.shili", "CITY_OFFICER")
    first = (await people.sign_in("Zhang.Shili", one_time)).json()
    assert (first["must_change_password"], first["must_enrol_second_factor"], first["roles"]) == (True, True, [])
    refused = await people.own(first["token"], "/v1/departures", method="GET")
    check_problem(refused, 403, "forbidden")
    changed = await people.own(first["token"], "/v1/accounts/me/password", {"current": one_time, "new": GOOD})
    assert (changed.json()["must_change_password"], changed.json()["roles"]) == (False, [])
    secret, shown = await people.enrolled(changed.json()["token"])
    assert (shown["roles"], len(shown["recovery_codes"])) == (["CITY_OFFICER"], 10)
    assert (await people.own(shown["token"], "/v1/departures", method="GET")).status_code == 200
    check_problem(await people.sign_in("zhang.shili", one_time), 401, "sign_in_refused")
    check_problem(await people.sign_in("zhang.shili", GOOD), 428, "second_factor_required")
    people.machine.pass_(seconds=30)
    again = (await people.sign_in("zhang.shili", GOOD, people.code(secret))).json()
    assert (again["account_id"], again["org"], again["roles"]) == (account_id, CITY, ["CITY_OFFICER"])
    own = (await people.own(again["token"], "/v1/accounts/me", method="GET")).json()
    assert (own["name"], own["second_factor"], own["recovery_codes_left"]) == ("zhang.shili", "CONFIRMED", 10)


async def test_a_code_lets_in_once_and_a_recovery_code_once(people: SigningIn) -> None:
    """The same six digits again, or an older step, are refused; so is a recovery code that was used."""
    _, token = await people.settled("zhang.shili", "CITY_OFFICER")
    secret, shown = await people.enrolled(token)
    people.machine.pass_(seconds=60)
    code = people.code(secret)
    assert (await people.sign_in("zhang.shili", GOOD, code)).status_code == 200
    check_problem(await people.sign_in("zhang.shili", GOOD, code), 401, "sign_in_refused")
    recovery = shown["recovery_codes"][3].upper().replace("-", " ")
    assert (await people.sign_in("zhang.shili", GOOD, recovery)).status_code == 200
    check_problem(await people.sign_in("zhang.shili", GOOD, recovery), 401, "sign_in_refused")


async def test_all_refusals_cost_and_say_the_same(people: SigningIn) -> None:
    """Unknown name, wrong password, closed account: one hash each, and answers that differ in nothing."""
    await people.settled("zhang.shili")
    closed, _ = await people.settled("li.shili", password=BETTER)
    assert (await people.admin("SYS_ADMIN", closed, "close", {"reason": "LEFT_POST"})).status_code == 200
    told, cost = [], []
    for name, password in (("nobody.here", GOOD), ("zhang.shili", BETTER), ("li.shili", BETTER), ("li.shili", GOOD)):
        before = people.desk.hasher.done
        answer = await people.sign_in(name, password)
        cost.append(people.desk.hasher.done - before)
        body = check_problem(answer, 401, "sign_in_refused")
        told.append({name: value for name, value in body.items() if name != "correlation_id"})
    assert cost == [1, 1, 1, 1]
    assert all(one == told[0] for one in told)


@pytest.mark.parametrize("name", ["zhang.shili", "nobody.here"])
async def test_five_failures_pause_for_half_an_hour(people: SigningIn, name: str) -> None:
    """Known name or not: then 423 with Retry-After, for right words too; when the half hour is over, all goes again."""
    await people.settled("zhang.shili")
    for _ in range(5):
        check_problem(await people.sign_in(name, "Wrong-Pass-1234"), 401, "sign_in_refused")
    before, head = people.desk.hasher.done, await people.written()
    for _ in range(20):
        locked = await people.sign_in(name, GOOD)
        check_problem(locked, 423, "account_locked")
        assert locked.headers["retry-after"] == "1800"
    assert people.desk.hasher.done == before
    assert await people.written() == head, "a flood while sign-ins are paused writes nothing"
    clock = people.office.city.clock
    clock.set(clock.now() + timedelta(minutes=29, seconds=59))
    assert (await people.sign_in(name, GOOD)).headers["retry-after"] == "1"
    clock.set(clock.now() + timedelta(seconds=1))
    assert (await people.sign_in(name, GOOD)).status_code == (200 if name == "zhang.shili" else 401)


async def test_a_row_of_failures_does_not_end_with_the_month(people: SigningIn) -> None:
    """Three in the last minutes of July, two in the first of August: paused, and let in half an hour later."""
    await people.settled("zhang.shili")
    clock = people.office.city.clock
    clock.set(datetime(2026, 7, 31, 15, 59, tzinfo=UTC))  # 23:59 in Shanghai
    for number in range(5):
        if number == 3:
            clock.set(clock.now() + timedelta(minutes=2))
        check_problem(await people.sign_in("zhang.shili", "Wrong-Pass-1234"), 401, "sign_in_refused")
    check_problem(await people.sign_in("zhang.shili", GOOD), 423, "account_locked")
    clock.set(clock.now() + timedelta(minutes=30))
    assert (await people.sign_in("zhang.shili", GOOD)).status_code == 200


async def test_a_flood_writes_little(people: SigningIn) -> None:
    """Three hours of wrong passwords: six pauses, five commits each, however many are sent."""
    await people.settled("zhang.shili")
    clock, head = people.office.city.clock, await people.written()
    for _ in range(36):
        for _ in range(10):
            assert (await people.sign_in("zhang.shili", "Wrong-Pass-1234")).status_code in {401, 423}
        clock.set(clock.now() + timedelta(minutes=5))
    assert await people.written() - head == 6 * 5


async def test_unlocking_begins_anew(people: SigningIn) -> None:
    """An administrator unlocks what failures had paused; the failures before count no more, those after do."""
    account_id, _ = await people.settled("zhang.shili")
    for round_ in range(2):
        for _ in range(5):
            check_problem(await people.sign_in("zhang.shili", "Wrong-Pass-1234"), 401, "sign_in_refused")
        check_problem(await people.sign_in("zhang.shili", GOOD), 423, "account_locked")
        who = ("SYS_ADMIN", "SEC_ADMIN")[round_]
        assert (await people.admin(who, account_id, "unlock")).status_code == 200
    assert (await people.sign_in("zhang.shili", GOOD)).status_code == 200


async def test_a_locked_account_says_so_to_its_holder_alone(people: SigningIn) -> None:
    """Right password: 423 and whom to ask; wrong one: as for everybody. Its sessions end."""
    account_id, token = await people.settled("zhang.shili")
    assert (await people.admin("SEC_ADMIN", account_id, "lock", {"reason": "INQUIRY"})).status_code == 200
    check_problem(await people.sign_in("zhang.shili", GOOD), 423, "account_held")
    check_problem(await people.sign_in("zhang.shili", BETTER), 401, "sign_in_refused")
    check_problem(await people.own(token, "/v1/sessions/renew"), 401, "session_ended")
    assert (await people.admin("SYS_ADMIN", account_id, "unlock")).status_code == 200
    check_problem(await people.own(token, "/v1/sessions/renew"), 401, "session_ended")


async def test_a_session_lives_while_it_is_used_and_no_longer_than_a_shift(people: SigningIn) -> None:
    """15 minutes idle end it; renewed it lasts up to eight hours, and not a minute more."""
    _, token = await people.settled("zhang.shili")
    people.machine.pass_(minutes=16)
    check_problem(await people.own(token, "/v1/sessions/renew"), 401, "token_expired")
    token = (await people.sign_in("zhang.shili", GOOD)).json()["token"]
    renewed = 0
    for _ in range(60):
        people.machine.pass_(minutes=10)
        answer = await people.own(token, "/v1/sessions/renew")
        if answer.status_code != 200:
            break
        token, renewed = answer.json()["token"], renewed + 1
    assert answer.status_code == 401
    assert renewed == 47  # the 48th would be at eight hours


async def test_signing_out_ends_one_session(people: SigningIn) -> None:
    """That one is not prolonged; another one is; once more says the session is over."""
    await people.settled("zhang.shili")
    one, other = [(await people.sign_in("zhang.shili", GOOD)).json()["token"] for _ in range(2)]
    assert (await people.own(one, "/v1/sessions/current", method="DELETE")).status_code == 200
    check_problem(await people.own(one, "/v1/sessions/renew"), 401, "session_ended")
    check_problem(await people.own(one, "/v1/sessions/current", method="DELETE"), 401, "session_ended")
    assert (await people.own(other, "/v1/sessions/renew")).status_code == 200


async def test_what_ends_every_session(people: SigningIn) -> None:
    """Another password, an administrator, a reset, closing: no token of before is renewed, the holder's own aside."""
    account_id, token = await people.settled("zhang.shili")

    changed = await people.own(token, "/v1/accounts/me/password", {"current": GOOD, "new": BETTER})
    check_problem(await people.own(token, "/v1/sessions/renew"), 401, "session_ended")
    assert (await people.own(changed.json()["token"], "/v1/sessions/renew")).status_code == 200
    back = {"current": BETTER, "new": "Qw8&nLp3^tGz"}
    token = (await people.own(changed.json()["token"], "/v1/accounts/me/password", back)).json()["token"]
    assert (await people.admin("SYS_ADMIN", account_id, "end-sessions")).status_code == 200
    check_problem(await people.own(token, "/v1/sessions/renew"), 401, "session_ended")
    assert (await people.admin("SYS_ADMIN", account_id, "reset-password")).status_code == 200
    check_problem(await people.sign_in("zhang.shili", "Qw8&nLp3^tGz"), 401, "sign_in_refused")
    assert (await people.admin("SYS_ADMIN", account_id, "close", {"reason": "LEFT_POST"})).status_code == 200


async def test_roles_change_with_the_next_token(people: SigningIn) -> None:
    """A role taken away is gone with the next renewal, a role granted comes with it."""
    account_id, token = await people.settled("zhang.shili", "OPS")
    assert (await people.own(token, "/v1/sessions/renew")).json()["roles"] == ["OPS"]
    assert (await people.admin("SEC_ADMIN", account_id, "revoke-role", {"role": "OPS"})).status_code == 200
    assert (await people.own(token, "/v1/sessions/renew")).json()["roles"] == []


async def test_each_administrator_has_one_power(people: SigningIn) -> None:
    """SYS_ADMIN opens and grants nothing, SEC_ADMIN grants and opens nothing, AUDIT_ADMIN reads; no office sees any."""
    account_id, _ = await people.open("zhang.shili")
    await people.office.city.settle()
    new = {"name": "wang.shili", "display_name": "王示例", "org_code": CITY}
    for role in ("SEC_ADMIN", "AUDIT_ADMIN", "CITY_OFFICER", "OPS"):
        check_problem(await people.ask(role, "/v1/accounts", new), 403, "forbidden")
        check_problem(await people.admin(role, account_id, "reset-password"), 403, "forbidden")
    for role in ("SYS_ADMIN", "AUDIT_ADMIN", "CITY_OFFICER"):
        check_problem(await people.admin(role, account_id, "grant-role", {"role": "OPS"}), 403, "forbidden")
        gone = await people.admin(role, account_id, "remove-second-factor", {"reason": "LOST_DEVICE"})
        check_problem(gone, 403, "forbidden")
    for role, status in (("SYS_ADMIN", 200), ("SEC_ADMIN", 200), ("AUDIT_ADMIN", 200), ("CITY_OFFICER", 403)):
        assert (await people.office.get("/v1/accounts", role=role)).status_code == status
        assert (await people.office.get(f"/v1/accounts/{account_id}/history", role=role)).status_code == status


async def test_nobody_decides_about_the_own_account(people: SigningIn) -> None:
    """Not even with the role for it: granting, locking, resetting, closing are another administrator's."""
    sec, _ = await people.settled("an.shili", "SEC_ADMIN")
    sys, _ = await people.settled("xi.shili", "SYS_ADMIN", password=BETTER)
    check_problem(await people.admin("SEC_ADMIN", sec, "grant-role", {"role": "OPS"}, sub=sec), 403, "own_account")
    check_problem(await people.admin("SEC_ADMIN", sec, "unlock", sub=sec), 403, "own_account")
    gone = await people.admin("SEC_ADMIN", sec, "remove-second-factor", {"reason": "LOST_DEVICE"}, sub=sec)
    check_problem(gone, 403, "own_account")
    check_problem(await people.admin("SYS_ADMIN", sys, "reset-password", sub=sys), 403, "own_account")
    check_problem(await people.admin("SYS_ADMIN", sys, "close", {"reason": "MISUSE"}, sub=sys), 403, "own_account")


async def test_nobody_is_two_administrators(people: SigningIn) -> None:
    """Neither with one account nor with two; nor is an administrator an officer, or a member anything else."""
    account_id, _ = await people.open("zhang.shili", "SYS_ADMIN", display_name="张示例")
    for role, code in (("AUDIT_ADMIN", "admin_roles_combined"), ("CITY_OFFICER", "admin_with_member_data")):
        check_problem(await people.admin("SEC_ADMIN", account_id, "grant-role", {"role": role}), 422, code)
    second, _ = await people.open("zhang.er", display_name="张 示例")
    other = await people.admin("SEC_ADMIN", second, "grant-role", {"role": "SEC_ADMIN"})
    check_problem(other, 422, "admin_roles_one_person")
    assert (await people.admin("SEC_ADMIN", second, "grant-role", {"role": "SYS_ADMIN"})).status_code == 200
    member = await people.office.member(HOME)
    own, _ = await people.open("member.one", "MEMBER", member_id=member)
    check_problem(await people.admin("SEC_ADMIN", own, "grant-role", {"role": "OPS"}), 422, "admin_with_member_data")
    check_problem(
        await people.admin("SEC_ADMIN", own, "grant-role", {"role": "CITY_OFFICER"}), 422, "member_role_alone"
    )
    plain, _ = await people.open("plain.one")
    check_problem(
        await people.admin("SEC_ADMIN", plain, "grant-role", {"role": "MEMBER"}), 422, "member_role_needs_member"
    )


async def test_a_member_signs_in_as_the_member(people: SigningIn) -> None:
    """The token of a member's own account names the member: the own record opens, nobody else's does."""
    member, other = await people.office.member(HOME), await people.office.member(HOME, 2)
    await people.office.city.settle()
    _, token = await people.settled("member.one", "MEMBER", member_id=member, display_name=None)
    _, shown = await people.enrolled(token)
    assert (await people.own(shown["token"], f"/v1/members/{member}", method="GET")).status_code == 200
    check_problem(await people.own(shown["token"], f"/v1/members/{other}", method="GET"), 404, "not_found")
    again = {"name": "member.two", "member_id": member, "org_code": CITY}
    check_problem(await people.ask("SYS_ADMIN", "/v1/accounts", again), 409, "member_has_account")


async def test_a_taken_name_does_not_keep_a_member_from_an_account(people: SigningIn) -> None:
    """Whoever opens one under another person's name is told, and opens it under the next name at once."""
    await people.open("zhang.shili")
    body = {"member_id": await people.office.member(HOME), "org_code": CITY}
    taken = await people.ask("SYS_ADMIN", "/v1/accounts", body | {"name": "zhang.shili"})
    check_problem(taken, 409, "account_name_taken")
    opened = await people.ask("SYS_ADMIN", "/v1/accounts", body | {"name": "member.one"})
    assert opened.status_code == 201, opened.text


async def test_what_a_crash_left_held_of_a_member_is_taken_over(people: SigningIn) -> None:
    """After an hour, as a name is: the account that the member was claimed for never came to be."""
    member, clock = await people.office.member(HOME), people.office.city.clock
    body = {"member_id": member, "org_code": CITY}
    await people.desk.tools.reservations.hold(f"account_member:{member}", new_id(clock.now()))
    under_way = await people.ask("SYS_ADMIN", "/v1/accounts", body | {"name": "member.one"})
    check_problem(under_way, 409, "member_has_account")
    clock.set(clock.now() + timedelta(hours=1))
    opened = await people.ask("SYS_ADMIN", "/v1/accounts", body | {"name": "member.two"})
    assert opened.status_code == 201, opened.text


async def test_a_name_is_one_persons(people: SigningIn) -> None:
    """However it is typed, and after its account was closed as well."""
    account_id, _ = await people.open("zhang.shili")
    body = {"display_name": "张二", "org_code": CITY}
    for name in ("zhang.shili", "ZHANG-SHILI", "zhangshili"):
        check_problem(await people.ask("SYS_ADMIN", "/v1/accounts", body | {"name": name}), 409, "account_name_taken")
    await people.admin("SYS_ADMIN", account_id, "close", {"reason": "LEFT_POST"})
    await people.office.city.settle()
    await people.office.city.database.drop("reservations")  # lost with the database: the ledger knows it still
    taken = await people.ask("SYS_ADMIN", "/v1/accounts", body | {"name": "zhang.shili"})
    check_problem(taken, 409, "account_name_taken")


async def test_an_account_lies_in_a_scope(people: SigningIn) -> None:
    """An administrator of a township knows nothing of the city's accounts, and opens none there."""
    account_id, _ = await people.open("zhang.shili")
    body = {"name": "wang.shili", "display_name": "王示例", "org_code": CITY}
    check_problem(await people.ask("SYS_ADMIN", "/v1/accounts", body, org=TOWN), 422, "outside_scope")
    gone = await people.ask("SYS_ADMIN", f"/v1/accounts/{account_id}/lock", {"reason": "OTHER"}, org=TOWN)
    check_problem(gone, 404, "not_found")
    await people.office.city.settle()
    assert (await people.office.get("/v1/accounts", role="SYS_ADMIN", org=TOWN)).json()["items"] == []


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("Short-1aB", "password_too_short"),
        ("x" * 129 + "A1", "password_too_long"),
        ("onlysmallletters", "password_too_plain"),
        ("Zhang-Shili-77x!", "password_holds_name"),
        ("Password1234!", "password_guessable"),
        (GOOD, "password_used_before"),
    ],
)
async def test_what_is_no_password(people: SigningIn, new: str, code: str) -> None:
    """Too short, too long, too plain, with the name in it, guessed by lists, used before."""
    _, token = await people.settled("zhang.shili")
    refused = await people.own(token, "/v1/accounts/me/password", {"current": GOOD, "new": new})
    body = check_problem(refused, 422, code)
    assert [one["pointer"] for one in body["errors"]] == ["/new"]
    assert new not in refused.text


async def test_a_password_comes_back_after_five_others(people: SigningIn) -> None:
    """Not one of the last five; the sixth before is free."""
    _, token = await people.settled("zhang.shili")
    current = GOOD
    for number in range(5):
        new = f"Xq{number}#mPl2$vQ{number}z"
        early = await people.own(token, "/v1/accounts/me/password", {"current": current, "new": GOOD})
        check_problem(early, 422, "password_used_before")
        answer = await people.own(token, "/v1/accounts/me/password", {"current": current, "new": new})
        assert answer.status_code == 200, answer.text
        token, current = answer.json()["token"], new
    back = await people.own(token, "/v1/accounts/me/password", {"current": current, "new": GOOD})
    assert back.status_code == 200, back.text


async def test_a_password_past_its_time_opens_the_own_account_alone(people: SigningIn) -> None:
    """After 90 days it lets in to be changed, and to nothing else; that it expired is a fact, once."""
    account_id, _ = await people.settled("zhang.shili", "OPS")
    clock = people.office.city.clock
    clock.set(clock.now() + timedelta(days=90))
    assert (await people.sign_in("zhang.shili", GOOD)).json()["roles"] == ["OPS"]
    clock.set(clock.now() + timedelta(days=1))
    for _ in range(2):
        told = (await people.sign_in("zhang.shili", GOOD)).json()
        assert (told["must_change_password"], told["roles"]) == (True, [])
    await people.office.city.settle()
    history = (await people.office.get(f"/v1/accounts/{account_id}/history", role="AUDIT_ADMIN")).json()["events"]
    assert [one["type"] for one in history].count("PasswordExpired") == 1


async def test_a_one_time_password_is_used_within_a_week(people: SigningIn) -> None:
    """Then it lets nobody in; a reset gives another one."""
    account_id, one_time = await people.open("zhang.shili")
    clock = people.office.city.clock
    clock.set(clock.now() + timedelta(days=8))
    check_problem(await people.sign_in("zhang.shili", one_time), 401, "sign_in_refused")
    again = (await people.admin("SYS_ADMIN", account_id, "reset-password")).json()["one_time_password"]
    assert (await people.sign_in("zhang.shili", again)).status_code == 200


async def test_a_session_cannot_guess_the_password(people: SigningIn) -> None:
    """Wrong present passwords count as failed sign-ins: five, and the right one is not looked at either."""
    _, token = await people.settled("zhang.shili")
    for _ in range(5):
        wrong = await people.own(token, "/v1/accounts/me/password", {"current": "x", "new": BETTER})
        check_problem(wrong, 422, "wrong_password")
    right = await people.own(token, "/v1/accounts/me/password", {"current": GOOD, "new": BETTER})
    check_problem(right, 423, "account_locked")


async def test_a_lost_device_takes_two_administrators(people: SigningIn) -> None:
    """SEC_ADMIN removes the device; the holder enrols another one before any work. The password is untouched."""
    account_id, token = await people.settled("zhang.shili", "CITY_OFFICER")
    await people.enrolled(token)
    gone = await people.admin("SEC_ADMIN", account_id, "remove-second-factor", {"reason": "LOST_DEVICE"})
    assert gone.status_code == 200
    told = (await people.sign_in("zhang.shili", GOOD)).json()
    assert (told["must_enrol_second_factor"], told["roles"]) == (True, [])


async def test_a_holder_changes_devices(people: SigningIn) -> None:
    """With password and a code; a wrong code does not do it."""
    _, token = await people.settled("zhang.shili", "CITY_OFFICER")
    secret, shown = await people.enrolled(token)
    people.machine.pass_(seconds=60)
    path = "/v1/accounts/me/second-factor/remove"
    wrong = await people.own(shown["token"], path, {"password": GOOD, "code": "000000"})
    check_problem(wrong, 422, "wrong_code")
    there = await people.own(shown["token"], "/v1/accounts/me/second-factor", {"password": GOOD})
    check_problem(there, 409, "second_factor_there")
    assert (await people.sign_in("zhang.shili", GOOD, people.code(secret))).status_code == 200
    used = await people.own(shown["token"], path, {"password": GOOD, "code": people.code(secret)})
    check_problem(used, 422, "wrong_code")
    people.machine.pass_(seconds=30)
    done = await people.own(shown["token"], path, {"password": GOOD, "code": people.code(secret)})
    assert (done.status_code, done.json()["roles"]) == (200, [])
    await people.enrolled(done.json()["token"])


async def test_a_document_allows_one_factor(people: SigningIn) -> None:
    """Whether member data needs two factors is a parameter: an installation behind another gate may do with one."""
    await free_of_second_factor(people)
    await people.settled("zhang.shili", "CITY_OFFICER")
    assert (await people.sign_in("zhang.shili", GOOD)).json()["roles"] == ["CITY_OFFICER"]


async def test_a_repeat_hands_no_password_out_again(people: SigningIn) -> None:
    """Under its Idempotency-Key opening is done once; the password is in no ledger to be read from."""
    office, body = people.office, {"name": "zhang.shili", "display_name": "张示例", "org_code": CITY}
    first, again = [await office.post("/v1/accounts", body, key="once", role="SYS_ADMIN") for _ in range(2)]
    assert first.json()["one_time_password"]
    assert again.json() == {**first.json(), "one_time_password": None}


async def test_the_list_tells_administrators_what_they_need(people: SigningIn) -> None:
    """Roles, state, last sign-in, failures; the holder's name masked, hashes nowhere."""
    account_id, _ = await people.settled("zhang.shili", "OPS", display_name="张示例")
    await people.sign_in("zhang.shili", BETTER)
    await people.office.city.settle()
    (row,) = (await people.office.get("/v1/accounts?roles=OPS", role="SEC_ADMIN")).json()["items"]
    assert (row["account_id"], row["name"], row["display_name"]) == (account_id, "zhang.shili", "张*")
    assert (row["state"], row["refused"], row["one_time_password"]) == ("OPEN", 1, False)
    tried = (await people.office.get(f"/v1/accounts/{account_id}/sign-ins", role="AUDIT_ADMIN")).json()["events"]
    assert [one["type"] for one in tried] == ["SignedIn", "SignInRefused"]
    assert tried[1]["data"]["reason"] == "WRONG_PASSWORD"


async def test_secrets_are_nowhere_in_clear(people: SigningIn, capsys: Any) -> None:
    """Not in the ledger, not in the database, not in logs: neither passwords nor names, secrets or codes."""
    _, token = await people.settled("zhang.shili", "CITY_OFFICER", display_name="张示例")
    secret, shown = await people.enrolled(token)
    await people.sign_in("nobody.here", "Some-Other-Pass-7")
    await people.office.city.settle()
    ledger = b"".join(one.body for one in people.office.city.ledger.log.messages).decode()
    codes = [*shown["recovery_codes"], *(one.replace("-", "") for one in shown["recovery_codes"])]
    said = capsys.readouterr()
    for text in (GOOD, secret, "argon2id", "zhang.shili", "张示例", *codes):
        assert text not in ledger, text
    for text in (GOOD, secret, "argon2id", "zhang.shili", "nobody.here", "Some-Other-Pass-7", *codes):
        assert text not in said.out + said.err, text


async def test_an_installation_without_local_accounts_says_so(people: SigningIn) -> None:
    """Without a key nobody signs in here; an identity provider's tokens are believed as before."""
    people.desk.tokens = None
    check_problem(await people.sign_in("zhang.shili", GOOD), 404, "no_local_accounts")


async def test_a_token_of_elsewhere_has_no_session_here(people: SigningIn) -> None:
    """An identity provider's token opens its doors, and is neither renewed nor somebody's own account."""
    headers = people.office.headers()
    answer = await people.office.http.post("/v1/sessions/renew", headers=headers)
    check_problem(answer, 401, "no_session")
    check_problem(await people.office.http.get("/v1/accounts/me", headers=headers), 401, "no_session")
    account_id, _ = await people.settled("zhang.shili")
    alike = {"sid": account_id, "account": account_id, "sessions": 2, "auth_time": int(people.machine.seconds)}
    headers = people.office.issuer.bearer("OPS", org=CITY, iss="https://id.example.org", **alike)
    answer = await people.office.http.post("/v1/sessions/renew", headers=headers)
    check_problem(answer, 401, "no_session")
    check_problem(await people.office.http.post("/v1/sessions/renew"), 401, "unauthenticated")


async def test_one_address_has_its_limit(people: SigningIn) -> None:
    """Many names from one address: 429 with Retry-After, and no hash is made for it."""
    people.desk.by_address = Limiter(0.1, 3)
    answers = [await people.sign_in(f"nobody{number}", GOOD) for number in range(4)]
    assert [one.status_code for one in answers] == [401, 401, 401, 429]
    assert answers[3].headers["retry-after"] == "10"
    people.desk.by_address, people.desk.by_name = Limiter(1e6, 1_000_000), Limiter(0.1, 1)
    again = [await people.sign_in(name, GOOD) for name in ("nobody0", "no-body-0", "nobody1")]
    assert [one.status_code for one in again] == [401, 429, 401], "likewise one name from many addresses"
