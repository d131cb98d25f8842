"""Which acts are offered on a record: those that its service says can be done next (`acts`, verbs), and no others.

The console knows no rule of its own: an act belongs to a record where its `about` is the record's address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from guiyan.console.act import Act
from guiyan.console.web.visitor import Visitor


def offered(service: str, about: str, record: Mapping[str, Any], acts: Iterable[Act], here: Visitor) -> list[Act]:
    """The forms of the acts that a record can take next, in its service's order; verbs without a form are left out."""
    known = {act.post: act for act in acts if (act.service, act.about) == (service, about)}
    forms = [known.get(f"{about}/{verb}") for verb in record.get("acts", ())]
    return [act for act in forms if act is not None and here.has(*act.roles)]


def links(acts: Iterable[Act], id_: str, back: str) -> list[tuple[str, str]]:
    """What each act is called and where its form is; the form leads back to where it was offered."""
    query = urlencode({"next": back})
    return [(act.title, f"/acts/{act.name}/{id_}?{query}") for act in acts]
