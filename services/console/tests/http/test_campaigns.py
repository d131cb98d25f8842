"""A campaign is seen before it is sent: who gets it how, who does not and why; each number opens its notices."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from services.console.tests.http.stage import OWN_PAGE, Services, sign_in
from services.console.tests.http.test_ledgers_fit import told

from guiyan.console.ledgers import campaigns, notices
from guiyan.notifications.doors.accounts import STATES_OF

TOWN = "654002010000"
PREVIEW: dict[str, Any] = {
    "under": TOWN, "template": "quarterly_greeting", "template_version": 1, "recipients": 30, "looked_at": 30,
    "quarter": "2026-Q1", "branches": {"654002010001": 30}, "channels": {"SMS": 21, "EMAIL": 4},
    "suppressed": {"NO_CONTACT_POINT": 5}, "words": {"SMS": "祝您在外一切顺利"},
}  # fmt: skip
NOTICE: dict[str, Any] = {
    "id": "n-1", "org_code": TOWN, "member_id": "m-1", "recipient_id": "m-1", "cause_event_id": "e-1",
    "state": "UNKNOWN", "channel": "SMS", "template": "quarterly_greeting", "version": 3, "acts": ["resolve"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def service(services: Services) -> None:
    """Notifications with a preview and a notice of unknown outcome, of a campaign."""
    paths = ("/v1/campaigns", "/v1/intents", "/v1/notice-batches")
    services.tell(
        "notifications", "/openapi.json", {"paths": {one: {"get": told("notifications", one)} for one in paths}}
    )
    services.tell("registry", "/v1/organisations", {"items": [{"org_code": TOWN, "name": "某镇党委"}]})
    templates = [
        {"template": "quarterly_greeting", "title_zh": "季度问候", "title_en": "Greeting", "campaign": True},
        {"template": "dues_reminder", "title_zh": "党费提醒", "title_en": "Dues", "campaign": False},
    ]
    services.tell("notifications", "/v1/templates", {"items": templates})
    services.tell("notifications", "/v1/campaigns/preview", PREVIEW)
    services.tell("notifications", "/v1/campaigns", {"id": "c-1", "version": 1, "sequence": 7, "events": []}, 201)
    services.tell("notifications", "/v1/notices/n-1", NOTICE)
    services.tell("notifications", "/v1/notices/n-1/history", {"events": []})
    row = {"notice_id": "n-1", "batch": "019c19ee-b400-71ab-aee3-92897be6ce4f"}
    services.tell("notifications", "/v1/intents", {"items": [row], "next_cursor": None, "sequence": 1})


async def test_it_is_seen_before_it_is_sent(officer: httpx.AsyncClient, services: Services) -> None:
    """By channel, by reason, in its words; only then there is a button, and it sends just what was seen."""
    first = (await officer.get("/campaigns/new")).text
    assert "季度问候" in first
    assert "党费提醒" not in first
    assert "确认发送" not in first
    text = (await officer.get(f"/campaigns/new?org_code={TOWN}")).text
    for shown in (
        "某镇党委",
        "祝您在外一切顺利",
        "<strong>21</strong>",
        "<strong>5</strong>",
        "确认发送",
        'value="2026-Q1"',
    ):
        assert shown in text, shown
    assert [one.method for one in services.asked if one.url.path == "/v1/campaigns"] == []
    body = {"org_code": TOWN, "quarter": "2026-Q1", "template": "quarterly_greeting", "starts_on": "", "_key": "k-1"}
    done = await officer.post("/campaigns/new", data=body, headers=OWN_PAGE)
    sent = services.last("/v1/campaigns")
    assert sent.headers["idempotency-key"] == "k-1"
    assert json.loads(sent.content) == {"org_code": TOWN, "quarter": "2026-Q1", "template": "quarterly_greeting"}
    assert done.headers["location"].startswith("/ledgers/campaigns/c-1?done=")


async def test_one_that_is_there_already_is_told(officer: httpx.AsyncClient, services: Services) -> None:
    """The service's own words, the form as it was."""
    services.tell("notifications", "/v1/campaigns", {"code": "campaign_exists", "detail": "本季度已发起过。"}, 409)
    answer = await officer.post("/campaigns/new", data={"org_code": TOWN, "_key": "k"}, headers=OWN_PAGE)
    assert answer.status_code == 409
    assert "本季度已发起过。" in answer.text
    assert "某镇党委" in answer.text


async def test_a_service_that_is_away_is_told_once(officer: httpx.AsyncClient, services: Services) -> None:
    """Neither the preview nor the campaign is answered: one sentence says so, and what was filled in is there."""
    services.away.add("notifications")
    filled = {"org_code": TOWN, "quarter": "2026-Q1", "_key": "k"}
    answer = await officer.post("/campaigns/new", data=filled, headers=OWN_PAGE)
    assert (answer.status_code, answer.text.count("填写的内容都在")) == (503, 1)
    assert 'value="2026-Q1"' in answer.text


async def test_who_sends_none_has_no_page_for_it(browser: httpx.AsyncClient) -> None:
    """A contact person does not write to a whole township."""
    await sign_in(browser, "BRANCH_CONTACT")
    assert (await browser.get(f"/campaigns/new?org_code={TOWN}")).status_code == 403


def test_each_number_opens_the_states_that_it_counts() -> None:
    """As notifications adds them up; a number of a batch as well as of a campaign."""
    parts = {**STATES_OF, "failed": (*STATES_OF["failed"], *STATES_OF["bounced"])}
    for ledger in (campaigns.LEDGER, notices.BATCHES):
        for col in ledger.cols:
            states = [value for name, value in parse_qsl(urlsplit(col.link).query) if name == "state"]
            if col.name == "succeeded":
                assert set(states) == {*parts["delivered"], *parts["sent"]}
            elif col.name in parts:
                assert set(states) == set(parts[col.name]), col.name


async def test_the_sums_of_a_campaign_open_their_lists(officer: httpx.AsyncClient, services: Services) -> None:
    """On its own page as in the ledger; nought opens nothing."""
    sums = {**dict.fromkeys(campaigns.STATES, 0), "recipients": 9, "failed": 2, "pending": 7}
    row = {"id": "c-1", "quarter": "2026-Q1", "acts": [], **sums}
    services.tell("notifications", "/v1/campaigns/c-1", row)
    services.tell("notifications", "/v1/campaigns/c-1/history", {"events": []})
    text = (await officer.get("/ledgers/campaigns/c-1")).text
    for states in ("", "&amp;state=FAILED&amp;state=BOUNCED", "&amp;state=QUEUED&amp;state=HELD&amp;state=GATHERED"):
        assert f'href="/ledgers/notices?batch=c-1{states}' in text, states
    assert "state=UNKNOWN" not in text


async def test_an_unknown_outcome_is_settled_by_a_person(officer: httpx.AsyncClient, services: Services) -> None:
    """Offered on the notice where the service says so, and an answer of the member to a campaign noted beside it."""
    text = (await officer.get("/ledgers/notices/n-1")).text
    assert "/acts/settle-notice/n-1?next=" in text
    assert "/acts/acknowledge-notice/" not in text
    assert "/acts/campaign-answer/019c19ee-b400-71ab-aee3-92897be6ce4f?member_id=m-1" in text
    services.tell("notifications", "/v1/notices/n-1/resolve", {"id": "n-1", "version": 4, "sequence": 9, "events": []})
    body = {"settlement": "NOT_ARRIVED", "_key": "k", "_version": "3"}
    await officer.post("/acts/settle-notice/n-1", data=body, headers=OWN_PAGE)
    sent = services.last("/v1/notices/n-1/resolve")
    assert (json.loads(sent.content), sent.headers["if-match"]) == ({"settlement": "NOT_ARRIVED"}, '"3"')
