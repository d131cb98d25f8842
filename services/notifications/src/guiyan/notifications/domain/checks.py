"""What keeps a template from being used: each fault with its place, found before anybody is sent anything."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from guiyan.events.codes import NoticeChannel
from guiyan.notifications.domain import sandbox
from guiyan.notifications.domain.fields import IN_SMS, Field, Kind, fields_of, samples_of
from guiyan.notifications.domain.kinds import misused
from guiyan.notifications.domain.revealing import revealing
from guiyan.notifications.domain.sms import sms_length
from guiyan.notifications.domain.wording import EN, ZH, Wording

WORDED: Final = (NoticeChannel.EMAIL, NoticeChannel.SMS, NoticeChannel.IN_APP, NoticeChannel.CHAT)
"""Channels that have words of their own; the others take those of one of these."""
DISCREET: Final = frozenset({NoticeChannel.SMS, NoticeChannel.CHAT})
"""Read by whoever holds the number now: they reveal nothing (domain.md §1.4)."""
NEEDED: Final = ((NoticeChannel.EMAIL, ZH), (NoticeChannel.SMS, ZH))
"""Without these a version could not tell everybody; what is missing in English is told in Chinese."""
_DATE: Final = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
_DIGITS: Final = re.compile(r"[0-9][0-9 ()-]{5,}[0-9Xx]")
_ADDRESS: Final = re.compile(r"\S@\S")


@dataclass(frozen=True, slots=True)
class Limits:
    """`sms_segments` an SMS may be sent as at most (notice.sms_segments_most)."""

    sms_segments: int = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where (a JSON pointer into what was sent), its code, what its message tells."""

    pointer: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def problems_of(template: str, wordings: Sequence[Wording], limits: Limits) -> list[Fault]:
    """What keeps these words from becoming a version: faults in them, one place worded twice, a needed one not."""
    places = [(one.channel, one.language) for one in wordings]
    twice = Counter(places)
    again = [Fault(f"/wordings/{i}", "wording_twice") for i, one in enumerate(places) if one in places[:i]]
    missing = [
        Fault("/wordings", "wording_missing", {"channel": channel, "language": language})
        for channel, language in NEEDED
        if not twice[channel, language]
    ]
    return [*missing, *again, *faults_of(template, wordings, limits)]


def faults_of(template: str, wordings: Sequence[Wording], limits: Limits) -> list[Fault]:
    """The faults of each wording by itself; raises KeyError for a template that is none."""
    fields = fields_of(template)
    return [
        Fault(f"/wordings/{place}{fault.pointer}", fault.code, fault.params)
        for place, one in enumerate(wordings)
        for fault in _faults(template, one, fields, limits)
    ]


def values_of(template: str, params: Mapping[str, str]) -> dict[str, Any]:
    """Values as templates take them; what is no field of the template is left out. ValueError for no such value."""
    return {name: one.value(params[name]) for name, one in fields_of(template).items() if name in params}


def _faults(template: str, wording: Wording, fields: Mapping[str, Field], limits: Limits) -> list[Fault]:
    if wording.channel not in WORDED:
        return [Fault("/channel", "channel_not_worded", {"known": WORDED})]
    found = [*_subject(wording), *(fault for place, text in _texts(wording) for fault in _read(place, text, fields))]
    if found:
        return found
    found = [fault for place, text in _texts(wording) for fault in _said(wording, place, text, fields)]
    found += _entries(wording, fields)
    if wording.channel in DISCREET and "phone" not in sandbox.used(wording.body):
        found.append(Fault("/lines", "sms_without_phone"))
    return found or list(_tried(template, wording, limits))


def _texts(wording: Wording) -> Iterator[tuple[str, str]]:
    if wording.channel not in DISCREET:
        yield "/subject", wording.subject
    yield "/lines", wording.body


def _subject(wording: Wording) -> list[Fault]:
    if wording.channel in DISCREET:
        return [Fault("/subject", "subject_not_taken")] if wording.subject else []
    return [] if wording.subject.strip() else [Fault("/subject", "subject_missing")]


def _read(place: str, text: str, fields: Mapping[str, Field]) -> Iterator[Fault]:
    """It can be read, names no field that is none, and uses each as what it is."""
    try:
        unknown = sandbox.used(text) - fields.keys()
    except sandbox.NotAllowed as error:
        yield Fault(place, "template_not_allowed", {"line": error.line, "filters": sandbox.FILTERS})
        return
    except sandbox.Unreadable as error:
        yield Fault(place, "template_unreadable", {"line": error.line})
        return
    if unknown:
        yield Fault(place, "template_field_unknown", {"known": tuple(sorted(fields))})
    elif line := misused(text, fields):
        yield Fault(place, "template_misuses", {"line": line})


def _said(wording: Wording, place: str, text: str, fields: Mapping[str, Field]) -> Iterator[Fault]:
    """What it says by itself, and which fields it uses: no personal data, nothing revealing where others may read."""
    literal, used = sandbox.literal(text), sandbox.used(text)
    if holds_a_number(literal):
        yield Fault(place, "template_holds_number")
    if place == "/subject" and any(fields[name].kind is Kind.PERSON for name in used):
        yield Fault(place, "person_in_subject")
    if wording.channel in DISCREET:
        allowed = tuple(sorted(name for name, one in fields.items() if one.kind in IN_SMS))
        if used - set(allowed):
            yield Fault(place, "field_not_in_sms", {"allowed": allowed})
        if told := revealing(literal):
            yield Fault(place, "template_reveals", {"words": told})


def _entries(wording: Wording, fields: Mapping[str, Field]) -> Iterator[Fault]:
    """A digest's text tells of its entries, or they would be told nobody; its subject does not."""
    if wording.channel in DISCREET:
        return
    for name in (name for name, one in fields.items() if one.kind is Kind.ENTRIES):
        if name in sandbox.used(wording.subject):
            yield Fault("/subject", "entries_in_subject", {"field": name})
        if name not in sandbox.used(wording.body):
            yield Fault("/lines", "digest_without_entries", {"field": name})


def holds_a_number(text: str) -> bool:
    """Whether a text holds a phone or ID number or a mail address: words are about nobody in particular."""
    plain = _DATE.sub("", unicodedata.normalize("NFKC", text))
    return _DIGITS.search(plain) is not None or _ADDRESS.search(plain) is not None


def _tried(template: str, wording: Wording, limits: Limits) -> Iterator[Fault]:
    """Filled with each set of samples it says something, not too long, and reveals nothing; the first fault is told."""
    for number, sample in enumerate(samples_of(template), 1):
        try:
            subject, body = filled(template, wording, sample)
        except sandbox.Unfilled:
            yield Fault("/lines", "template_fails_on_sample", {"number": number})
            return
        if wording.channel not in DISCREET and not subject.strip():
            yield Fault("/subject", "subject_empty", {"number": number})
        if not body.strip():
            yield Fault("/lines", "body_empty", {"number": number})
        if wording.channel in DISCREET and (told := revealing(body)):
            yield Fault("/lines", "template_reveals", {"words": told})
        if wording.channel is NoticeChannel.SMS and (fault := _too_long(body, limits)):
            yield fault
            return


def _too_long(body: str, limits: Limits) -> Fault | None:
    length = sms_length(body)
    if length.segments <= limits.sms_segments:
        return None
    told = {"encoding": length.encoding, "units": length.units, "segments": length.segments}
    return Fault("/lines", "sms_too_long", {**told, "limit": limits.sms_segments})


def filled(template: str, wording: Wording, params: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text with values put in; raises `sandbox.Unfilled` where one is missing or of another kind."""
    language = EN if wording.language == EN else ZH
    try:
        values = values_of(template, params)
    except ValueError:
        raise sandbox.Unfilled("a value of another kind") from None
    return sandbox.fill(wording.subject, values, language), sandbox.fill(wording.body, values, language)
