"""The words that an SMS may not hold: a number may have been reassigned, and whoever reads it learns nothing (§1.4)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ZH: Final = (
    "党", "黨", "支部", "支委", "组织", "組織", "书记", "書記", "介绍信", "活动证", "登记卡", "转接", "转正", "预备",
    "流动", "流出", "流入", "同志", "公章", "基层", "委员", "纪委", "政治", "思想", "政审",
    "干部", "群众", "台账", "名册", "花名", "在册",
)  # fmt: skip
_EN: Final = re.compile(
    r"\b(part(y|ies)|members?|memberships?|branch(es)?|committees?|secretar(y|ies)|dues|comrades?|cadres?|communis\w*|cpc|ccp"
    r"|organi[sz]ations?|organi[sz]ational|affiliations?|probation\w*|congress(es)?|politic\w*|ideolog\w*"
    r"|zhibu|dangyuan|dangfei|dangwei|dangzu\w*|shuji|zuzhi\w*|liudong\w*)\b",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"https?:|www\.|://|[a-z0-9-]\.(cn|com|net|org|gov)\b", re.IGNORECASE)
_NOTHING: Final = re.compile(r"[\s\W_]+")


def revealing(text: str) -> tuple[str, ...]:
    """The words in a text that tell, or may tell, of membership, in their order; a link is one, for where it leads.

    Wide letters are read as narrow ones, and Chinese words also where spaces, marks or hidden signs tear them apart.
    """
    plain = unicodedata.normalize("NFKC", text)
    seen = "".join(sign for sign in plain if not unicodedata.category(sign).startswith("C") or sign in "\n\t")
    close = _NOTHING.sub("", seen)
    found = [word for word in _ZH if word in close]
    found += [match[0] for match in _EN.finditer(seen)]
    found += ["://" for _ in [_LINK.search(seen)] if _]
    return tuple(dict.fromkeys(found))
