"""The members of the made-up city, one at a time, as the office's roster has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from guiyan.cli.sample.city import Organisation
from guiyan.cli.sample.identity import IdNumbers, mobile_number
from guiyan.cli.sample.names import person_name

EDUCATION = (
    ("大学本科", 25),
    ("大学专科", 25),
    ("中专", 12),
    ("高中", 18),
    ("初中", 15),
    ("小学", 3),
    ("硕士研究生", 2),
)
POSTS = (
    *(("农牧渔民", 30), ("外出务工经商人员", 10), ("离退休人员", 20), ("公务员", 8), ("事业单位管理人员", 10)),
    *(("工勤技能人员", 8), ("非公有制企业管理人员", 6), ("学生", 3), ("其他", 5)),
)
PROBATIONARY_SHARE = 0.04
MALE_SHARE = 0.6

_YOUNGEST_YEARS = 20
_OLDEST_YEARS = 85
_YEAR_DAYS = 365.25


class Member(NamedTuple):
    """One made-up member; `place` counts members from 0, `mobile` has 11 digits."""

    place: int
    name: str
    id_no: str
    male: bool
    birth_date: date
    branch: Organisation
    education: str
    post: str
    joined_on: date
    full_on: date | None
    mobile: str


def make_members(seed: int, count: int, branches: Sequence[Organisation], on: date) -> Iterator[Member]:
    """`count` members of these branches as they stand on the business date; the same arguments give the same people."""
    random = Random(f"{seed}:people")  # noqa: S311  a reproducible sample, no secret
    numbers = IdNumbers()
    weights = [branch.weight for branch in branches]
    schools, posts = _choices(EDUCATION), _choices(POSTS)
    for place, branch in enumerate(random.choices(branches, weights, k=count)):
        male = random.random() < MALE_SHARE
        birth_date = on - timedelta(days=int(random.uniform(_YOUNGEST_YEARS, _OLDEST_YEARS) * _YEAR_DAYS))
        joined_on, full_on = _joining(random, birth_date, on)
        yield Member(
            place=place,
            name=person_name(random),
            id_no=numbers.give(random, birth_date, male=male),
            male=male,
            birth_date=birth_date,
            branch=branch,
            education=random.choice(schools),
            post=random.choice(posts),
            joined_on=joined_on,
            full_on=full_on,
            mobile=mobile_number(place),
        )


def _joining(random: Random, birth_date: date, on: date) -> tuple[date, date | None]:
    """Days of admission and of full membership: a year apart, admissions never under age, some still on probation."""
    of_age = birth_date + timedelta(days=int(18.5 * _YEAR_DAYS))
    last = on - timedelta(days=400)
    if random.random() < PROBATIONARY_SHARE or of_age >= last:
        return on - timedelta(days=random.randint(30, 330)), None
    latest = min(last, birth_date + timedelta(days=int(45 * _YEAR_DAYS)))
    joined_on = of_age + timedelta(days=random.randint(0, (latest - of_age).days))
    return joined_on, _next_year(joined_on)


def _next_year(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 3, 1) if leap_day else day.replace(year=day.year + 1)


def _choices(shares: Sequence[tuple[str, int]]) -> list[str]:
    return [word for word, share in shares for _ in range(share)]
