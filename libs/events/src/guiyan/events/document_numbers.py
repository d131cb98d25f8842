"""Numbers of official documents (发文字号) as people write them, and the one spelling they have inside.

A number stands in clear in events that are never deleted, so it is a number and nothing else: signs of an office, year
and serial (GB/T 9704-2012 §7.2.5: 六角括号, no 第, no leading noughts, 号 behind it); an internal number; or a code.
No sentence fits in, and nobody's name (domain.md §1.4, §5.3; ADR 0029).

The type stands at the doors alone. What the ledger holds already was told under an older rule and stays readable
(`values.DocumentNo`).
"""

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

OFFICE_MOST: Final = 8
"""How many signs stand for an office (机关代字) at most: offices here have up to five, national ones up to eight."""
OFFICE_SIGNS: Final = frozenset(
    "党组办委政支总工纪监宣统发字函通复批干任示令决议报呈会记录登档案证省市州县区镇乡街村社校院局厅部团兵企司教财卫农水老关妇"
)
"""Of these the signs of an office have one at least: its rank, its field, or the kind of paper."""
WORDS: Final = re.compile(
    r"[的了是我你您他她它吗呢吧啊哦不没很太最这那此就都也还又再把被让给对跟从来去到说想看听觉怕疑恨爱病死钱]"
    r"|同志|先生|女士|小姐|师傅|老师|书记|党员|群众|家属|本人"
)
"""What stands in sentences and forms of address, never among the signs of an office."""
MOST_CHARS: Final = 80
FORMAT: Final = "document-number"
"""How the schema of a door names such a field."""

_OFFICE: Final = rf"(?P<office>(?:(?![第号年])[\u3400-\u4dbf\u4e00-\u9fff]){{1,{OFFICE_MOST}}})"
_YEAR: Final = r"(?:19|20)[0-9]{2}"
_SERIAL: Final = r"[0-9]{1,6}"
_DATED: Final = re.compile(
    rf"{_OFFICE}(?:[〔\[(【](?P<year>{_YEAR})[〕\])】]|(?P<plain>{_YEAR})年)第?(?P<serial>{_SERIAL})(?P<kind>[号期次]?)"
)
_UNDATED: Final = re.compile(rf"{_OFFICE}第?(?P<serial>{_SERIAL})(?P<kind>[号期次])")
_INTERNAL: Final = re.compile(rf"{_OFFICE}?(?P<rest>{_YEAR}(?:-{_SERIAL}){{1,2}})号?")
_CODE: Final = re.compile(rf"[1-8][0-9]{{11}}|[1-8][0-9]{{5}}(?:[0-9]{{6}})?-{_YEAR}-{_SERIAL}")
_APART: Final = re.compile(r"[^\W\d_]\s+[^\W\d_第号期次年]|[0-9]\s+[0-9]")
"""Two words, or two numbers, with a blank between them: blanks stand around brackets and serials only."""
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−_", "-"))


def find_spelling(text: str) -> str | None:
    """The one spelling of a document's number; None for what is none.

    `伊党组[2026]012`, `伊党组(2026)第12号` and `伊党组〔2026〕12号` in any width and with blanks are the last of these.
    """
    told = unicodedata.normalize("NFKC", text).strip().translate(_DASHES)
    if _APART.search(told):
        return None
    told = "".join(told.split())
    if _CODE.fullmatch(told):
        return told
    found = _DATED.fullmatch(told) or _UNDATED.fullmatch(told) or _INTERNAL.fullmatch(told)
    if found is None:
        return None
    part = found.groupdict()
    if part["office"] is not None and not _is_office(part["office"]):
        return None
    if "rest" in part:
        return f"{part['office'] or ''}{part['rest']}"
    serial = part["serial"].lstrip("0")
    year = part.get("year") or part.get("plain")
    return f"{part['office']}{f'〔{year}〕' if year else ''}{serial}{part['kind'] or '号'}" if serial else None


def _is_office(signs: str) -> bool:
    return not OFFICE_SIGNS.isdisjoint(signs) and WORDS.search(signs) is None


def _spelled(text: str) -> str:
    found = find_spelling(text)
    if found is None:
        raise PydanticCustomError("document_number", "no number of a document")
    return found


DocumentNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_CHARS),
    AfterValidator(_spelled),
    WithJsonSchema({"type": "string", "format": FORMAT, "minLength": 1, "maxLength": MOST_CHARS}),
    Field(
        examples=["伊示组发〔2026〕3号"],
        description="文号: 机关代字〔年份〕序号; or an internal number like 支字2026-3, or a code of 12 digits",
    ),
]
"""The number of a document as told at a door: refused when it is none, else in its one spelling."""
