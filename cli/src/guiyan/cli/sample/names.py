"""Names put together from made-up lists: places that are on no map and people who do not exist."""

from __future__ import annotations

from random import Random

CITY = "雁归市"
STREETS = ("阿依墩", "清泉", "白桦", "金穗", "云杉", "河湾", "榆荫", "晨光", "丰收")
TOWNSHIPS = ("红柳镇", "雪莲镇", "渠首镇", "果园镇", "麦田乡", "草原乡", "石桥乡", "南岸乡", "北坡乡")
DEPARTMENTS = ("教育系统", "卫生系统", "住建系统", "商务系统", "农业农村系统", "文旅系统", "交通运输系统", "国有企业")
NEIGHBOURHOODS = (
    *("杏花", "桃园", "沙枣", "葡萄", "石榴", "薰衣草", "向阳", "朝霞", "暖泉", "新渠"),
    *("双桥", "长堤", "青松", "银杏", "柳岸", "麦香", "稻香", "雁鸣", "鹤舞", "鹿苑"),
    *("团结", "和睦", "安康", "幸福", "希望", "友谊", "光明", "前进", "勤俭", "同心"),
)
ORDINALS = "一二三四五六七八九十"

FAMILY_NAMES = "甄贾林苏江白石温骆叶秦柳杜沈章云田方梁程许何罗宋"
_FIRST = "晓小文明志建国春秋海云松柏雪晨佳思雨子安宁永"
_SECOND = "样例示范虚拟试演模构设想假托雁归燕来星月"


def person_name(random: Random) -> str:
    """A name of two or three signs; the last of them mostly says that the person is made up (样, 例, 虚 …)."""
    family = random.choice(FAMILY_NAMES)
    return family + (random.choice(_FIRST) if random.random() < 0.8 else "") + random.choice(_SECOND)  # noqa: PLR2004 - most given names have two characters
