"""The in-memory twins: the same ports, the same conformance suites, and plans of faults."""

from guiyan.ledger.memory.keys import MemoryKeyStore
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.memory.log import MemoryLog

__all__ = ["MemoryKeyStore", "MemoryLedger", "MemoryLog"]
