"""Dues over HTTP: what is asked, paid where and by whom, recorded in error; the clock, the ledger, the case (R7)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from services.registry.tests.city import CITY, FAR, HOME, NEXT, OTHER_TOWN, TOWN, id_number
from services.registry.tests.commands.test_departures import foreign_events, transfer
from services.registry.tests.office import Office

from guiyan.events import new_id
from guiyan.events.transfers.certificate import CertificateIssued, CertificateReportedLost
from guiyan.ledger import Subject
from guiyan.service.conformance import Doors, check_a_version_guards, check_answer, check_problem
from guiyan.service.tables import CSV_TYPE, XLSX_TYPE

SECRETARY = {"role": "BRANCH_SECRETARY", "org": HOME, "sub": "secretary"}
ELSEWHERE = {"role": "TOWNSHIP_OFFICER", "org": OTHER_TOWN, "sub": "other"}
AMOUNT = {"year": 2026, "rate_class": "FARMER_FIXED", "monthly_amount_fen": 50, "from_month": "2026-07"}
PAPER = {"decision_no": "示组〔2026〕8号", "decided_by": TOWN, "decided_on": "2026-07-01"}


async def until(office: Office, *day: int) -> None:
    """The first moment of a day in Shanghai: what is due by then is done."""
    when = datetime(*day, tzinfo=UTC)  # type: ignore[misc,arg-type] # year, month, day
    office.city.clock.set(when)
    for _ in range(12):
        await office.city.settle()
        await office.city.due_loop.fire_due()
    await office.city.settle()


async def month_begins(office: Office, year: int, month: int) -> None:
    """Midnight in Shanghai is 16:00 of the day before in UTC."""
    last = date.fromordinal(date(year, month, 1).toordinal() - 1)
    await until(office, last.year, last.month, last.day, 16, 0)


async def account(office: Office, member: str, query: str = "", **who: Any) -> dict[str, Any]:
    """The account as the door tells it."""
    await office.city.settle()
    got = await office.get(f"/v1/dues/{member}{query}", **who)
    assert got.status_code == 200, got.text
    return dict(got.json())


async def types(office: Office, member: str) -> list[str]:
    """The types of what the account's history tells."""
    return [one["type"] for one in (await office.get(f"/v1/dues/{member}/history")).json()["events"]]


async def test_from_the_amount_to_the_ledger(office: Office) -> None:
    """Agreed, paid by the member and by a relative, exempted: one column a month, the standard in yuan (no. 12)."""
    member = await office.member(HOME)
    path = f"/v1/dues/{member}"
    check_answer(await office.post(f"{path}/set-amount", AMOUNT, **SECRETARY), "DuesAmountSet")
    check_answer(await office.post(f"{path}/pay", {"months": ["2026-07"]}, **SECRETARY), "DuesPaid")
    by = {"months": ["2026-08"], "paid_by": "RELATIVE"}
    check_answer(await office.post(f"{path}/pay-by-proxy", by, **SECRETARY), "DuesProxyPaid")
    assert (await account(office, member))["proxy"] == "RELATIVE"
    done = check_answer(await office.post(f"{path}/exempt", {**PAPER, "months": ["2026-09"]}), "DuesExempted")
    await check_a_version_guards(
        Doors(office.app, office.http, office.headers()), f"{path}/pay", {"months": ["2026-10"]}, done["version"]
    )
    await office.city.settle()
    (row,) = (await office.get("/v1/dues?year=2026&agreed_year=2026", **SECRETARY)).json()["items"]
    assert (row["name"], row["monthly_amount_yuan"], row["agreed_year"], row["paid_to"]) == (
        "李*",
        0.5,
        2026,
        "2026-10",
    )
    shown = [row[f"month_{month:02d}"] for month in range(6, 12)]
    assert shown == ["NOT_DUE", "PAID", "PAID", "EXEMPT", "PAID", "NOT_DUE"]
    assert (row["proxy"], row["paid_where"], row["exempt_decision_no"]) == (None, "HOME", PAPER["decision_no"])
    assert (await office.get(f"/v1/members/{member}")).json()["dues_paid_to"] == "2026-10"
    csv = (await office.get("/v1/dues", accept=CSV_TYPE)).content.decode("utf-8-sig").splitlines()
    assert "标准(元/月),核定年度" in csv[0]
    assert ",1月,2月," in csv[0]
    book = openpyxl.load_workbook(BytesIO((await office.get("/v1/dues", accept=XLSX_TYPE)).content))
    heads = [cell.value for cell in book.active[2]]
    line = dict(zip(heads, [cell.value for cell in book.active[3]], strict=True))
    assert (line["7月"], line["9月"], line["标准(元/月)"], line["交至"]) == ("已交", "免交", 0.5, "2026-10")


async def test_a_year_of_the_clock(office: Office) -> None:
    """Noted at each month's end in Shanghai, upward at three, a case at six; membership stays; people answer."""
    member, other = await office.member(HOME), await office.member(HOME, 2)
    await office.post(f"/v1/dues/{member}/set-amount", AMOUNT, **SECRETARY)
    await office.city.settle()
    await until(office, 2026, 7, 31, 15, 59)
    assert (await account(office, member))["months_in_arrears"] == 0
    for number, month in enumerate((8, 9, 10, 11, 12), 1):
        await month_begins(office, 2026, month)
        assert (await account(office, member))["months_in_arrears"] == number
    await month_begins(office, 2027, 1)
    found = await account(office, member, "?year=2026")
    assert (found["months_in_arrears"], found["case_open"], found["case_since"]) == (6, True, "2026-07-01")
    assert [found[f"month_{month:02d}"] for month in (6, 7, 12)] == ["NOT_DUE", "ARREARS_1", "ARREARS_6"]
    told = await types(office, member)
    assert [told.count(one) for one in ("DuesArrearsNoted", "DuesReportedUpward", "SixMonthCaseOpened")] == [6, 1, 1]
    assert (await office.get(f"/v1/members/{member}")).json()["membership_status"] == "NORMAL"
    (row,) = (await office.get("/v1/dues?case_open=true&months_in_arrears_from=6")).json()["items"]
    assert row["id"] == member
    assert (await office.get(f"/v1/dues/{other}")).status_code == 404, "no wave of reminders from a roster"
    answered = {"answer": "GOOD_REASON", "decided_on": "2027-01-01", "decision_no": "示支记〔2027〕1号"}
    check_problem(await office.post(f"/v1/dues/{member}/decide-case", answered, **ELSEWHERE), 404, "not_found")
    check_answer(await office.post(f"/v1/dues/{member}/decide-case", answered, **SECRETARY), "SixMonthCaseDecided")
    found = await account(office, member)
    assert (found["case_open"], found["case_answer"], found["months_in_arrears"]) == (False, "GOOD_REASON", 6)
    past = await account(office, member, "?as_of=2026-10-15&year=2026")
    assert (past["months_in_arrears"], past["case_answer"], past["month_10"]) == (3, None, "DUE")
    known = await account(office, member, "?known_at=2026-10-15T04:00:00Z")
    assert [known[name] for name in ("year", "months_in_arrears", "month_10")] == [2026, 3, "DUE"], "as answered then"


async def test_a_late_report_clears_and_a_withdrawal_brings_back(office: Office) -> None:
    """Paid in time and reported late: noted events stay, less is told; withdrawn: noted again, at once, once."""
    member = await office.member(HOME)
    await office.post(f"/v1/dues/{member}/set-amount", AMOUNT)
    await month_begins(office, 2026, 9)
    late = {"months": ["2026-07", "2026-08"], "occurred_on": "2026-08-30"}
    paid = (await office.post(f"/v1/dues/{member}/pay", late)).json()
    assert [one["type"] for one in paid["events"]] == ["DuesPaid", "DuesArrearsReduced"]
    found = await account(office, member)
    assert (found["months_in_arrears"], found["paid_to"]) == (0, "2026-08")
    wrong = {"payment_id": paid["events"][0]["id"], "error": "WRONG_PERSON"}
    check_answer(await office.post(f"/v1/dues/{member}/withdraw-payment", wrong), "DuesPaymentWithdrawn")
    check_problem(await office.post(f"/v1/dues/{member}/withdraw-payment", wrong), 422, "dues_entry_unknown")
    await until(office, 2026, 8, 31, 17)
    found = await account(office, member)
    assert (found["months_in_arrears"], found["paid_to"], found["payments"]) == (2, None, [])
    assert (await types(office, member)).count("DuesArrearsNoted") == 3
    assert (await office.get(f"/v1/members/{member}")).json()["dues_paid_to"] is None
    assert (await account(office, member, "?as_of=2026-08-31"))["paid_to"] is None, "as if it had never been"


async def test_the_only_payment_withdrawn_leaves_nothing(office: Office) -> None:
    """Recorded on the wrong person whose dues are not kept here: no arrears, no timer."""
    member = await office.member(HOME)
    paid = (await office.post(f"/v1/dues/{member}/pay", {"months": ["2026-07"]})).json()
    wrong = {"payment_id": paid["events"][0]["id"], "error": "WRONG_PERSON"}
    await office.post(f"/v1/dues/{member}/withdraw-payment", wrong)
    await month_begins(office, 2026, 10)
    assert "DuesArrearsNoted" not in await types(office, member)


async def test_the_clock_stands_still_while_the_membership_does(office: Office) -> None:
    """Suspended: nothing is noted; reinstated: a new row of months begins (domain.md §2.9, §2.11)."""
    member = await office.member(HOME, joined_on="2001-06-01", full_on="2002-06-01")
    await office.post(f"/v1/dues/{member}/set-amount", AMOUNT)
    await month_begins(office, 2026, 9)
    paper = {"decision_no": "示组〔2026〕9号", "decided_by": TOWN}
    lost = {**paper, "decided_on": "2026-09-01", "ground": "LOST_CONTACT", "since": "2025-01-01"}
    check_answer(await office.post(f"/v1/members/{member}/suspend", lost), "MembershipSuspended")
    await month_begins(office, 2026, 12)
    assert (await types(office, member)).count("DuesArrearsNoted") == 2
    assert (await account(office, member))["months_in_arrears"] == 0
    back = {**paper, "decided_on": "2026-12-01", "requested_on": "2026-11-01"}
    check_answer(await office.post(f"/v1/members/{member}/reinstate", back), "MembershipReinstated")
    await month_begins(office, 2027, 1)
    found = await account(office, member, "?year=2026")
    assert (found["months_in_arrears"], found["months_unpaid"]) == (1, 3)
    assert [found[f"month_{month:02d}"] for month in (8, 9, 11, 12)] == ["ARREARS_2", "NOT_DUE", "NOT_DUE", "ARREARS_1"]


async def test_a_transfer_takes_the_account_along(office: Office) -> None:
    """The new branch sees it and is told; received outside the register, nothing falls due here any more."""
    city, member, gone = office.city, await office.member(HOME), await office.member(HOME, 2)
    for one in (member, gone):
        await office.post(f"/v1/dues/{one}/set-amount", AMOUNT)
    await city.settle()
    await transfer(city, member, FAR, date(2026, 7, 1))
    await transfer(city, gone, None, date(2026, 7, 1))
    assert (await account(office, member, **ELSEWHERE))["branch"] == FAR
    await month_begins(office, 2026, 8)
    events = (await office.get(f"/v1/dues/{member}/history")).json()["events"]
    assert [one["data"]["branch"] for one in events if one["type"] == "DuesArrearsNoted"] == [FAR]
    assert "DuesArrearsNoted" not in await types(office, gone)
    assert (await office.get(f"/v1/dues/{member}", **SECRETARY)).status_code == 404


async def test_at_the_host_by_hosting_or_certificate(office: Office) -> None:
    """R7, R13: only where the host has accepted the member, or a certificate stands; either side may record it."""
    member = await office.member(HOME)
    path, body = f"/v1/dues/{member}/pay-at-host", {"host_branch": NEXT, "months": ["2026-06"]}
    check_problem(await office.post(path, body), 422, "not_hosted_there")
    old = {"months": ["2026-06"], "host_branch": NEXT}
    check_problem(await office.post(f"/v1/members/{member}/pay-dues", old), 422, "not_hosted_there")
    trip = (await office.away(member))["id"]
    await office.post(f"/v1/departures/{trip}/report-in", {"host_branch": FAR, "occurred_on": "2026-06-05"})
    host = {"role": "BRANCH_CONTACT", "org": FAR, "sub": "host"}
    far = body | {"host_branch": FAR}
    check_problem(await office.post(path, far, **host), 404, "not_found")
    await office.post(f"/v1/departures/{trip}/accept", {"occurred_on": "2026-06-10"}, **host)
    check_problem(await office.post(path, far | {"occurred_on": "2026-06-09"}, **host), 404, "not_found")
    check_answer(await office.post(path, far, **host), "DuesPaidAtHost")
    certificate = new_id(office.city.clock.now())
    facts = {"member_id": member, "branch": HOME, "certificate_no": "654002-2026-0001", "check_due_on": "2027-06-01"}
    issued, lost = CertificateIssued.model_validate(facts), CertificateReportedLost(member_id=member)
    subject = Subject("transfers", "certificate", certificate)
    await foreign_events(office.city, subject, [issued], date(2026, 6, 2))
    other = {"host_branch": NEXT, "months": ["2026-07"], "certificate_id": certificate}
    check_problem(await office.post(path, other | {"occurred_on": "2026-06-01"}), 422, "not_hosted_there")
    check_answer(await office.post(path, other), "DuesPaidAtHost")
    found = await account(office, member)
    assert (found["month_06"], found["month_07"], found["paid_where"]) == ("PAID_AT_HOST", "PAID_AT_HOST", "HOST")
    voided = new_id(office.city.clock.now())
    await foreign_events(office.city, Subject("transfers", "certificate", voided), [issued, lost], date(2026, 6, 2))
    gone = other | {"months": ["2026-08"], "certificate_id": voided}
    check_problem(await office.post(path, gone), 422, "not_hosted_there")


async def test_the_host_sees_what_was_paid_there_until_it_is_withdrawn(office: Office) -> None:
    """No. 3, 党费交至(本地): of payments at this host that stand."""
    member = await office.member(HOME)
    trip = (await office.away(member))["id"]
    guest = {"host_branch": FAR, "name": "李示例", "id_no": id_number(1), "reason": "BUSINESS"}
    made = await office.post("/v1/inflows", {**guest, "occurred_on": "2026-06-05"})
    await office.city.settle()
    await office.city.settle()
    await office.post(f"/v1/departures/{trip}/accept", {"occurred_on": "2026-06-10"}, org=FAR)
    body = {"host_branch": FAR, "months": ["2026-06", "2026-07"]}
    paid = check_answer(await office.post(f"/v1/dues/{member}/pay-at-host", body), "DuesPaidAtHost")
    await office.city.settle()
    record = f"/v1/inflows/{made.json()['id']}"
    assert (await office.get(record)).json()["dues_paid_to"] == "2026-07"
    wrong = {"payment_id": paid["events"][0]["id"], "error": "WRONG_PLACE"}
    await office.post(f"/v1/dues/{member}/withdraw-payment", wrong)
    await office.city.settle()
    assert (await office.get(record)).json()["dues_paid_to"] is None


async def test_who_may_and_who_sees(office: Office) -> None:
    """Roles by act, scopes by branch; a member sees the own account and nobody else's."""
    member, other = await office.member(HOME), await office.member(HOME, 2)
    for one in (member, other):
        await office.post(f"/v1/dues/{one}/set-amount", AMOUNT)
    await office.city.settle()
    contact = {"role": "BRANCH_CONTACT", "org": HOME, "sub": "contact"}
    path = f"/v1/dues/{member}"
    assert (await office.post(f"{path}/set-amount", AMOUNT, **contact)).status_code == 403
    assert (await office.post(f"{path}/exempt", {**PAPER, "months": ["2026-09"]}, **SECRETARY)).status_code == 403
    check_problem(await office.post(f"{path}/pay", {"months": ["2026-07"]}, **ELSEWHERE), 404, "not_found")
    own = {**PAPER, "decided_by": HOME, "months": ["2026-09"]}
    check_problem(await office.post(f"{path}/exempt", own), 422, "for_an_organisation_above")
    me = {"role": "MEMBER", "org": HOME, "sub": member}
    assert [one["id"] for one in (await office.get("/v1/dues", **me)).json()["items"]] == [member]
    assert (await office.get(path, **me)).status_code == 200
    assert (await office.get(f"/v1/dues/{other}", **me)).status_code == 404
    assert (await office.get("/v1/dues", **ELSEWHERE)).json()["items"] == []


@pytest.mark.parametrize(
    ("verb", "body", "pointer"),
    [
        ("pay", {"months": ["2026-13"]}, "/months/0"),
        ("pay", {"months": []}, "/months"),
        ("pay", {"months": ["2026-07"], "paid_by": "RELATIVE"}, "/paid_by"),
        ("pay-by-proxy", {"months": ["2026-07"], "paid_by": "SELF"}, "/paid_by"),
        ("set-amount", AMOUNT | {"monthly_amount_fen": 101}, "/monthly_amount_fen"),
        ("set-amount", AMOUNT | {"income": 5000}, "/income"),
        ("set-amount", AMOUNT | {"monthly_amount_fen": 0.5}, "/monthly_amount_fen"),
        ("agree-cycle", {"cycle": "YEARLY", "from_month": "2026-07"}, "/cycle"),
        ("agree-cycle", {"cycle": "QUARTERLY", "from_month": "2026-08"}, "/from_month"),
        ("exempt", {"months": ["2026-09"], "decided_by": TOWN, "decided_on": "2026-07-01"}, "/decision_no"),
        ("exempt", {**PAPER, "months": ["2026-09"], "decided_on": "2026-07-02"}, "/decided_on"),
        ("withdraw-payment", {"payment_id": "nobody", "error": "WRONG_PERSON"}, "/payment_id"),
    ],
)
async def test_what_is_wrong_is_told_by_its_field(
    office: Office, verb: str, body: dict[str, Any], pointer: str
) -> None:
    """Bad months, amounts outside the class, income, a decision without its number: 422 with the field's place."""
    told = await office.post(f"/v1/dues/{await office.member(HOME)}/{verb}", body)
    assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, pointer), told.text


async def test_a_repeat_is_harmless_another_payment_for_the_month_is_told(office: Office) -> None:
    """The same key: one payment; a second one for the same month: refused, for somebody has to look; races too."""
    member = await office.member(HOME)
    path, body = f"/v1/dues/{member}/pay", {"months": ["2026-07"]}
    first, again = await office.post(path, body, key="k-1"), await office.post(path, body, key="k-1")
    assert first.json()["events"] == again.json()["events"]
    check_problem(await office.post(path, body), 409, "month_already_paid")
    many = await asyncio.gather(*(office.post(path, {"months": ["2026-08"]}) for _ in range(8)))
    assert sorted(one.status_code for one in many) == [200, *[409] * 7]


async def test_many_whose_month_ends_together_are_noted_once_each(office: Office) -> None:
    """Timers that fall on the same first of a month: one a member, one commit each, none left over."""
    city = office.city
    people = [(await city.register(HOME)).id for _ in range(60)]
    for one in people:
        await office.post(f"/v1/dues/{one}/pay", {"months": ["2026-07"]}, role="CITY_OFFICER", org=CITY)
    await city.settle()
    assert sorted(one["member_id"] for one in await _timers(office)) == sorted(people)
    await month_begins(office, 2026, 9)
    for one in people:
        assert (await types(office, one)) == ["DuesPaid", "DuesArrearsNoted", "DuesReminded"]
    assert [one["due_on"] for one in await _timers(office)] == ["2026-10-01"] * 60


async def _timers(office: Office) -> list[dict[str, Any]]:
    """What the timers of arrears hold."""
    follower, far = office.city.follower, datetime(2030, 1, 1, tzinfo=UTC)
    found = await follower.store.timers.due(list(follower.lanes.projections), far, 500)
    return [dict(one.timer.data) for one in found if one.timer.kind == "note_arrears"]
