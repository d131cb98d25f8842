"""One report of a township system: a CloudEvent as it is published to `ingest.<org_code>.<Type>` (contract.md §4)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from guiyan.cli.sample.people import Member
from guiyan.events.ids import derived_id


class Report(NamedTuple):
    """A report, its time, and the organisation whose system sends it."""

    time: datetime
    id: str
    type: str
    org_code: str
    occurred_on: date
    data: dict[str, Any]

    def cloud_event(self) -> dict[str, Any]:
        """The CloudEvent in structured form."""
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": f"township/{self.org_code}",
            "type": self.type,
            "time": f"{self.time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            "datacontenttype": "application/json",
            "occurredon": self.occurred_on.isoformat(),
            "actororg": self.org_code,
            "data": self.data,
        }

    def line(self) -> str:
        """The CloudEvent as one line of NDJSON, without the line end."""
        return json.dumps(self.cloud_event(), ensure_ascii=False, separators=(",", ":"))


class Reporter:
    """Makes the reports on one member; their ids depend on the seed, the member and their order alone."""

    def __init__(self, seed: int, member: Member) -> None:
        self._seed = seed
        self._member = member
        self.reports: list[Report] = []

    def add(self, type_name: str, at: datetime, occurred_on: date, /, **data: Any) -> None:
        """A report of this type; the member is named by the ID number, what is None is left out."""
        place = f"{self._seed}/{self._member.place}/{len(self.reports)}"
        body = {"id_no": self._member.id_no, **{key: value for key, value in data.items() if value is not None}}
        org_code = self._member.branch.parent or self._member.branch.org_code
        self.reports.append(
            Report(at, derived_id(at, "sample", place, type_name), type_name, org_code, occurred_on, body)
        )
