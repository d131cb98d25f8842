"""The organisations of the made-up city: a committee, its centre, 26 stations, 124 substations (domain.md §1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any, NamedTuple

from guiyan.cli.sample.identity import landline_number, mobile_number
from guiyan.cli.sample.names import CITY, DEPARTMENTS, NEIGHBOURHOODS, ORDINALS, STREETS, TOWNSHIPS, person_name

AREA_CODE = "654002"
CITY_CODE = AREA_CODE + "000000"
CENTRE_CODE = AREA_CODE + "000001"
STATIONS = 26
SUBSTATIONS = 124
INQUIRY_PHONES = 28

_CONTACT_MOBILES_FROM = 90_000_000
_POSTCODE = "835000"


class Person(NamedTuple):
    """Someone who serves an organisation: made up, with an address that no mail server accepts (RFC 2606)."""

    name: str
    phone: str
    email: str


class Organisation(NamedTuple):
    """One organisation of the tree; `weight` says how many members it has compared with others."""

    org_code: str
    name: str
    short_name: str
    kind: str
    parent: str | None
    level: str | None
    founded_on: date
    secretary: Person
    contact_person: Person
    inquiry_phones: tuple[str, ...]
    weight: float

    @property
    def is_branch(self) -> bool:
        """Whether members belong to it directly."""
        return self.kind == "BRANCH"

    def command(self) -> dict[str, Any]:
        """The command that creates it, in the field names of `OrganisationCreated`, with its people and phones."""
        return {
            "org_code": self.org_code,
            "name": self.name,
            "short_name": self.short_name,
            "kind": self.kind,
            "parent": self.parent,
            "area_code": AREA_CODE,
            "founded_on": self.founded_on.isoformat(),
            "is_basic_committee": self.level == "STATION",
            "may_approve_probation": self.level == "STATION",
            "address": f"{CITY}{self.short_name}办公室",
            "postcode": _POSTCODE,
            "service_point_level": self.level,
            "inquiry_phones": list(self.inquiry_phones),
            "secretary": self.secretary._asdict(),
            "contact_person": self.contact_person._asdict(),
        }


def make_city(seed: int) -> list[Organisation]:
    """The organisations of this seed, parents before children."""
    random = Random(f"{seed}:city")  # noqa: S311  a reproducible sample, no secret
    return list(_organisations(random))


def _organisations(random: Random) -> Iterator[Organisation]:
    serving = _Serving(random)
    city_phones = tuple(landline_number(100 + place) for place in range(INQUIRY_PHONES - STATIONS))
    yield serving.make(CITY_CODE, f"中共{CITY}委员会", f"{CITY}委", "COMMITTEE", None, None, ())
    yield serving.make(
        CENTRE_CODE, f"中共{CITY}委员会组织部", f"{CITY}委组织部", "WORK_COMMITTEE", CITY_CODE, "CENTRE", city_phones
    )  # fmt: skip
    neighbourhoods = _neighbourhoods(random)
    for number, (name, committee, community) in enumerate(_station_names(), 1):
        code = f"{AREA_CODE}{number:03d}000"
        full = f"中共{CITY}{name}{'委员会' if committee == 'COMMITTEE' else '工作委员会'}"
        yield serving.make(code, full, f"{name}党{'委' if committee == 'COMMITTEE' else '工委'}", committee, CITY_CODE,
                           "STATION", (landline_number(200 + number),))  # fmt: skip
        for place in range(_branches_of(number)):
            part = next(neighbourhoods) + community if community else f"{name}第{ORDINALS[place]}"
            yield serving.make(f"{AREA_CODE}{number:03d}{place + 1:03d}", f"中共{CITY}{name}{part}支部委员会"
                               if community else f"中共{CITY}{part}支部委员会", f"{part}党支部", "BRANCH", code,
                               "SUBSTATION", ())  # fmt: skip


class _Serving:
    """Makes organisations together with the people who serve them."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._people = 0

    def make(  # noqa: PLR0913, PLR0917  one call a kind of organisation, all on this page
        self,
        code: str,
        name: str,
        short: str,
        kind: str,
        parent: str | None,
        level: str | None,
        phones: tuple[str, ...],
    ) -> Organisation:
        founded = date(1950, 1, 1).replace(year=self._random.randint(1950, 2015), month=self._random.randint(1, 12))
        # A few branches lie where most people leave from: they have three times the members of a quiet one.
        weight = self._random.choice((1.0, 1.0, 1.0, 2.0, 3.0))
        return Organisation(
            code, name, short, kind, parent, level, founded,
            self._person(f"secretary-{code}"), self._person(f"contact-{code}"), phones, weight,
        )  # fmt: skip

    def _person(self, mailbox: str) -> Person:
        self._people += 1
        phone = mobile_number(_CONTACT_MOBILES_FROM + self._people)
        return Person(person_name(self._random), phone, f"{mailbox}@guiyan.example")


def _station_names() -> Iterator[tuple[str, str, str]]:
    """Name, kind and what its branches are called after: communities in streets, villages in townships, else none."""
    yield from ((f"{name}街道", "WORK_COMMITTEE", "社区") for name in STREETS)
    yield from ((name, "COMMITTEE", "村") for name in TOWNSHIPS)
    yield from ((name, "COMMITTEE", "") for name in DEPARTMENTS)


def _neighbourhoods(random: Random) -> Iterator[str]:
    """Names for communities and villages, each once in the city, so that a short name always means one branch."""
    names = [*NEIGHBOURHOODS, *(f"{side}{name}" for side in ("东", "西", "新") for name in NEIGHBOURHOODS)]
    random.shuffle(names)
    return iter(names)


def _branches_of(number: int) -> int:
    """124 over 26 stations: five each in the first twenty, four in the others."""
    return SUBSTATIONS // STATIONS + (number <= SUBSTATIONS % STATIONS)
