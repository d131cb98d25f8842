"""How a notice is worded: by the version of its template that it names, for ever; values are put in when it leaves."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from guiyan.events.codes import NoticeChannel, PhonePurpose
from guiyan.notifications.domain.checks import DISCREET, filled
from guiyan.notifications.domain.digest_text import Said, bare, entries_text
from guiyan.notifications.domain.editions import BUILT_IN, OFFICE_FIRST, STANDING
from guiyan.notifications.domain.revealing import revealing
from guiyan.notifications.domain.wording import BOTH, EN, ZH, Edition, Wording
from guiyan.notifications.projections.offices import OFFICES
from guiyan.notifications.projections.templates import EDITIONS, TEMPLATES, edition_key
from guiyan.service.directory import Directory
from guiyan.service.reads import Document, Reads

KEPT: Final = 256
log = structlog.get_logger("guiyan.sender")
_ANSWERED_BY: Final = (PhonePurpose.INQUIRY, PhonePurpose.OFFICE)


class NoWords(LookupError):  # noqa: N818 - the name says it
    """This version says nothing on this channel: publish a version that does, or send it another way."""


@dataclass(frozen=True, slots=True)
class Written:
    """What is handed to a channel; an SMS has no subject."""

    subject: str
    body: str


class Wordings:
    """Finds the words of notices; an edition never changes, so each is read once."""

    def __init__(self, templates: Reads, offices: Reads, directory: Directory) -> None:
        self._templates = templates
        self._offices = offices
        self._directory = directory
        self._kept: dict[str, Edition] = {}

    async def current(self, template: str) -> int:
        """The version that a notice of now is made from: the office's newest in use, else the program's own."""
        return current_version(template, await self._templates.get(TEMPLATES, template))

    async def find_edition(self, template: str, version: int) -> Edition | None:
        """What a version says, retired or not; None where there is no such version."""
        if version in BUILT_IN[template]:
            return BUILT_IN[template][version]
        key = edition_key(template, version)
        if key not in self._kept:
            found = await self._templates.get(EDITIONS, key)
            if found is None:
                return None
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = Edition(version, tuple(_wording(one) for one in found["wordings"]))
        return self._kept[key]

    async def written(
        self, notice: Document, channel: NoticeChannel, entries: Sequence[Document] | None = None
    ) -> Written:
        """The message of a notice on a channel; raises NoWords, and ValueError where values do not fit.

        A notice without a language is told in Chinese, a mail in English below as well. `entries` are a digest's.
        Where an office's own words say nothing after all, the program's are taken: nobody stays untold for that.
        """
        template, number = notice["template"], notice["template_version"]
        try:
            return await self._worded(notice, number, channel, entries)
        except (NoWords, ValueError):
            if number < OFFICE_FIRST:
                raise
            log.exception("template_says_nothing", notice=notice["_id"], template=template, version=number)
            return await self._worded(notice, STANDING[template], channel, entries)

    async def _worded(
        self, notice: Document, number: int, channel: NoticeChannel, entries: Sequence[Document] | None
    ) -> Written:
        template = notice["template"]
        edition = await self.find_edition(template, number)
        if edition is None:
            raise NoWords(f"template {template} has no version {number}")
        phone = await self.phone_of(notice.get("org_code"), discreet=channel in DISCREET)
        params = {**notice["params"], "phone": phone}
        texts = [
            filled(template, one, {**params, **await self._of_digest(entries, one.language)})
            for one in _told_in(edition, channel, notice.get("language"))
        ]
        if not texts:
            raise NoWords(f"template {template}, version {number}, has no words for {channel}")
        body = "\n\n".join(text.strip("\n") for _, text in texts)
        if not body.strip():
            raise ValueError(f"template {template}, version {number}, gives no text with these values on {channel}")
        if channel in DISCREET:
            if revealing(body):
                raise ValueError(f"template {template}, version {number}, would reveal something on {channel}")
            return Written("", body)
        return Written(" / ".join(subject for subject, _ in texts), body + "\n")

    async def _of_digest(self, entries: Sequence[Document] | None, language: str) -> Mapping[str, str]:
        """What a digest's own words may use: how many entries, and what each says in a language."""
        if entries is None:
            return {}
        said = [await self._entry(one, language) for one in entries]
        return {"count": str(len(said)), "entries": entries_text(said, language)}

    async def _entry(self, notice: Document, language: str) -> Said:
        """An entry in the words of its own mail; one that has none to say holds up no other."""
        template, number = notice["template"], notice["template_version"]
        edition = await self.find_edition(template, number)
        wording = None if edition is None else edition.find(NoticeChannel.EMAIL, language)
        params = {**notice["params"], "phone": await self.phone_of(notice.get("org_code"))}
        with contextlib.suppress(ValueError):
            if wording is not None:
                return Said(template, *filled(template, wording, params))
        log.error("entry_without_words", notice=notice["_id"], template=template, version=number)
        return bare(template, notice["params"], language)

    async def phone_of(self, org_code: str | None, *, discreet: bool = False) -> str:
        """The phone to call back: the office's own, else that of the nearest above it; empty where none is listed.

        `discreet` passes over a hotline that everybody knows.
        """
        if org_code is None:
            return ""
        await self._directory.refresh()
        for office in reversed(self._directory.path(org_code)):
            listed = (await self._offices.get(OFFICES, office.code) or {"phones": []})["phones"]
            for purpose in _ANSWERED_BY:
                told = (str(one["phone"]).removeprefix("+86") for one in listed if one["purpose"] == purpose)
                found = next((one for one in told if not (discreet and revealing(one))), None)
                if found is not None:
                    return found
        return ""


def current_version(template: str, document: Document | None) -> int:
    """The office's newest version in use, else the program's own; raises KeyError for a name that is no template."""
    published = (one["version"] for one in (document or {"versions": []})["versions"] if one["retired_on"] is None)
    return max(published, default=STANDING[template])


def _told_in(edition: Edition, channel: NoticeChannel, language: str | None) -> list[Wording]:
    first = edition.find(channel, language or ZH)
    if first is None:
        return []
    second = edition.find(channel, EN)
    both = language is None and channel not in DISCREET and first.language != BOTH
    return [first, second] if both and second is not None and second.language == EN else [first]


def _wording(document: dict[str, Any]) -> Wording:
    return Wording(
        NoticeChannel(document["channel"]), document["language"], document["subject"], tuple(document["lines"])
    )
