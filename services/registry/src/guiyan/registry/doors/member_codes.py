"""The code lists of a member's record at the doors (domain.md §4.1): what may be told, and the words of each code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from guiyan.events.payload import Facts
from guiyan.registry.roster.codes import DEGREE_WORDS, EDUCATION_WORDS, POST_WORDS
from guiyan.service.tables import Labels

_EDUCATION_EN: Final[Mapping[str, str]] = {
    "10": "postgraduate", "11": "doctorate", "14": "master's", "17": "postgraduate course",
    "20": "university", "21": "university, completed", "22": "university, not graduated", "23": "university, left",
    "28": "university, ordinary course", "30": "college", "31": "college, completed", "32": "college, not graduated",
    "33": "college, left", "40": "secondary vocational", "41": "secondary technical", "44": "vocational high school",
    "47": "skilled workers' school", "60": "high school", "61": "high school, completed",
    "62": "high school, not graduated", "63": "high school, left", "70": "middle school",
    "71": "middle school, completed", "72": "middle school, left", "80": "primary school", "90": "other",
}  # fmt: skip
_DEGREE_EN: Final[Mapping[str, str]] = {"1": "honorary doctor", "2": "doctor", "3": "master", "4": "bachelor"}
_POST_EN: Final[Mapping[str, str]] = {
    "011": "government office", "012": "public institution, manager", "013": "public institution, professional",
    "014": "public enterprise, manager", "015": "public enterprise, professional", "016": "skilled worker",
    "0164": "migrant worker", "021": "private enterprise, manager", "022": "private enterprise, professional",
    "023": "private non-enterprise unit, manager", "024": "private non-enterprise unit, professional",
    "025": "private sector, skilled worker", "1": "farmer, herder, fisher", "113": "away for work or business",
    "2": "soldier, armed police", "3": "student", "4": "retired", "5": "other",
}  # fmt: skip


def _words(known: Mapping[str, str], english: Mapping[str, str]) -> Labels:
    return {code: (words.split()[0], english[code]) for code, words in known.items()}


EDUCATION: Final = _words(EDUCATION_WORDS, _EDUCATION_EN)
"""GB/T 4658-2006."""
DEGREES: Final = _words(DEGREE_WORDS, _DEGREE_EN)
"""GB/T 6864-2003, by its first digit."""
POSTS: Final = _words(POST_WORDS, _POST_EN)
"""工作岗位: the groups of the organisation's own list."""


def _education(code: str) -> str:
    if code not in EDUCATION:
        raise PydanticCustomError("enum", "no code of GB/T 4658-2006", {"expected": ", ".join(EDUCATION)})
    return code


EducationCode = Annotated[
    str, AfterValidator(_education), Field(json_schema_extra={"enum": list(EDUCATION)}, examples=["21"])
]
"""学历 by GB/T 4658-2006."""

DegreeCode = Annotated[str, StringConstraints(pattern=r"^[1-4]([0-9]{2})?$"), Field(examples=["4"])]
"""学位 by GB/T 6864-2003: the degree, or the degree and its field."""

PostCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}$"), Field(examples=["0164"])]
"""工作岗位: a code of the organisation's own list, or one that the city has added to it."""


class MemberCodes(Facts):
    """The three codes of a record whose lists stand outside the product, as its forms take them."""

    education_code: EducationCode | None = None
    degree_code: DegreeCode | None = None
    post_code: PostCode | None = None
