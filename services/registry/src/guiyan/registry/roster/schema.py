"""The roster's schema, the one table of what a roster may tell: reading, template, help and reference come from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, NamedTuple

from guiyan.registry.roster import codes


class Kind(Enum):
    """What a column holds; its words are the help that every column of the kind has."""

    NUMBER = "数字", "a number"
    TEXT = "文字", "text"
    ID_NUMBER = "18 位 (或旧式 15 位), 按文本填写", "18 (formerly 15) digits, as text"
    DATE = (
        "日期, 如 2005-07-01 或 2005年07月01日; 只有年月时按 1 日记",
        "a date, 2005-07-01; without a day the first is taken",
    )
    PHONE = "按文本填写", "as text"
    WORD = "从下拉列表中选择", "one of the words of the list"
    BRANCH = "全称、简称或 12 位代码", "full name, short name or 12-digit code"
    PLACE = "省市县, 到县为止", "province, prefecture and county, no further"

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en


class Field(NamedTuple):
    """One thing a roster may tell: the product's name for it, the template's header ("" = not in it), other headers.

    `choices` are the words of a `WORD`; `example` is what a made-up person has; `zh` and `en` help beyond the kind's.
    """

    name: str
    title: str
    synonyms: str
    kind: Kind
    example: str = ""
    required: bool = False
    choices: Sequence[str] = ()
    zh: str = ""
    en: str = ""

    @property
    def words(self) -> list[str]:
        """Every header that stands for it, written without blanks and brackets."""
        return [*([self.title] if self.title else []), *self.synonyms.split()]

    @property
    def help_zh(self) -> str:
        """What to write, in Chinese."""
        return "; ".join(one for one in (self.kind.zh, self.zh) if one)

    @property
    def help_en(self) -> str:
        """What to write, in English."""
        return "; ".join(one for one in (self.kind.en, self.en) if one)


_YES_NO: Final = ("是", "否")
MADE_UP_ID_NUMBER: Final = "690001198005150114"
"""Of the reserved province 69: nobody's."""

FIELDS: Final[tuple[Field, ...]] = (
    Field("seq", "序号", "编号 号 NO", Kind.NUMBER, "1"),
    Field("name", "姓名", "党员姓名 用户 用户名 流动党员姓名 NAME", Kind.TEXT, "甄样例", required=True),
    Field("former_name", "曾用名", "原名 FORMERNAME", Kind.TEXT),
    Field(
        "branch", "所在党支部",
        "党支部 所属党支部 所在支部 所属支部 支部 支部名称 党支部名称 所在党组织 所属党组织 党组织 党组织名称 "
        "组织关系所在党支部 所在基层党组织 BRANCH",
        Kind.BRANCH, "样例街道第一党支部", required=True,
        zh="有同名支部时填全称或代码", en="where two bear one name, the full name or the code",
    ),
    Field(
        "id_no", "公民身份证号",
        "公民身份号码 公民身份证号码 身份证号 身份证号码 身份证 居民身份证号 居民身份证号码 证件号码 IDNO",
        Kind.ID_NUMBER, MADE_UP_ID_NUMBER, required=True,
    ),
    Field(
        "sex", "性别", "SEX", Kind.WORD, "男", choices=("男", "女"), zh="须与身份证号一致", en="as the ID number says",
    ),
    Field(
        "birth_date", "出生日期", "出生年月 出生年月日 出生时间 生日 BIRTHDATE", Kind.DATE, "1980-05-15",
        zh="须与身份证号一致", en="as the ID number says",
    ),
    Field(
        "education", "学历", "文化程度 最高学历 学历层次", Kind.WORD, "大学",
        choices=codes.words(codes.EDUCATION_WORDS), zh="GB/T 4658-2006", en="GB/T 4658-2006",
    ),
    Field(
        "degree", "学位", "最高学位 DEGREE", Kind.WORD, "学士", choices=codes.words(codes.DEGREE_WORDS),
        zh="GB/T 6864-2003", en="GB/T 6864-2003",
    ),
    Field(
        "category", "人员类别", "党员类别 党员类型 人员类型 CATEGORY", Kind.WORD, "正式党员", required=True,
        choices=("正式党员", "预备党员"),
    ),
    Field(
        "joined_on", "加入党组织日期",
        "加入党组织时间 入党日期 入党时间 入党年月 加入中国共产党日期 加入中共组织的时间 JOINEDON", Kind.DATE,
        "2005-07-01",
    ),
    Field(
        "full_on", "转为正式党员日期", "转为正式党员时间 转正日期 转正时间 FULLON", Kind.DATE, "2006-07-01",
        zh="预备党员不填", en="empty for members on probation",
    ),
    Field(
        "post", "工作岗位", "岗位", Kind.WORD, "农牧渔民", choices=codes.words(codes.POST_WORDS),
        zh="也可填岗位代码", en="or the code of the post",
    ),
    Field(
        "mobile", "手机号", "手机号码 手机 本人手机 移动电话 联系电话 联系方式 联系手机 本人联系电话 电话 MOBILE",
        Kind.PHONE, "14006540001", zh="1 开头的 11 位数字", en="11 digits beginning with 1",
    ),
    Field(
        "landline", "固定电话", "座机 座机号码 办公电话 家庭电话", Kind.PHONE, "0999-8123456", zh="区号-号码",
        en="area code-number",
    ),
    Field("home_address", "家庭住址", "家庭地址 现居住地 现住址 居住地址 住址 通讯地址", Kind.TEXT, "样例街道1号"),
    Field(
        "home_area", "家庭所在地", "家庭所在县 户籍所在地 HOMEAREA", Kind.PLACE, "浙江省杭州市",
    ),
    Field(
        "file_place", "档案所在地", "档案存放地 档案存放单位 档案管理单位 人事档案所在单位 FILEPLACE", Kind.TEXT,
        "样例街道",
    ),
    Field(
        "status", "党籍状态", "", Kind.WORD, "正常", choices=("正常", "停止党籍"),
        zh="除名、退党等由组织决定办理, 不能导入", en="an end of membership needs a decision and cannot be imported",
    ),
    Field("is_lost", "是否为失联党员", "是否失联党员 是否失联", Kind.WORD, "否", choices=_YES_NO),
    Field("lost_since", "失去联系日期", "失联日期 失联时间 失去联系时间", Kind.DATE),
    Field("is_migrant_worker", "是否农民工", "是否为农民工", Kind.WORD, "否", choices=_YES_NO),
    Field("is_mobile", "是否为流动党员", "是否流动党员 是否流动", Kind.WORD, "是", choices=_YES_NO),
    Field(
        "member_kind", "流动党员类别", "流动人员类别 外出人员类别 流动党员类型", Kind.WORD, "农村富余劳动力",
        choices=codes.words(codes.MEMBER_KIND_WORDS),
    ),
    Field(
        "destination", "外出流向", "流向 外出地点 流出地点 流出地 流出省份 去向 地点 外出流向省市县 流入地",
        Kind.PLACE, "浙江省杭州市",
    ),
    Field("left_on", "外出日期", "流出时间 流出日期 外出时间 何时外出", Kind.DATE, "2024-03-01"),
    Field(
        "reason", "外出原因", "流出原因 外出事由 流动原因 外出务工情况", Kind.WORD, "务工",
        choices=codes.words(codes.REASON_WORDS),
    ),
    Field(
        "has_certificate", "是否持有活动证", "是否持有流动党员活动证 持证情况", Kind.WORD, "是", choices=_YES_NO,
    ),
    Field(
        "branch_code", "", "党组织代码 党支部代码 支部代码 组织代码 党组织编码 所在党支部代码 BRANCHCODE", Kind.BRANCH,
    ),
    Field(
        "committee", "", "分党委 所属党委 所在党委 党委 基层党委 上级党组织 乡镇街道 所属乡镇街道 乡镇", Kind.TEXT,
        zh="支部同名时用来区分", en="tells branches of one name apart",
    ),
    Field("arrived_on", "", "流入时间 流入日期 何时流入", Kind.DATE),
    Field("arrival_reason", "", "流入原因 流入务工情况", Kind.TEXT),
    Field("origin", "", "组织关系所在地 原组织关系所在地 流入前所在省份 原组织关系所在党组织", Kind.TEXT),
    Field("occupation", "", "原职业 从事职业 现从业 职业", Kind.TEXT),
)  # fmt: skip
"""In the order of the template (domain.md §3.3, §3.4); those without a title are read where offices have them."""

TEMPLATE: Final = tuple(field for field in FIELDS if field.title)
BY_NAME: Final[Mapping[str, Field]] = {field.name: field for field in FIELDS}
REQUIRED_MARK: Final = "*"


def template_title(field: Field) -> str:
    """The header of a field in the template: required ones are marked."""
    return REQUIRED_MARK + field.title if field.required else field.title
