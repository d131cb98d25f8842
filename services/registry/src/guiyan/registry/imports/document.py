"""An import's document: how an order is told in it and read from it again, and what the import's things are called."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime

from guiyan.ledger import Context, Document
from guiyan.registry.imports.report import ImportReport
from guiyan.registry.imports.run import Order
from guiyan.registry.imports.runner import ImportFailed
from guiyan.registry.roster import Corrections
from guiyan.service.scope import Scope


def document_of(order: Order, now: datetime) -> Document:
    """How an import stands at its beginning."""
    return {
        "_id": order.import_id,
        "state": "running",
        "dry_run": order.dry_run,
        "org": order.context.org,
        "scope": order.scope.org,
        "context": asdict(order.context),
        "attempts": 1,
        "actor": order.context.actor,
        "started_at": now,
        "file_sha256": digest_of(order),
        "follows": order.follows or None,
        "file_of": order.file_of or order.import_id,
        "confirmed_by": None,
        "error": None,
        "has_faulty_file": False,
        **ImportReport().as_document(),
    }


def order_of(document: Document, file: bytes, corrections: Corrections) -> Order:
    """The order as it was given; how far its scope reaches now, the run asks the directory."""
    scope = Scope(document["scope"], frozenset({document["scope"]}))
    context, follows = Context(**document["context"]), document.get("follows") or ""
    return Order(document["_id"], file, context, scope, document["dry_run"], corrections, follows, file_of(document))


def file_of(document: Document) -> str:
    """The import that the file was sent with; a document of before there were corrections does not say: itself."""
    return str(document.get("file_of") or document["_id"])


def lease_of(import_id: str) -> str:
    """The name of the lease that its process holds."""
    return f"import:{import_id}"


def roster_of(import_id: str) -> str:
    """The name of the kept roster; the faulty rows have the import's own."""
    return f"{import_id}:roster"


def typed_of(import_id: str) -> str:
    """The name of what was typed into cells of the roster."""
    return f"{import_id}:typed"


def refused_of(import_id: str) -> str:
    """The name of the refused rows as they stood."""
    return f"{import_id}:refused"


def error_of(failed: ImportFailed) -> Document:
    """Why it failed, in both languages."""
    return {"code": failed.code, "message_zh": failed.message_zh, "message_en": failed.message_en}


def digest_of(order: Order) -> str:
    """What tells one order from another: the file, and what was typed into it."""
    typed = json.dumps(order.corrections, sort_keys=True).encode() if order.corrections else b""
    return hashlib.sha256(order.file + typed).hexdigest()
