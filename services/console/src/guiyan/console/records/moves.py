"""Where the member went and whose the relation was: trips, transfers, certificates, retained relations, probation."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Shown
from guiyan.console.listed import Rows, listed

TRIPS = Rows(
    mark("外出"), "registry", "/v1/departures",
    ("away_since", Col("state", shown=Shown.STATE), "reason", "dest_area", "dest_certainty", "dest_unit_kind",
     "host_branch", "hosted_since", "recognised_on", "ended_on", "branch", "responsible"),
    record="/ledgers/outflow/{id}",
)  # fmt: skip
TRANSFERS = Rows(
    mark("组织关系转接"), "transfers", "/v1/transfers",
    ("requested_on", "number", Col("state", shown=Shown.STATE), "channel", "from_branch", "to_title", "to_branch",
     "issued_on", "expires_on", "received_on", "transferred_on", "receipt_on", "return_reason"),
    record="/ledgers/transfers/{id}",
)  # fmt: skip
CERTIFICATES = Rows(
    mark("流动党员活动证"), "transfers", "/v1/certificates",
    ("requested_on", "number", Col("state", shown=Shown.STATE), "issued_on", "dispatched_how", "check_due_on",
     "checked_on", "returned_on"),
    record="/ledgers/certificates/{id}",
)  # fmt: skip
PROBATIONS = Rows(
    mark("预备期"), "registry", "/v1/probations",
    ("joined_on", "ends_on", Col("state", shown=Shown.STATE), "applied_on", "voted_on", "decision", "decision_no",
     "full_on"),
)  # fmt: skip
RETENTIONS = Rows(
    mark("保留组织关系"), "registry", "/v1/retentions",
    ("kind", "holding_org", "from_on", "retain_until", Col("state", shown=Shown.STATE), "ended_on"),
)  # fmt: skip
LOST = Rows(
    mark("失联"), "contact", "/v1/lost-contacts",
    ("since", "cause", Col("state", shown=Shown.STATE), "opened_on", "search_told", "decision_no", "suspended_on",
     "regained_on", "outcome", "closed_on"),
    record="/ledgers/lost-contacts/{id}",
)  # fmt: skip

SECTION = listed(
    "moves",
    mark("外出与转接"),
    40,
    (TRIPS, TRANSFERS, CERTIFICATES, PROBATIONS, RETENTIONS, LOST),
)
