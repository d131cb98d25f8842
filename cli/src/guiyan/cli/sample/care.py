"""What care there is in the made-up city when the sample begins: some of each, as commands at contact's doors.

Aid cases, leads, ventures, visits home, yearly targets (S-39, S-42 to S-44, S-47). `{id}` in a path is the record made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from guiyan.cli.sample.processes import Command

TARGETS, VISITS = 12, 10
_APPROVED: Final[list[tuple[str, dict[str, Any]]]] = [
    ("assess", {"upheld": True}),
    ("approve", {"amount_fen": 100_000, "document_no": "示例〔2026〕5号"}),
]
AID: Final[Sequence[tuple[str, list[tuple[str, dict[str, Any]]]]]] = (
    ("VISIT", [*_APPROVED, ("visit", {})]),
    ("RELIEF", _APPROVED),
    ("EMPLOYMENT", [("assess", {"upheld": True})]),
    ("LEGAL", [("assess", {"upheld": False}), ("close", {"outcome": "NOT_ELIGIBLE"})]),
    ("RELIEF", []),
)
"""Kinds of aid, and how far each case has come; a visit before the Spring Festival is due in the second."""
LEADS: Final[Sequence[tuple[str, list[tuple[str, dict[str, Any]]]]]] = (
    ("PROSPERITY", [("assess", {"assessment": "USEFUL"}), ("forward", {}), ("adopt", {})]),
    ("INVESTMENT", [("assess", {"assessment": "USEFUL"}), ("forward", {})]),
    ("PROSPERITY", [("assess", {"assessment": "KNOWN"}), ("drop", {})]),
    ("INVESTMENT", []),
)
VENTURES: Final[Sequence[list[tuple[str, dict[str, Any]]]]] = (
    [("reach", {"stage": "PLAN"}), ("support", {"support": "TRAINING"}), ("reach", {"stage": "STARTED"})],
    [("support", {"support": "POLICY_ADVICE"})],
)


def care_chains(away: Sequence[dict[str, Any]], today: date) -> list[list[Command]]:
    """For members away, each with `member_id` and `branch`: chains of commands, each on one record."""
    turn = list(away)
    chains = [
        _chain("/v1/aid-cases", f"aid-{place}", {"member_id": one["member_id"], "kind": kind}, steps)
        for place, (one, (kind, steps)) in enumerate(zip(turn, AID, strict=False))
    ]
    chains += [
        _chain(
            "/v1/leads", f"lead-{place}", {"member_id": one["member_id"], "kind": kind, "to_org": one["branch"]}, steps
        )
        for place, (one, (kind, steps)) in enumerate(zip(turn[5:], LEADS, strict=False))
    ]
    chains += [
        _chain("/v1/ventures", f"venture-{place}", {"member_id": one["member_id"]}, steps)
        for place, (one, steps) in enumerate(zip(turn[9:], VENTURES, strict=False))
    ]
    home = {"from_on": (today + timedelta(days=10)).isoformat(), "until": (today + timedelta(days=25)).isoformat()}
    chains += [
        _chain("/v1/home-visits", f"visit-{place}", {"member_id": one["member_id"], **home}, [])
        for place, one in enumerate(turn[11 : 11 + VISITS])
    ]
    chains += [
        _chain("/v1/targets", f"target-{place}", {"member_id": one["member_id"], "year": today.year, "meetings": 4}, [])
        for place, one in enumerate(turn[:TARGETS])
    ]
    return chains


def _chain(path: str, key: str, body: dict[str, Any], steps: Sequence[tuple[str, dict[str, Any]]]) -> list[Command]:
    begun = Command(path, body, f"sample-care-{key}")
    return [
        begun,
        *(
            Command(f"{path}/{{id}}/{verb}", said, f"sample-care-{key}-{number}")
            for number, (verb, said) in enumerate(steps)
        ),
    ]
