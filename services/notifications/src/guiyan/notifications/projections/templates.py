"""The templates that an office published: which versions there are, and what each says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events.notifications.delivery import TemplateEvent, TemplatePublished
from guiyan.ledger import Docs, Fact, Key, Projection

TEMPLATES: Final = "templates"
EDITIONS: Final = "template_editions"


def edition_key(template: str, version: int) -> str:
    """Where the words of one version stand."""
    return f"{template}:{version}"


class Templates(Projection):
    """Collections `templates` (one document a template: its versions) and `template_editions` (the words of each)."""

    name: ClassVar[str] = "templates"
    version: ClassVar[int] = 1
    handles: ClassVar[frozenset[str]] = frozenset({"TemplatePublished", "TemplateRetired"})

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The template's document and that of the version."""
        told = fact.payload
        assert isinstance(told, TemplateEvent)  # noqa: S101 - the types handled
        return Key(TEMPLATES, told.template), Key(EDITIONS, edition_key(told.template, told.template_version))

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Add the words of one channel and language, or mark the version as retired."""
        told, on = fact.payload, fact.event.occurredon.isoformat()
        assert isinstance(told, TemplateEvent)  # noqa: S101 - the types handled
        before = docs.get(TEMPLATES, told.template) or {"versions": []}
        known = {one["version"]: one for one in before["versions"]}
        number = told.template_version
        if isinstance(told, TemplatePublished):
            known.setdefault(number, {"version": number, "published_on": on, "retired_on": None})
            _add(told, docs)
        elif number in known:
            known[number] = {**known[number], "retired_on": on}
        versions = [known[one] for one in sorted(known)]
        docs.put(TEMPLATES, told.template, {"versions": versions, "version": fact.event.streamversion})


def _add(told: TemplatePublished, docs: Docs) -> None:
    key = edition_key(told.template, told.template_version)
    before = docs.get(EDITIONS, key) or {"wordings": []}
    wording = told.model_dump(mode="json", include={"channel", "language", "digest", "subject", "lines"})
    docs.put(EDITIONS, key, {"wordings": [*before["wordings"], {**wording, "subject": wording["subject"] or ""}]})
