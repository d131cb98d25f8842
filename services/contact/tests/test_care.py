"""Care and commendation in one list (§6 no. 19) and the three ones by member and year (S-41 to S-43, P-05)."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from services.contact.tests.test_aid import granted
from services.contact.tests.test_giving import act, items, made
from services.contact.tests.town import CITY, HOME, ContactTown

from guiyan.events.codes import (
    CommendationKind,
    ConsentPurpose,
    ContactChannel,
    ContactOutcome,
    DuesError,
)
from guiyan.events.contact import ContactMissed
from guiyan.events.registry import (
    CommendationAwarded,
    CommendationProposed,
    ConsentGiven,
    ConsentWithdrawn,
    DuesExempted,
    DuesPaid,
    DuesPaidAtHost,
    DuesPaymentWithdrawn,
    DuesProxyPaid,
    DuesTermsWithdrawn,
)
from guiyan.ledger import Subject
from guiyan.service.auth import Role

MONTHS = tuple(f"2026-{month:02}" for month in range(1, 13))
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def commended(town: ContactTown, member_id: str) -> str:
    """A commendation that was awarded in the registry; gives its id."""
    id_ = town.world.id("commendation", member_id)
    kind = next(iter(CommendationKind))
    await town.world.happen(id_, CommendationProposed(member_id=member_id, branch=HOME, kind=kind, year=2026))
    awarded = CommendationAwarded(member_id=member_id, decision_no="示例〔2026〕1号", decided_by=CITY)
    await town.world.happen(id_, awarded)
    return id_


async def one_of_each(town: ContactTown, member_id: str) -> dict[str, str]:
    """An aid case, a lead, a venture and a commendation; gives the record of each kind."""
    aid = await granted(town, member_id, 80_000)
    lead = {"member_id": member_id, "kind": "PROSPERITY", "to_org": HOME}
    lead_id = await made(town, "/v1/leads", "LeadSubmitted", lead)
    venture_id = await made(town, "/v1/ventures", "EntrepreneurshipInterestRecorded", {"member_id": member_id})
    return {
        "RELIEF": f"/v1/aid-cases/{aid}",
        "LEAD": f"/v1/leads/{lead_id}",
        "ENTREPRENEURSHIP": f"/v1/ventures/{venture_id}",
        "COMMENDATION": f"/v1/commendations/{await commended(town, member_id)}",
    }


async def years(town: ContactTown, member_id: str, year: int = 2026) -> dict[str, Any]:
    """The member's year."""
    (row,) = await items(town, "/v1/member-years", member_id=member_id, year=year)
    return row


async def test_one_list_over_all_of_them(town: ContactTown) -> None:
    """Each line names its member, kind, date, who handled it, amount, result and record; as CSV and XLSX, too."""
    records = await one_of_each(town, await town.member())
    rows = {row["kind"]: row for row in await items(town, "/v1/care")}
    assert {kind: row["record"] for kind, row in rows.items()} == records
    told = ("name", "on", "amount_fen", "result", "publication")
    assert [[rows[kind][name] for name in told] for kind in records] == [
        ["李*", "2026-02-10", 80_000, "APPROVED", None],
        ["李*", "2026-02-10", None, "SUBMITTED", None],
        ["李*", "2026-02-10", None, "INTEREST", None],
        ["李*", "2026-02-10", None, "AWARDED", False],
    ]
    for row in rows.values():
        if row["kind"] != "COMMENDATION":
            assert (await town.get(row["record"])).status_code == 200
    sheet = await town.get("/v1/care", {**town.city, "Accept": "text/csv", "Accept-Language": "zh-CN"})
    for word in ("公开同意", "返乡创业", "救助", "有价值信息条数", "已表彰"):
        assert word in sheet.text
    assert (await town.get("/v1/care", {**town.city, "Accept": BOOK})).content[:2] == b"PK"


async def test_hardship_stands_in_no_other_list(town: ContactTown) -> None:
    """Who may not see aid cases sees the other lines only, however the list is asked for; the member sees all."""
    member_id = await town.member()
    await one_of_each(town, member_id)
    auditor = town.town.bearer(Role.AUDITOR, org=CITY, sub="auditor")
    for who in (town.keeper, auditor):
        rows = await items(town, "/v1/care", who)
        assert sorted(row["kind"] for row in rows) == ["COMMENDATION", "ENTREPRENEURSHIP", "LEAD"]
        assert await items(town, "/v1/care", who, kind="RELIEF") == []
        sheet = await town.get("/v1/care", {**who, "Accept": "text/csv", "Accept-Language": "zh-CN"})
        assert "救助" not in sheet.text
    own = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    assert len(await items(town, "/v1/care", own)) == 4
    for path in ("/v1/duties", "/v1/member-years", "/v1/reports", "/v1/members-away"):
        assert "RELIEF" not in (await town.get(path, town.city)).text


async def test_consent_to_publish_is_the_one_that_stands(town: ContactTown) -> None:
    """公开同意: given and withdrawn in the registry, shown at once (PIPL Art. 25)."""
    member_id = await town.member()
    await commended(town, member_id)
    consent_id, purpose = town.world.id("publish"), ConsentPurpose.PUBLISH_COMMENDATION
    await town.world.happen(consent_id, ConsentGiven(person_id=member_id, purpose=purpose, text_version="2026-01"))
    assert [row["publication"] for row in await items(town, "/v1/care")] == [True]
    assert len(await items(town, "/v1/care", publication="true")) == 1
    await town.world.happen(consent_id, ConsentWithdrawn(person_id=member_id, purpose=purpose))
    assert [row["publication"] for row in await items(town, "/v1/care")] == [False]


async def test_the_three_ones_of_a_year(town: ContactTown) -> None:
    """Reports at home and useful leads are counted in their year, and stand beside each line of that year."""
    member_id = await town.away()
    await made(town, "/v1/home-visits", "HomeVisitReported", {"member_id": member_id})
    await made(town, "/v1/reports", "ReportGiven", {"member_id": member_id, "occurred_on": "2025-05-01"})
    for assessment in ("USEFUL", "KNOWN"):
        body = {"member_id": member_id, "kind": "PROSPERITY", "to_org": HOME, "occurred_on": "2025-12-30"}
        lead_id = await made(town, "/v1/leads", "LeadSubmitted", body)
        await act(town, f"/v1/leads/{lead_id}/assess", "LeadAssessed", {"assessment": assessment})
    now, before = await years(town, member_id), await years(town, member_id, 2025)
    told = ("home_reports", "reports", "leads", "useful_leads")
    assert [now[name] for name in told] == [1, 0, 0, 0]
    assert [before[name] for name in told] == [0, 1, 2, 1]
    lines = await items(town, "/v1/care")
    assert {(one["on"], one["home_reports"], one["useful_leads"]) for one in lines} == {("2025-12-30", 0, 1)}


async def test_dues_of_the_year_are_paid_when_no_month_is_left(town: ContactTown) -> None:
    """Paid here, at the host or by a relative, or exempted; what is taken back is open again."""
    member_id = await town.member()
    account = town.world.id("dues", member_id)
    paid = {"member_id": member_id, "branch": HOME}
    await town.world.happen(account, DuesPaid(**paid, months=("2025-12", *MONTHS[:4])))
    await town.world.happen(account, DuesProxyPaid(**paid, months=MONTHS[4:6]))
    at_host = DuesPaidAtHost(member_id=member_id, host_branch="654002002001", months=MONTHS[6:10])
    await town.world.happen(account, at_host)
    year = await years(town, member_id)
    assert (year["dues_months"], year["dues_paid"]) == (10, False)
    free = DuesExempted(member_id=member_id, months=MONTHS[10:], decision_no="示例〔2026〕2号", decided_by=CITY)
    await town.world.happen(account, free)
    year = await years(town, member_id)
    assert (year["dues_months"], year["dues_paid"]) == (12, True)
    history = await town.world.ledger.read(Subject("registry", "dues", account))
    entry = history.events[-1].id
    withdrawn = DuesTermsWithdrawn(**paid, entry_id=entry, error=next(iter(DuesError)))
    await town.world.happen(account, withdrawn)
    assert (await years(town, member_id))["dues_months"] == 10
    back = DuesPaymentWithdrawn(
        **paid, payment_id=history.events[0].id, months=("2025-12", *MONTHS[:4]), error=next(iter(DuesError))
    )
    await town.world.happen(account, back)
    assert (await years(town, member_id))["dues_months"] == 6
    assert (await years(town, member_id, 2025))["dues_months"] == 0


async def test_calls_not_answered_are_a_plain_count(town: ContactTown) -> None:
    """P-05: how often nobody answered, and how many quarters were missed; a wrong number is nobody's silence."""
    member_id = await town.away()
    path = f"/v1/duties/{town.duty(member_id)}/attempt"
    for outcome in (ContactOutcome.NO_ANSWER, ContactOutcome.NO_ANSWER, ContactOutcome.WRONG_NUMBER):
        await town.post(path, {"channel": ContactChannel.PHONE, "outcome": outcome})
    await town.post(path, {"channel": "PHONE", "outcome": "NO_ANSWER", "leg": "HOST_ORG"})
    await town.town.advance(days=60)
    row = await years(town, member_id)
    assert (row["unanswered"], row["missed"]) == (2, 1)
    assert not {"attitude", "score", "rank"} & set(row)


async def test_a_quarter_missed_twice_is_one_quarter(town: ContactTown) -> None:
    """Where contact is due each month, a quarter may be missed more than once."""
    member_id = await town.member()
    for number, quarter in enumerate(("2026-Q1", "2026-Q1", "2026-Q2"), 1):
        missed = ContactMissed(
            member_id=member_id,
            quarter=quarter,
            branch=HOME,
            attempts=0,
            missed_in_a_row=number,
            departure_id=member_id,
        )
        await town.world.happen(town.world.id("missed", str(number)), missed)
    assert (await years(town, member_id))["missed"] == 2


async def test_todays_page_tells_what_care_waits(town: ContactTown) -> None:
    """Reports overdue, who comes home, visits due - these for who may see hardship; each figure is its list."""
    silent, coming = await town.away("silent"), await town.away("coming")
    await granted(town, silent)
    await town.until(date(2027, 2, 11))
    day = {"member_id": coming, "from_on": "2027-03-01"}
    await made(town, "/v1/home-visits", "HomeVisitAnnounced", day)
    await made(town, "/v1/home-visits", "HomeVisitAnnounced", {**day, "from_on": "2027-05-01"})
    await made(town, "/v1/reports", "ReportGiven", {"member_id": coming})
    for who, names in ((town.officer, {"visits_due": 1}), (town.keeper, dict[str, int]())):
        await town.town.settle()
        told = (await town.get("/v1/today", who)).json()["care"]
        assert {name: part["count"] for name, part in told.items()} == {
            "reports_overdue": 1, "coming_home": 1, **names
        }  # fmt: skip
        for part in told.values():
            path, _, asked = part["list"].partition("?")
            assert len(await items(town, path, who, **dict(parse_qsl(asked)))) == part["count"]
