"""What is measured of inquiries (S-23): calls taken, people helped, answered in one go; each figure names its list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from guiyan.contact.commands.inquiries import InquiryDesk
from guiyan.contact.doors.inquiry_list import LIST, narrowed
from guiyan.contact.projections.inquiries import INQUIRIES
from guiyan.service.caller import Caller
from guiyan.service.filters import query_of
from guiyan.service.paging import all_of

Asked = tuple[tuple[str, str], ...]
FIGURES: Final[Mapping[str, Asked]] = {
    "received": (),
    "at_first_contact": (("at_first_contact", "true"),),
    "helped": (("solved", "true"),),
    "answered_late": (("answered_late", "true"),),
    "open": (("open", "true"),),
    "overdue": (("open", "true"), ("overdue", "true")),
}
"""Each figure and what its list is asked; overdue is what waits still though its day has passed."""
PARTS: Final = ("topic", "channel", "service_point_id", "taken_by")


async def count(
    desk: InquiryDesk, caller: Caller, since: date | None, until: date | None, under: str | None
) -> dict[str, Any]:
    """The figures of a time, with how many people asked and how many were helped; and the parts they fall into."""
    where = await narrowed(desk, caller, under)
    period = tuple(
        (name, day.isoformat()) for name, day in (("received_on_from", since), ("received_on_to", until)) if day
    )
    place = (("under", under),) if under else ()

    async def number(asked: Asked) -> dict[str, Any]:
        query = all_of(where, query_of(LIST.filters, [*asked, *period])[0])
        address = urlencode([*asked, *period, *place])
        return {"count": await desk.inquiries.count(INQUIRIES, query), "list": f"/v1/inquiries?{address}"}

    async def people(asked: Asked) -> int:
        query = all_of(where, query_of(LIST.filters, [*asked, *period])[0])
        return len(await desk.inquiries.count_by(INQUIRIES, query, "asker_id"))

    async def part(field: str) -> list[dict[str, Any]]:
        query = all_of(where, query_of(LIST.filters, list(period))[0])
        found = await desk.inquiries.count_by(INQUIRIES, query, field)
        return [{"value": value, **await number(((field, str(value)),))} for value in sorted(filter(None, found))]

    return {
        "since": since and since.isoformat(),
        "until": until and until.isoformat(),
        **{name: await number(asked) for name, asked in FIGURES.items()},
        "people": await people(()),
        "people_helped": await people(FIGURES["helped"]),
        "by": {field: await part(field) for field in PARTS},
    }
