"""Codes about being away: why, where to, how sure, and how an episode stands (domain.md §2.2, §7)."""

from guiyan.events.codes.base import Code


class FlowDirection(Code):
    """流出 or 流入."""

    OUT = "OUT", "流出"
    IN = "IN", "流入"


class FlowReason(Code):
    """外出原因."""

    MIGRANT_WORK = "MIGRANT_WORK", "务工"
    BUSINESS = "BUSINESS", "经商"
    JOB_CHANGE = "JOB_CHANGE", "工作单位变动"
    STUDY = "STUDY", "学习"
    GRADUATE_JOB_SEEKING = "GRADUATE_JOB_SEEKING", "毕业择业"
    FAMILY = "FAMILY", "随家属/投靠"
    RETIRED_ELSEWHERE = "RETIRED_ELSEWHERE", "异地养老"
    RESIDENCE_CHANGE = "RESIDENCE_CHANGE", "居住地改变"
    DEMOBILISED = "DEMOBILISED", "退役待安置"
    ABROAD = "ABROAD", "出国(境)"
    OTHER = "OTHER", "其他"


class FlowRange(Code):
    """流动范围."""

    WITHIN_COUNTY = "WITHIN_COUNTY", "县内跨乡"
    WITHIN_PREFECTURE = "WITHIN_PREFECTURE", "市内跨县"
    WITHIN_PROVINCE = "WITHIN_PROVINCE", "省内跨市"
    CROSS_PROVINCE = "CROSS_PROVINCE", "跨省"
    HK_MO_TW = "HK_MO_TW", "港澳台", "Hong Kong, Macao, Taiwan"
    OVERSEAS = "OVERSEAS", "国外"


class DestCertainty(Code):
    """How sure the destination is (P-03)."""

    FIXED = "FIXED", "固定"
    CHANGING = "CHANGING", "不固定"
    UNKNOWN = "UNKNOWN", "不详"


class DestUnitKind(Code):
    """What kind of unit a member went to (domain.md §3.5, §7)."""

    GOV = "GOV", "机关", "Government office"
    INSTITUTION = "INSTITUTION", "事业单位", "Public institution"
    TALENT_SERVICE = "TALENT_SERVICE", "人才服务机构"
    PUBLIC_ENTERPRISE = "PUBLIC_ENTERPRISE", "公有企业"
    PRIVATE = "PRIVATE", "私营", "Private enterprise"
    HMT_INVESTED = "HMT_INVESTED", "港澳台商", "Hong Kong, Macao or Taiwan invested"
    FOREIGN = "FOREIGN", "外商", "Foreign invested"
    NGO = "NGO", "民办非企业", "Private non-enterprise unit"
    SELF_EMPLOYED = "SELF_EMPLOYED", "个体"
    URBAN_COMMUNITY = "URBAN_COMMUNITY", "城市社区"
    TOWN_COMMUNITY = "TOWN_COMMUNITY", "乡镇社区"
    VILLAGE = "VILLAGE", "建制村"
    OTHER = "OTHER", "其他"


class FlowState(Code):
    """The states of an episode (domain.md §2.2)."""

    REPORTED = "REPORTED", "已报告"
    AWAY = "AWAY", "外出中"
    MOBILE = "MOBILE", "流动党员", "Mobile member"
    HOSTED = "HOSTED", "已纳入流入地"
    HOST_DECLINED = "HOST_DECLINED", "流入地未接纳"
    RETURNED = "RETURNED", "已返回"
    TRANSFERRED = "TRANSFERRED", "已转出"
    LOST_CONTACT = "LOST_CONTACT", "失联"
    CLOSED = "CLOSED", "终结"


class DepartureSource(Code):
    """How the organisation learned that a member had left (domain.md §2.2)."""

    ANNOUNCED = "ANNOUNCED", "本人报告"
    SWEEP = "SWEEP", "摸底排查"
    FAMILY_TOLD = "FAMILY_TOLD", "家属告知"
    HOST_NOTICE = "HOST_NOTICE", "流入地告知"


class DepartureEnd(Code):
    """Why an episode was closed other than by coming home (domain.md §2.2)."""

    TRANSFERRED = "TRANSFERRED", "已转出"
    MEMBERSHIP_ENDED = "MEMBERSHIP_ENDED", "党籍终止"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR", "登记错误"


class HostRefusal(Code):
    """Why a host branch declined; neither side may refuse without cause (R1 Art. 25)."""

    NOT_ARRIVED = "NOT_ARRIVED", "人未报到"
    OUTSIDE_AREA = "OUTSIDE_AREA", "不在辖区"
    STAY_TOO_SHORT = "STAY_TOO_SHORT", "停留时间短"
    IDENTITY_MISMATCH = "IDENTITY_MISMATCH", "身份信息不符"
    ALREADY_HOSTED = "ALREADY_HOSTED", "已由其他支部纳入"


class LinkStatus(Code):
    """联系情况."""

    NORMAL = "NORMAL", "正常"
    IRREGULAR = "IRREGULAR", "不经常"
    WATCH = "WATCH", "关注"
    LOST = "LOST", "失联"
    REGAINED = "REGAINED", "已恢复"
