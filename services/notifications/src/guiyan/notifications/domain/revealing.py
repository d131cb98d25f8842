"""The words that an SMS may not hold: a number may have been reassigned, and whoever reads it learns nothing (§1.4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_ZH: Final = (
    "党", "黨", "支部", "支委", "组织", "組織", "书记", "書記", "介绍信", "活动证", "登记卡", "转接", "转正", "预备",
    "流动", "流出", "流入", "同志", "公章", "基层", "委员", "纪委", "政治", "思想", "政审",
    "干部", "群众", "台账", "名册", "花名", "在册", "支书", "关系转移", "关系接转", "共产",
    "民主生活", "学习强国", "三会一课", "主题日", "先锋", "宣誓", "d员", "dang员",
)  # fmt: skip
_EN: Final = re.compile(
    r"\b(part(y|ies)|members?|memberships?|branch(es)?|committees?|secretar(y|ies)|dues|comrades?|cadres?|communis\w*|cpc|ccp"
    r"|organi[sz]ations?|organi[sz]ational|affiliations?|probation\w*|congress(es)?|politic\w*|ideolog\w*)\b",
    re.IGNORECASE,
)
_PINYIN: Final = re.compile(
    r"\b(gong[\W_]*chan\w*|zhi[\W_]*(bu|wei|shu)|dang[\W_]*(yuan|fei|wei|zu\w*|zhang|ke|xiao\w*|jian)"
    r"|shu[\W_]*ji|zu[\W_]*zhi\w*|liu[\W_]*dong\w*|tong[\W_]*zhi)\b",
    re.IGNORECASE,
)
_HOTLINE: Final = re.compile(r"(?<!\d)1\W?2\W?3\W?7\W?1(?!\d)")
"""A phone number that everybody knows: whose it is tells what a message is about."""
_LINK: Final = re.compile(r"https?:|www\.|://|[a-z0-9-]\.(cn|com|net|org|gov)\b", re.IGNORECASE)
_SPELLED: Final = re.compile(r"(?<![^\W\d_])([^\W\d_])[\W_]+(?=[^\W\d_](?![^\W\d_]))")
"""A letter by itself before another one by itself: a word that is spelled out."""
_SIGNS: Final = "☭⚒"
_NOTHING: Final = re.compile(r"[\s\W_]+")
_LETTERS_READ: Final = ("LATIN", "CJK", "IDEOGRAPHIC")
"""The scripts in which these words can be found; what is written in another one cannot be checked."""


def revealing(text: str) -> tuple[str, ...]:
    """The words in a text that tell, or may tell, of membership, in their order; a link is one, for where it leads.

    Wide letters are read as narrow ones, accents and tones are passed over, and Chinese words and pinyin are found also
    where spaces, marks or hidden signs tear them apart. A word in letters that cannot be checked counts as one.
    """
    plain = unicodedata.normalize("NFKC", text)
    seen = "".join(sign for sign in plain if not unicodedata.category(sign).startswith("C") or sign in "\n\t")
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", seen) if unicodedata.category(sign) != "Mn")
    close = _NOTHING.sub("", seen).lower()
    found = [word for word in _ZH if word in close]
    spelled = _SPELLED.sub(r"\1", bare)
    found += [match[0] for pattern in (_EN, _PINYIN, _HOTLINE) for match in pattern.finditer(bare)]
    found += [match[0] for pattern in (_EN, _PINYIN) for match in pattern.finditer(spelled)]
    found += [sign for sign in _SIGNS if sign in seen]
    found += ["://" for _ in [_LINK.search(seen)] if _]
    found += _unread(seen)
    return tuple(dict.fromkeys(found))


def _unread(text: str) -> Iterator[str]:
    for word in re.findall(r"[^\W\d_]+", text):
        if any(not unicodedata.name(sign, "").startswith(_LETTERS_READ) for sign in word):
            yield word
