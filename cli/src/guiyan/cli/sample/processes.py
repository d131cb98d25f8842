"""What people of the made-up city have done at the doors when the sample begins, as commands.

Dues, probation, retained relations, a sweep (domain.md §2.8, §2.9, §2.10, §2.12; S-13, S-14, S-41, P-07, P-09).

Only members of whom no report tells in the whole year are chosen, so that nothing here stands against a later report.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from guiyan.cli.sample.people import Member

SWEEP_DAYS: Final = 10
DUES_BRANCHES, DUES_OF_BRANCH, BEHIND_OF_BRANCH = 6, 6, 2
RETAINED: Final = (("GRADUATE_UNPLACED", 690), ("GRADUATE_UNPLACED", 200), ("DEMOBILISED_WAITING", 60))
"""Kind, and for how many days by now: one ends within weeks."""
FOUND_OUT, FOUND_IN, NOT_REACHED = 10, 3, 4
"""Ten away and three who came, as the seed article's sweeps found (S-14)."""
GUESTS: Final = ("陈示例", "林示例", "黄示例")
_APPLY_DAYS: Final = 45
_FARMER_FEN: Final = 50


class Command(NamedTuple):
    """One command: where to, what, and under which key, so that a repeat changes nothing."""

    path: str
    body: dict[str, Any]
    key: str


class Quiet(NamedTuple):
    """Members of whom no report tells, by their branch and in its order."""

    by_branch: dict[str, list[Member]]

    @classmethod
    def of(cls, members: Sequence[Member], named: set[str]) -> Quiet:
        """Those of the members whose ID number no report names."""
        found: dict[str, list[Member]] = {}
        for member in members:
            if member.id_no not in named:
                found.setdefault(member.branch.org_code, []).append(member)
        return cls(dict(sorted(found.items())))

    def payers(self) -> list[Member]:
        """Full members of six branches, some of each: those for whom an amount is agreed."""
        chosen = list(self.by_branch.values())[:: max(1, len(self.by_branch) // DUES_BRANCHES)][:DUES_BRANCHES]
        return [one for branch in chosen for one in [one for one in branch if one.full_on][-DUES_OF_BRANCH:]]

    def found_out(self, branches: Sequence[str]) -> list[Member]:
        """Those that a sweep of these branches finds away: of each in turn."""
        lists = [self.by_branch.get(code, []) for code in branches]
        turns = [one for turn in zip_longest(*lists) for one in turn if one is not None]
        return turns[:FOUND_OUT]

    def retained(self, today: date) -> list[Member]:
        """Members who had joined before the first day that a relation is kept from, each of another branch."""
        first = today - timedelta(days=max(days for _, days in RETAINED))
        able = [[one for one in branch if one.joined_on < first] for branch in self.by_branch.values()]
        return [branch[0] for branch in able if branch][1 : 1 + len(RETAINED)]


def dues_commands(place: int, member_id: str, today: date) -> list[Command]:
    """An amount of the year from January on; January is paid but for the last two of a branch, who are behind."""
    january = f"{today.year}-01"
    amount = {"year": today.year, "rate_class": "FARMER_FIXED", "monthly_amount_fen": _FARMER_FEN}
    agreed = {**amount, "from_month": january, "occurred_on": f"{january}-01"}
    commands = [Command(f"/v1/dues/{member_id}/set-amount", agreed, f"sample-amount-{member_id}")]
    if place % DUES_OF_BRANCH < DUES_OF_BRANCH - BEHIND_OF_BRANCH:
        paid = {"months": [january], "occurred_on": f"{january}-20"}
        commands.append(Command(f"/v1/members/{member_id}/pay-dues", paid, f"sample-paid-{member_id}"))
    return commands


def probation_commands(probation: dict[str, Any], today: date) -> list[Command]:
    """The last quarter discussed by two branches in three; who may apply has applied, and half of them went further."""
    id_, joined_on = probation["id"], date.fromisoformat(probation["joined_on"])
    ends_on = date.fromisoformat(probation["ends_on"])
    path, commands = f"/v1/probations/{id_}", list[Command]()
    place, last = int(probation["branch"][-3:]), date(today.year - 1, 12, 20)
    if place % 3 and joined_on <= last:
        discussed = {"quarter": f"{last.year}-Q4", "occurred_on": last.isoformat()}
        commands.append(Command(f"{path}/discuss-quarter", discussed, f"sample-quarter-{id_}"))
    if today >= ends_on - timedelta(days=_APPLY_DAYS):
        steps = ("apply", "collect-opinions", "review") if place % 2 else ("apply",)
        on = today.isoformat()
        commands += [Command(f"{path}/{step}", {"occurred_on": on}, f"sample-{step}-{id_}") for step in steps]
    return commands


def retention_request(place: int, member_id: str, holder: str, today: date) -> Command:
    """The relation of a graduate or a demobilised soldier is to be kept with the holder."""
    kind, days = RETAINED[place]
    since = (today - timedelta(days=days)).isoformat()
    body = {"member_id": member_id, "kind": kind, "holding_org": holder, "from_on": since, "occurred_on": since}
    return Command("/v1/retentions", body, f"sample-retention-{member_id}")


def sweep_plan(township: str, today: date) -> Command:
    """A sweep of one township in between (S-31), from today on."""
    last = (today + timedelta(days=SWEEP_DAYS)).isoformat()
    body = {"root_org": township, "opens_on": today.isoformat(), "closes_on": last}
    return Command("/v1/sweeps", body, f"sample-sweep-{township}")


def check_commands(sweep_id: str, rows: Sequence[dict[str, Any]], found_out: set[str], today: date) -> list[Command]:
    """Everybody on the sheets: some found away, some not reached, the others as they were."""
    left = (today - timedelta(days=20)).isoformat()
    others = [row["member_id"] for row in rows if row["member_id"] not in found_out]
    not_reached = set(others[3::4][:NOT_REACHED])
    commands = []
    for row in rows:
        member_id, body = row["member_id"], dict[str, Any]()
        if member_id in found_out:
            told = {"reason": "MIGRANT_WORK", "dest_area_code": "650102", "dest_certainty": "FIXED"}
            body = {"finding": "FOUND_OUT", "leaving": told, "occurred_on": left}
        else:
            body = {"finding": "NOT_REACHED" if member_id in not_reached else "UNCHANGED"}
        path = f"/v1/sweeps/{sweep_id}/sheets/{row['branch']}/check"
        commands.append(Command(path, {**body, "member_id": member_id}, f"sample-check-{sweep_id}-{member_id}"))
    return commands


def guest_commands(sweep_id: str, branches: Sequence[str], today: date) -> list[Command]:
    """Three who came from elsewhere and were found (S-14)."""
    arrived = (today - timedelta(days=9)).isoformat()
    return [
        Command(
            f"/v1/sweeps/{sweep_id}/sheets/{branch}/check",
            {"finding": "FOUND_IN", "inflow": {"name": name, "reason": "MIGRANT_WORK"}, "occurred_on": arrived},
            f"sample-guest-{sweep_id}-{place}",
        )
        for place, (branch, name) in enumerate(zip(branches, GUESTS, strict=False))
    ]
