"""The subject of an aggregate: where its commits stand in the ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,80}\Z")
_WHOLE = re.compile(r"evt\.([A-Za-z0-9_-]{1,80})\.([A-Za-z0-9_-]{1,80})\.([A-Za-z0-9_-]{1,80})\Z")


@dataclass(frozen=True, slots=True)
class Subject:
    """`evt.<service>.<aggregate>.<id>`: one literal subject per aggregate (ADR 0001)."""

    service: str
    aggregate: str
    id: str

    def __post_init__(self) -> None:
        """Refuse a token that NATS would read as more than one, or as a wildcard."""
        for part in (self.service, self.aggregate, self.id):
            self.check_token(part)

    def __str__(self) -> str:
        return f"evt.{self.service}.{self.aggregate}.{self.id}"

    @staticmethod
    def check_token(part: str) -> None:
        """Raise ValueError for what cannot be one token of a subject."""
        if not _TOKEN.match(part):
            raise ValueError(f"{part!r} cannot stand in a subject: letters, digits, '-' and '_' only, at most 80")

    @property
    def stream(self) -> str:
        """`<aggregate>/<id>`, the CloudEvents subject."""
        return f"{self.aggregate}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> Subject:
        """Read a subject back; raises ValueError when it is none."""
        found = cls.find(text)
        if found is None:
            raise ValueError(f"{text!r} is no aggregate's subject: evt.<service>.<aggregate>.<id>")
        return found

    @classmethod
    def find(cls, text: str) -> Subject | None:
        """Read a subject back; None when it is none."""
        match = _WHOLE.match(text)
        if match is None:
            return None
        subject, keep = object.__new__(cls), object.__setattr__
        service, aggregate, id_ = match.groups()  # checked already: every message of the ledger comes through here
        keep(subject, "service", service)
        keep(subject, "aggregate", aggregate)
        keep(subject, "id", id_)
        return subject
