"""Words of the office's lists and the codes they stand for (domain.md §4.1, §7)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guiyan.events.codes import MobileMemberKind


def words(words_of: Mapping[str, str]) -> list[str]:
    """The word to pick for each code: its first."""
    return [known.split()[0] for known in words_of.values()]


def _by_word(words_of: Mapping[str, str]) -> dict[str, str]:
    """Turns code → "word word word" round into word → code; the code stands for itself too."""
    return {word: code for code, known in words_of.items() for word in [code, *known.split()]}


SEX = _by_word({"1": "男 男性 M", "2": "女 女性 F"})
"""GB/T 2261.1-2003."""

CATEGORY = _by_word({
    "FULL": "正式党员 正式 中共党员 中共正式党员",
    "PROBATIONARY": "预备党员 预备 中共预备党员",
})  # fmt: skip

STATUS = _by_word({
    "NORMAL": "正常 保留 恢复 恢复党籍",
    "SUSPENDED": "停止党籍 停止",
    "REMOVED": "除名",
    "WITHDREW": "退党",
    "EXPELLED": "开除 开除党籍",
    "PROBATION_CANCELLED": "取消预备资格 取消预备党员资格",
    "DECEASED": "去世 死亡",
})  # fmt: skip

YES_NO = {
    **dict.fromkeys(("是", "有", "已持有", "持有", "Y", "YES", "√", "1", "TRUE"), True),
    **dict.fromkeys(("否", "无", "没有", "未持有", "N", "NO", "×", "X", "0", "FALSE", "-", "/"), False),
}

NOTHING = frozenset({"无", "-", "/", "没有", "无学位"})
"""What people write where there is nothing to write."""

EDUCATION_WORDS: Mapping[str, str] = {
    "10": "研究生",
    "11": "博士 博士研究生 博士毕业 博士研究生毕业",
    "14": "硕士 硕士研究生 硕士毕业 硕士研究生毕业",
    "17": "研究生班",
    "20": "大学 本科 大学本科",
    "21": "本科毕业 大学本科毕业",
    "22": "本科结业",
    "23": "本科肄业",
    "28": "普通班 大学普通班",
    "30": "专科 大专 大学专科",
    "31": "专科毕业 大专毕业 大学专科毕业",
    "32": "专科结业",
    "33": "专科肄业",
    "40": "中职 中等职业教育",
    "41": "中专 中等专科 中专毕业",
    "44": "职高 职业高中",
    "47": "技校 技工学校",
    "60": "高中 普通高中",
    "61": "高中毕业",
    "62": "高中结业",
    "63": "高中肄业",
    "70": "初中",
    "71": "初中毕业",
    "72": "初中肄业",
    "80": "小学 小学毕业",
    "90": "其他 文盲",
}
"""GB/T 4658-2006."""
EDUCATION = _by_word(EDUCATION_WORDS)

DEGREE_WORDS: Mapping[str, str] = {
    "1": "名誉博士 名誉博士学位",
    "2": "博士 博士学位",
    "3": "硕士 硕士学位",
    "4": "学士 学士学位",
}
"""GB/T 6864-2003, by its first digit."""
DEGREE = _by_word(DEGREE_WORDS)

MEMBER_KIND_WORDS: Mapping[str, str] = {
    code.value: f"{code.zh} {more}" for code, more in (
        (MobileMemberKind.RURAL_LABOUR, "农村劳动力 农民"),
        (MobileMemberKind.LAID_OFF, "下岗 失业 下岗失业人员"),
        (MobileMemberKind.DEMOBILISED, "退伍 退伍军人 退役军人"),
        (MobileMemberKind.GRADUATE, "毕业生 高校毕业生"),
        (MobileMemberKind.ASSIGNED_AWAY, "派驻"),
        (MobileMemberKind.OTHER, ""),
    )
}  # fmt: skip
"""MobileMemberKind (domain.md §7)."""
MEMBER_KIND = _by_word(MEMBER_KIND_WORDS)

POST_WORDS: Mapping[str, str] = {
    "011": "党政机关 公务员",
    "012": "事业单位管理人员 事业单位管理岗位",
    "013": "事业单位专业技术人员 事业单位专业技术岗位",
    "014": "公有制企业管理人员 国有企业管理人员",
    "015": "公有制企业专业技术人员 国有企业专业技术人员",
    "016": "工勤 工勤技能人员",
    "0164": "农民工",
    "021": "非公有制企业管理人员",
    "022": "非公有制企业专业技术人员",
    "023": "民办非企业管理人员",
    "024": "民办非企业专业技术人员",
    "025": "非公有制工勤技能人员",
    "1": "农牧渔民 农民",
    "113": "外出务工经商 外出务工经商人员",
    "2": "军人 武警 军人武警",
    "3": "学生",
    "4": "离退休 离退休人员 退休 离休",
    "5": "其他 其他人员 无业 个体",
}
"""The organisation's own statistics list; GB/T 6565 is only for exchange."""
POST = _by_word(POST_WORDS)

REASON_WORDS = {
    "ABROAD": "出国 出境 留学 境外 国外",
    "DEMOBILISED": "退役 退伍 复员",
    "GRADUATE_JOB_SEEKING": "择业 毕业 待业",
    "MIGRANT_WORK": "务工 打工",
    "BUSINESS": "经商 创业",
    "STUDY": "学习 求学 上学 就读",
    "RETIRED_ELSEWHERE": "养老 退休",
    "FAMILY": "家属 投靠 探亲 带孩子",
    "RESIDENCE_CHANGE": "居住 定居 搬迁",
    "JOB_CHANGE": "工作 调动 就业",
    "OTHER": "其他",
}
"""FlowReason → parts of the words that name it, the more telling ones first."""

_DEGREE_CODE = re.compile(r"[1-4](?:[0-9]{2})?\Z")
_POST_CODE = re.compile(r"0[12](?:[0-9]{1,2})?\Z|[1-5][0-9]{0,3}\Z")


def post_code(word: str) -> str | None:
    """The code of the organisation's post list for the word or the code written as such; None where it is neither."""
    return word if _POST_CODE.match(word) else POST.get(word)


def degree_code(word: str) -> str | None:
    """The GB/T 6864 code for the word, or the code written as such; None where it is neither."""
    return word if _DEGREE_CODE.match(word) else DEGREE.get(word) or _degree_by_ending(word)


def _degree_by_ending(word: str) -> str | None:
    """工学学士 is a 学士: what stands before the degree is its field of study."""
    return next((code for ending, code in DEGREE.items() if len(ending) > 1 and word.endswith(ending)), None)


def reason_code(text: str) -> str | None:
    """The reason for leaving (FlowReason) that the text names first in the list's order; None where they name none."""
    return next((code for code, parts in REASON_WORDS.items() if any(part in text for part in parts.split())), None)
