"""Keeping contact: ways to reach the member, each quarter's duty, reports, visits home (domain.md §6 nos. 6, 8)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Shown
from guiyan.console.listed import Rows, listed

DUTIES = Rows(
    mark("季度联系"), "contact", "/v1/duties",
    ("quarter", Col("state", shown=Shown.STATE), "closes_on", "contacted_on", "channel", "work", "org_life", "dues",
     "wishes", Col("attempts", shown=Shown.NUMBER), "last_outcome", "host_branch", "host_contacted_on"),
)  # fmt: skip
POINTS = Rows(
    mark("联系方式"), "contact", "/v1/contact-points",
    ("kind", "value", "source", "valid_from", "verified_on", "verified_how", "valid_to", "end_reason", "open"),
)  # fmt: skip
RELAYS = Rows(
    mark("转达联系人"), "contact", "/v1/relay-persons",
    ("name", "phone", "nominated_on", "withdrawn_on", "open"),
)  # fmt: skip
REPORTS = Rows(
    mark("汇报"), "contact", "/v1/reports",
    ("given_on", "form", "to_org", "due_on", "overdue"),
)  # fmt: skip
VISITS = Rows(
    mark("返乡"), "contact", "/v1/home-visits",
    ("from_on", "until", "announced_on", "reported_on", "reported_to"),
)  # fmt: skip

SECTION = listed("contacts", mark("联系"), 30, (POINTS, DUTIES, RELAYS, REPORTS, VISITS))
