"""What the two ledgers tell besides their own documents: places and posts in words, and the contact person of a branch.

The contact person is the branch's of now (S-11), from the organisations' own events; one read a part of the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from guiyan.registry.commands.tools import Tools
from guiyan.registry.projections.members import MEMBERS
from guiyan.registry.projections.organisations import ORGANISATIONS
from guiyan.service.masking import mask_name
from guiyan.service.reads import Document


class LedgerWords:
    """Completes the documents of a ledger."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def outflow(self, documents: list[Document]) -> list[Document]:
        """Trips with destination and occupation in words, and the contact person of the origin's branch."""
        people = await self._contact_persons(one["branch"] for one in documents)
        return [self._outflow(one, people) for one in documents]

    async def inflow(self, documents: list[Document]) -> list[Document]:
        """Records with places and posts in words, the host's contact person, and whom to ask at the origin."""
        codes = {code for one in documents for code in (one["host_branch"], one["origin_org"]) if code}
        people, numbers = await self._contact_persons(codes), await self._certificates(documents)
        return [{**self._inflow(one, people), "certificate_no": numbers.get(one["member_id"])} for one in documents]

    async def retentions(self, documents: list[Document]) -> list[Document]:
        """Retained relations with the destination in words, and the contact person of the branch put into."""
        people = await self._contact_persons(one["placed_in"] for one in documents if one["placed_in"])
        return [self._retention(one, people.get(one["placed_in"] or "")) for one in documents]

    def _retention(self, document: Document, person: Mapping[str, Any] | None) -> Document:
        """The name is told when it is still the branch's own contact person who was named."""
        named = person if person and person.get("person_id") == document["contact_person_id"] else None
        told = _person("contact", named)["contact_person"] or document["contact_person_id"]
        return {**document, "contact_person": told, "dest_area": self._tools.areas.words(document["dest_area_code"])}

    def _outflow(self, document: Document, people: Mapping[str, Document]) -> Document:
        areas = self._tools.areas
        place = areas.words(document.get("dest_area_code"))
        return {
            **document,
            **_person("contact", people.get(document["branch"])),
            "dest_area": place,
            "occupation": areas.post(document.get("occupation_code")),
        }

    def _inflow(self, document: Document, people: Mapping[str, Document]) -> Document:
        areas, asked = self._tools.areas, _person("origin", people.get(document["origin_org"] or ""))
        home = self._tools.directory.known(document["host_branch"])
        return {
            **document,
            **_person("contact", people.get(document["host_branch"])),
            "origin_person": asked["origin_person"],
            "origin_phone": asked["origin_phone"] or document.get("origin_phone"),
            "origin_title": document["origin_title"] or self._tools.directory.title_of(document["origin_org"] or ""),
            "origin_area": areas.words(document.get("origin_area_code")),
            "here_area": areas.words(home.area_code) if home else None,
            "occupation": areas.post(document.get("occupation_code")),
        }

    async def _certificates(self, documents: Iterable[Document]) -> dict[str | None, str]:
        """The certificates of those who are in the register."""
        ids = sorted({one["member_id"] for one in documents if one["member_id"]})
        found = await self._tools.register.find(MEMBERS, {"_id": {"$in": ids}}) if ids else []
        return {one["_id"]: one["certificate_no"] for one in found}

    async def _contact_persons(self, codes: Iterable[str]) -> dict[str, Document]:
        await self._tools.areas.refresh()
        await self._tools.directory.refresh()
        found = await self._tools.organisations.find(ORGANISATIONS, {"_id": {"$in": sorted(set(codes))}})
        return {one["_id"]: one["contact_person"] for one in found if one["contact_person"]}


def _person(role: str, person: Mapping[str, Any] | None) -> dict[str, Any]:
    """Name and phone as a list shows them: the phone is masked already."""
    told = person or {}
    return {f"{role}_person": mask_name(told.get("name")) or None, f"{role}_phone": told.get("phone")}
