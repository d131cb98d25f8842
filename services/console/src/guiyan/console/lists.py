"""What the services say of their lists: headings in both languages, the words of codes, what they may be asked.

Read from each service's own OpenAPI document, so that a column is named in one place: where the list is declared.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from guiyan.console.books import Books
from guiyan.console.client import Api, Away, Clients
from guiyan.console.i18n import Words
from guiyan.console.settings import SERVICES
from guiyan.console.words import in_words

KEEP_SECONDS: Final = 600.0
AGAIN_SECONDS: Final = 5.0
LATER: Final = frozenset({"audit"})
"""Services that an installation may not have."""
OWN: Final = frozenset({"limit", "cursor", "sort", "after_sequence"})
Labels = Mapping[str, tuple[str, str]]


def labels_of(told: Mapping[str, Any]) -> Labels:
    """The words of codes, as the OpenAPI document tells them of a column or a parameter."""
    return {code: (words[0], words[1]) for code, words in told.get("x-labels", {}).items()}


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a service's list."""

    name: str
    zh: str
    en: str
    labels: Labels = field(default_factory=dict)
    book: str = ""
    link: str = ""
    """The field with the address of the list that a figure of this column counts."""

    @classmethod
    def of(cls, name: str, told: Mapping[str, Any]) -> ListColumn:
        """As the OpenAPI document tells it."""
        zh, en = told.get("x-title-zh", name), told.get("title", name)
        return cls(name, zh, en, labels_of(told), told.get("x-book", ""), told.get("x-link", ""))

    def told(self, value: Any, words: Words, books: Books, book: str = "") -> str:
        """A value of this column in words."""
        if isinstance(value, list):
            return words.several(self.told(one, words, books, book) for one in value)
        if isinstance(value, str) and value in self.labels:
            return words.pick(*self.labels[value])
        if isinstance(value, str) and value and (book or self.book):
            return books.word(book or self.book, value)
        return in_words(value, words)


@dataclass(frozen=True, slots=True)
class ListInfo:
    """A list: its columns, its parameters with their schemas, the orders it knows."""

    columns: Mapping[str, ListColumn]
    parameters: Mapping[str, Mapping[str, Any]]
    sorts: frozenset[str]

    @classmethod
    def of(cls, operation: Mapping[str, Any]) -> ListInfo:
        """As the OpenAPI document tells it."""
        page = operation["responses"]["200"]["content"]["application/json"]["schema"]
        item = page.get("properties", {}).get("items", {}).get("items", {})
        told = {one["name"]: one for one in operation.get("parameters", []) if one.get("in") == "query"}
        columns = {name: ListColumn.of(name, one) for name, one in item.get("properties", {}).items()}
        asked = {name: one.get("schema", {}) for name, one in told.items() if name not in OWN}
        sorts = frozenset(told.get("sort", {}).get("schema", {}).get("enum", ()))
        return cls(columns, asked, sorts)


class Lists:
    """The lists of all services; each service's document is read once and kept for some minutes."""

    def __init__(self) -> None:
        self._documents: dict[str, tuple[float, Mapping[str, Any]]] = {}
        self._infos: dict[tuple[str, str], ListInfo] = {}

    async def learn(self, clients: Clients) -> None:
        """Read all documents again and again before they are old, so that nobody waits for one."""
        while True:
            late = [one for one in SERVICES if not await self._learnt(clients, one)]
            await asyncio.sleep(AGAIN_SECONDS if late else KEEP_SECONDS / 2)

    async def _learnt(self, clients: Clients, service: str) -> bool:
        """Whether a service's document is known now."""
        with contextlib.suppress(Away, ValueError):
            response = await clients.send(service, "GET", "/openapi.json")
            if response.is_success:
                self._keep(service, response.json())
        return service in self._documents or service in LATER

    def _keep(self, service: str, document: Mapping[str, Any]) -> tuple[float, Mapping[str, Any]]:
        kept = self._documents[service] = (time.monotonic(), document)
        self._infos = {key: info for key, info in self._infos.items() if key[0] != service}
        return kept

    async def get(self, api: Api, service: str, path: str) -> ListInfo:
        """What a service says of a list; raises Away when it is not there, KeyError when it has no such list."""
        kept = self._documents.get(service)
        if kept is None or time.monotonic() - kept[0] > KEEP_SECONDS:
            kept = self._keep(service, await api.get(service, "/openapi.json"))
        key = (service, path)
        if key not in self._infos:
            self._infos[key] = ListInfo.of(kept[1]["paths"][path]["get"])
        return self._infos[key]
