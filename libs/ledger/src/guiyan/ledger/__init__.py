"""The ledger: append, read, follow; deciders, projections, timers, sealed personal data."""

from guiyan.ledger.clock import SHANGHAI, Clock, ManualClock, SystemClock, business_date
from guiyan.ledger.commands import Commands, Outcome
from guiyan.ledger.commit import Appended, Commit, Draft, History, StoredCommit
from guiyan.ledger.context import Context
from guiyan.ledger.decider import Decider
from guiyan.ledger.errors import (
    Contention,
    FenceLost,
    Forged,
    LedgerError,
    LedgerUnavailable,
    OutcomeUnknown,
    PersonErased,
    Refused,
    UnsafeLedger,
    VersionConflict,
    WrongSequence,
)
from guiyan.ledger.fact import Fact
from guiyan.ledger.policy import Call, Policy
from guiyan.ledger.port import Ledger
from guiyan.ledger.projection import Docs, Document, Index, Key, Projection, Timer
from guiyan.ledger.sealing import Sealer
from guiyan.ledger.subject import Subject

__all__ = [
    "SHANGHAI",
    "Appended",
    "Call",
    "Clock",
    "Commands",
    "Commit",
    "Contention",
    "Context",
    "Decider",
    "Docs",
    "Document",
    "Draft",
    "Fact",
    "FenceLost",
    "Forged",
    "History",
    "Index",
    "Key",
    "Ledger",
    "LedgerError",
    "LedgerUnavailable",
    "ManualClock",
    "Outcome",
    "OutcomeUnknown",
    "PersonErased",
    "Policy",
    "Projection",
    "Refused",
    "Sealer",
    "StoredCommit",
    "Subject",
    "SystemClock",
    "Timer",
    "UnsafeLedger",
    "VersionConflict",
    "WrongSequence",
    "business_date",
]
