"""Dues' years, study, letters and material, help, honours, corrections, consents (domain.md §6 nos. 8, 19)."""

from guiyan.console.i18n import mark
from guiyan.console.ledger import Col, Shown
from guiyan.console.listed import Rows, listed

YEARS = Rows(
    mark("“三个一”"), "contact", "/v1/member-years",
    ("year", "dues_paid", Col("dues_months", shown=Shown.NUMBER), Col("home_reports", shown=Shown.NUMBER),
     Col("useful_leads", shown=Shown.NUMBER), Col("reports", shown=Shown.NUMBER), Col("missed", shown=Shown.NUMBER)),
)  # fmt: skip
HONOURS = Rows(
    mark("表彰"), "registry", "/v1/commendations",
    ("year", "kind", Col("state", shown=Shown.STATE), "awarded_on", "decision_no", "decided_by", "published_on"),
)  # fmt: skip
AID = Rows(
    mark("关怀帮扶"), "contact", "/v1/aid-cases",
    ("begun_on", "kind", Col("state", shown=Shown.STATE), "visited_on", "visit_due_on", "outcome"),
)  # fmt: skip
LETTERS = Rows(
    mark("信函"), "notifications", "/v1/letters",
    ("kind", "printed_on", "sent_on", Col("state", shown=Shown.STATE), "received_on", "came_back_on"),
)  # fmt: skip
MATERIALS = Rows(
    mark("学习资料"), "notifications", "/v1/materials",
    ("kind", "sent_on", Col("state", shown=Shown.STATE), "received_on", "came_back_on"),
)  # fmt: skip
CORRECTIONS = Rows(
    mark("信息更正"), "registry", "/v1/corrections",
    ("requested_on", "fields", "reason", Col("state", shown=Shown.STATE), "answered_on", "refusal"),
)  # fmt: skip
CONSENTS = Rows(
    mark("同意记录"), "registry", "/v1/consents",
    ("given_on", "purpose", "withdrawn_on", "valid"),
)  # fmt: skip

SECTION = listed(
    "care",
    mark("党费、学习与关怀"),
    50,
    (YEARS, HONOURS, AID, LETTERS, MATERIALS, CORRECTIONS, CONSENTS),
)
