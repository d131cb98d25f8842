"""Events in plain words: a sentence for each type, and phrases for what it says, in both languages.

Codes, organisations and areas are told by the field's own type in `guiyan.events`; nothing sealed is ever shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, get_args

from guiyan.console.i18n import mark
from guiyan.console.tale_words import FIELDS, TALES
from guiyan.console.web.visitor import Visitor
from guiyan.console.words import code_word, in_words, moment
from guiyan.events.codes.base import Code
from guiyan.events.payload import EVENT_TYPES
from guiyan.service.published_areas import area_words

SYSTEM: Final = "system:"
TOWNSHIP: Final = "township:"
PAPERS: Final = ("decision_no", "document_no", "by_document_no", "proof", "wish_document_no")
OTHER: Final = mark("登记了一项变动")


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the page tells it."""

    on: str
    known: str
    late: bool
    sentence: str
    phrases: list[tuple[str, str]]
    actor: str
    organisation: str
    mark: str = ""
    """Where it stands on the page of the story."""
    paper: str = ""
    """The number of the document that it rests on, where it names one."""


async def tell(events: Iterable[Mapping[str, Any]], here: Visitor) -> list[Told]:
    """Events in words, the newest first; who told each, and when it was recorded where that was later."""
    found = list(events)
    codes = {str(one.get("actororg")) for one in found if one.get("actororg")}
    for one in found:
        codes |= {str(one["data"][name]) for name in _organisations(one["type"]) if one["data"].get(name)}
    await here.books.learn(here.api, codes)
    return [_told(one, here) for one in sorted(found, key=_place, reverse=True)]


def _place(event: Mapping[str, Any]) -> tuple[str, tuple[int, ...]]:
    return event["occurredon"], tuple(int(part) for part in str(event["sequence"]).split("."))


def _told(event: Mapping[str, Any], here: Visitor) -> Told:
    words, data = here.words, event["data"]
    sentence = words.gettext(TALES.get(event["type"], OTHER))
    phrases = [
        (words.gettext(FIELDS[name]), _value(event["type"], name, data[name], here))
        for name in FIELDS
        if name in data and data[name] not in (None, "", [])
    ]
    known = moment(str(event["time"]))
    return Told(
        on=event["occurredon"],
        known=known,
        late=known[:10] != event["occurredon"],
        sentence=sentence,
        phrases=phrases,
        actor=_actor(str(event["actor"]), here),
        organisation=here.books.organisation(str(event.get("actororg") or "")),
        paper=next((str(data[name]) for name in PAPERS if data.get(name)), ""),
        mark="e" + str(event["sequence"]).replace(".", "-"),
    )


def _actor(actor: str, here: Visitor) -> str:
    if actor.startswith(SYSTEM):
        return here.words.pick("系统", "the system")
    if actor.startswith(TOWNSHIP):
        return here.words.pick("乡镇系统上报", "reported by the township's system")
    return actor


def _value(kind: str, name: str, value: Any, here: Visitor) -> str:
    """A field in words, by its type."""
    if isinstance(value, list):
        return here.words.several(_value(kind, name, one, here) for one in value)
    codes = _codes(kind).get(name)
    if codes:
        return code_word(codes, str(value), here.words)
    if name in _organisations(kind):
        return here.books.organisation(str(value))
    if name.endswith("area_code"):
        return area_words(str(value)) or str(value)
    return in_words(value, here.words)


@cache
def _codes(kind: str) -> Mapping[str, str]:
    """The fields of a type that hold codes, with the list of each."""
    model = EVENT_TYPES.get(kind)
    if model is None:
        return {}
    found = {name: _code_list(one.annotation) for name, one in model.model_fields.items()}
    return {name: codes for name, codes in found.items() if codes}


def _code_list(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, Code):
        return annotation.__name__
    return next((found for one in get_args(annotation) if (found := _code_list(one))), "")


@cache
def _organisations(kind: str) -> frozenset[str]:
    """The fields of a type that name an organisation."""
    model = EVENT_TYPES.get(kind)
    known = ("branch", "org", "committee", "issuer", "group", "township")
    names = model.model_fields if model else ()
    return frozenset(name for name in names if name.endswith(known))
