"""The ledger and the key store on NATS JetStream."""

from guiyan.ledger.nats.keys import NatsKeyStore
from guiyan.ledger.nats.ledger import NatsLedger

__all__ = ["NatsKeyStore", "NatsLedger"]
