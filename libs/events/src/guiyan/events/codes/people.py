"""Codes about members: who they are and how their membership and relation stand (domain.md §2.7-§2.11, §4.1, §7)."""

from guiyan.events.codes.base import Code


class Sex(Code):
    """GB/T 2261.1-2003."""

    UNKNOWN = "0", "未知", "Unknown"
    MALE = "1", "男", "Male"
    FEMALE = "2", "女", "Female"
    UNSTATED = "9", "未说明", "Not stated"


class PersonCategory(Code):
    """人员类别."""

    PROBATIONARY = "PROBATIONARY", "预备党员"
    FULL = "FULL", "正式党员"


class MembershipStatus(Code):
    """党籍状态; changed by decision only, never by a timer (domain.md §2.11)."""

    NORMAL = "NORMAL", "正常"
    SUSPENDED = "SUSPENDED", "停止党籍"
    REMOVED = "REMOVED", "除名"
    WITHDREW = "WITHDREW", "退党"
    EXPELLED = "EXPELLED", "开除"
    PROBATION_CANCELLED = "PROBATION_CANCELLED", "取消预备资格"
    DECEASED = "DECEASED", "去世"


class MembershipEnd(Code):
    """The ends of a membership other than removal (domain.md §2.11)."""

    WITHDREW = "WITHDREW", "退党除名"
    EXPELLED = "EXPELLED", "开除党籍"
    PROBATION_CANCELLED = "PROBATION_CANCELLED", "取消预备资格"
    DECEASED = "DECEASED", "去世"


class RemovalGround(Code):
    """The article a removal rests on; only its number is kept (R1 Art. 24, 31)."""

    ART31_1 = "ART31_1", "条例第31条第1项", "Regulation Art. 31(1)"
    ART31_2 = "ART31_2", "条例第31条第2项", "Regulation Art. 31(2)"
    ART31_3 = "ART31_3", "条例第31条第3项", "Regulation Art. 31(3)"
    ART31_4 = "ART31_4", "条例第31条第4项", "Regulation Art. 31(4)"
    ART31_5 = "ART31_5", "条例第31条第5项", "Regulation Art. 31(5)"
    ART31_6 = "ART31_6", "自行脱党", "Regulation Art. 31(6): left by own conduct"
    ART24_LOST = "ART24_LOST", "失联停止党籍满两年", "Regulation Art. 24: lost for two years after suspension"


class SuspensionGround(Code):
    """Why a membership was suspended (R1 Art. 24)."""

    LOST_CONTACT = "LOST_CONTACT", "失去联系"
    SETTLED_ABROAD = "SETTLED_ABROAD", "出国(境)定居"
    ABROAD_OVER_LIMIT = "ABROAD_OVER_LIMIT", "出国(境)超过规定年限"


class RecordError(Code):
    """Why a decision should never have stood in this record (domain.md §2.11): an error of entry, not of judgement."""

    WRONG_PERSON = "WRONG_PERSON", "记错人员", "Recorded on the wrong person"
    WRONG_DECISION = "WRONG_DECISION", "决定内容记错", "Another decision than the document's"
    ENTERED_TWICE = "ENTERED_TWICE", "重复登记"


class MemberSource(Code):
    """How a member came into the register (domain.md §3.4)."""

    DEVELOPED = "DEVELOPED", "发展"
    TRANSFER_IN = "TRANSFER_IN", "转入"
    IMPORT = "IMPORT", "导入"
    SWEEP = "SWEEP", "摸底排查"
    REINSTATED = "REINSTATED", "恢复党籍"


class MobileMemberKind(Code):
    """Who the people away are (the seed article, part 1)."""

    RURAL_LABOUR = "RURAL_LABOUR", "农村富余劳动力"
    LAID_OFF = "LAID_OFF", "下岗失业"
    DEMOBILISED = "DEMOBILISED", "退伍待安置"
    GRADUATE = "GRADUATE", "择业期毕业生"
    ASSIGNED_AWAY = "ASSIGNED_AWAY", "派驻外地"
    OTHER = "OTHER", "其他"


class RelationHolding(Code):
    """Where the relation is held when it is not with the branch of the place of work (domain.md §2.10, P-09)."""

    NORMAL = "NORMAL", "正常"
    RETAINED_UNIVERSITY = "RETAINED_UNIVERSITY", "保留在学校"
    RETAINED_ABROAD = "RETAINED_ABROAD", "出国(境)保留"
    PARKED_HUKOU = "PARKED_HUKOU", "挂靠户籍地"
    TALENT_SERVICE = "TALENT_SERVICE", "人才服务机构"


class RetentionKind(Code):
    """Why a relation is retained (domain.md §2.10)."""

    GRADUATE_EMPLOYED = "GRADUATE_EMPLOYED", "已就业毕业生"
    GRADUATE_UNPLACED = "GRADUATE_UNPLACED", "未就业毕业生"
    STUDY_ABROAD = "STUDY_ABROAD", "出国(境)学习"
    SETTLED_ABROAD_PRIVATE = "SETTLED_ABROAD_PRIVATE", "因私出国(境)定居"
    DEMOBILISED_WAITING = "DEMOBILISED_WAITING", "退役待安置"


class RetentionEnd(Code):
    """How a retention ended (domain.md §2.10)."""

    TRANSFERRED_OUT = "TRANSFERRED_OUT", "已转出"
    SUSPENDED = "SUSPENDED", "停止党籍"
    RETURNED = "RETURNED", "已返回"
    MEMBERSHIP_ENDED = "MEMBERSHIP_ENDED", "党籍终止"
    NOT_GRANTED = "NOT_GRANTED", "未予保留"


class RetentionState(Code):
    """The states of a retained relation (domain.md §2.10)."""

    REQUESTED = "REQUESTED", "已申请"
    RETAINED = "RETAINED", "保留"
    REMINDED = "REMINDED", "已提醒"
    EXTENDED = "EXTENDED", "已延期"
    OVERDUE = "OVERDUE", "逾期"
    TRANSFERRED_OUT = "TRANSFERRED_OUT", "已转出"
    SUSPENDED = "SUSPENDED", "停止党籍"
    RETURNED = "RETURNED", "已返回"
    MEMBERSHIP_ENDED = "MEMBERSHIP_ENDED", "党籍终止"
    NOT_GRANTED = "NOT_GRANTED", "未予保留"


class DuesRateClass(Code):
    """Which rate applies; income itself is never stored (R7, domain.md §2.9)."""

    WAGE_05 = "WAGE_05", "工资0.5%", "0.5 % of wage"
    WAGE_10 = "WAGE_10", "工资1%", "1 % of wage"
    WAGE_15 = "WAGE_15", "工资1.5%", "1.5 % of wage"
    WAGE_20 = "WAGE_20", "工资2%", "2 % of wage"
    PENSION_05 = "PENSION_05", "离退休0.5%", "0.5 % of pension"
    PENSION_10 = "PENSION_10", "离退休1%", "1 % of pension"
    FARMER_FIXED = "FARMER_FIXED", "农民定额", "Farmer, fixed amount"
    MINIMUM_02 = "MINIMUM_02", "每月0.2元", "0.2 yuan a month"
    EXEMPT = "EXEMPT", "免交"


class DuesPayer(Code):
    """Who handed the dues in (R7: relatives or another member may)."""

    SELF = "SELF", "本人"
    RELATIVE = "RELATIVE", "亲属"
    OTHER_MEMBER = "OTHER_MEMBER", "其他党员"


class DuesCaseAnswer(Code):
    """What the branch meeting found in a six-month case: first of all, was there a good reason (R1 Art. 31(6))."""

    GOOD_REASON = "GOOD_REASON", "有正当理由"
    PAID_UP = "PAID_UP", "已补交"
    REFERRED = "REFERRED", "提请处理", "Referred for decision"


class DuesCycle(Code):
    """How often dues are handed in (R7: monthly, quarterly when the branch consents)."""

    MONTHLY = "MONTHLY", "按月"
    QUARTERLY = "QUARTERLY", "按季"


class DuesError(Code):
    """Why an entry of dues should never have stood in this account (domain.md §2.9): an error of entry."""

    WRONG_PERSON = "WRONG_PERSON", "记错人员", "Recorded on the wrong person"
    WRONG_MONTHS = "WRONG_MONTHS", "月份记错"
    WRONG_AMOUNT = "WRONG_AMOUNT", "金额或标准记错"
    WRONG_DECISION = "WRONG_DECISION", "批准文件记错", "Another decision than the document's"
    WRONG_PLACE = "WRONG_PLACE", "交纳地记错"
    ENTERED_TWICE = "ENTERED_TWICE", "重复登记"


class DuesMonthState(Code):
    """How one month of a member's dues stands (domain.md §2.9)."""

    NOT_DUE = "NOT_DUE", "未到期", "Not due"
    DUE = "DUE", "应交"
    PAID = "PAID", "已交"
    PAID_AT_HOST = "PAID_AT_HOST", "流入地已交", "Paid at the host"
    EXEMPT = "EXEMPT", "免交"
    ARREARS_1 = "ARREARS_1", "欠交1", "Unpaid, 1st in a row"
    ARREARS_2 = "ARREARS_2", "欠交2", "Unpaid, 2nd in a row"
    ARREARS_3 = "ARREARS_3", "欠交3", "Unpaid, 3rd in a row"
    ARREARS_4 = "ARREARS_4", "欠交4", "Unpaid, 4th in a row"
    ARREARS_5 = "ARREARS_5", "欠交5", "Unpaid, 5th in a row"
    ARREARS_6 = "ARREARS_6", "欠交6", "Unpaid, 6th in a row or later"


class ProbationState(Code):
    """The states of a probation (domain.md §2.8)."""

    JOINED_PROBATIONARY = "JOINED_PROBATIONARY", "接收为预备党员"
    IN_PROBATION = "IN_PROBATION", "预备期"
    APPLICATION_DUE = "APPLICATION_DUE", "应提出转正申请"
    APPLIED = "APPLIED", "已申请转正"
    GROUP_OPINION = "GROUP_OPINION", "党小组意见"
    OPINIONS_COLLECTED = "OPINIONS_COLLECTED", "已征求意见"
    COMMITTEE_REVIEWED = "COMMITTEE_REVIEWED", "支委会审查"
    PUBLIC_NOTICE = "PUBLIC_NOTICE", "公示"
    BRANCH_VOTED = "BRANCH_VOTED", "支部大会表决"
    APPROVED_FULL = "APPROVED_FULL", "批准转正"
    EXTENDED = "EXTENDED", "延长预备期"
    CANCELLED = "CANCELLED", "取消预备资格"
    CLOSED = "CLOSED", "已终止"


class ProbationClosing(Code):
    """Why a probation is closed without a decision on it."""

    MEMBERSHIP_ENDED = "MEMBERSHIP_ENDED", "党籍终止"
    TRANSFERRED_OUT = "TRANSFERRED_OUT", "组织关系转出"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR", "登记有误"


class ProbationVote(Code):
    """What the branch meeting resolved (R8 Art. 33)."""

    CONVERT = "CONVERT", "同意转正"
    EXTEND = "EXTEND", "延长预备期"
    CANCEL = "CANCEL", "取消预备资格"


class CorrectionRefusal(Code):
    """Why a correction of a record was refused (domain.md §3.6)."""

    NOT_PROVED = "NOT_PROVED", "证明不足"
    ALREADY_RIGHT = "ALREADY_RIGHT", "原记录无误"
    NOT_OURS = "NOT_OURS", "非本组织管理"
    OUTDATED = "OUTDATED", "已被更新取代"


class CorrectionReason(Code):
    """Why a record is to be corrected (domain.md §3.6)."""

    WRONG_AT_ENTRY = "WRONG_AT_ENTRY", "登记有误", "Entered wrongly"
    CHANGED_SINCE = "CHANGED_SINCE", "情况变化", "Changed since"
    FOUND_IN_FILE = "FOUND_IN_FILE", "档案核对发现", "Found when the paper file was checked"
    MEMBER_ASKED = "MEMBER_ASKED", "本人申请", "The member asked"


class CorrectionState(Code):
    """The states of a correction (domain.md §2.12)."""

    REQUESTED = "REQUESTED", "已申请"
    APPLIED = "APPLIED", "已更正"
    REJECTED = "REJECTED", "已退回"


class DuplicateRule(Code):
    """Which rule flagged two records (domain.md §3.6)."""

    SAME_ID_NUMBER = "SAME_ID_NUMBER", "身份证号相同"
    NAME_BIRTH_BRANCH = "NAME_BIRTH_BRANCH", "姓名、出生日期、支部相近"
    NAME_BIRTH = "NAME_BIRTH", "姓名、出生日期相同,支部不同", "Name and birth date, in different branches"
    BY_HAND = "BY_HAND", "人工标记"


class CommendationKind(Code):
    """What a member was commended as (S-45)."""

    OUTSTANDING_MEMBER = "OUTSTANDING_MEMBER", "优秀共产党员"
    OUTSTANDING_WORKER = "OUTSTANDING_WORKER", "优秀党务工作者"
    OUTSTANDING_MOBILE_MEMBER = "OUTSTANDING_MOBILE_MEMBER", "优秀流动党员"
    OTHER = "OTHER", "其他"


class ConsentPurpose(Code):
    """What a member consented to; each purpose by itself (PIPL Art. 23, 25)."""

    PUBLISH_COMMENDATION = "PUBLISH_COMMENDATION", "公开表彰"
    RESERVE_LIST = "RESERVE_LIST", "列入后备名单"
    FAMILY_CONTACT = "FAMILY_CONTACT", "联系家属"
    SHARE_WITH_HOST = "SHARE_WITH_HOST", "与流入地党组织共享"


class PairState(Code):
    """The states of two records that may be one person (domain.md §3.6)."""

    FLAGGED = "FLAGGED", "待核对", "To be looked at"
    CONFIRMED = "CONFIRMED", "确认为同一人", "One person"
    DISMISSED = "DISMISSED", "不是同一人", "Two people"
    LINKED = "LINKED", "已关联"


class CommendationState(Code):
    """The states of a commendation (domain.md §2.12)."""

    PROPOSED = "PROPOSED", "已推荐"
    CHECKED = "CHECKED", "已审核"
    NOTICED = "NOTICED", "已公示", "Put up for notice"
    AWARDED = "AWARDED", "已表彰"
    PUBLISHED = "PUBLISHED", "已公开宣传"
    DROPPED = "DROPPED", "已终止"
