"""Codes about serving members: inquiries, aid, leads, messages to people (domain.md §2.12, §7)."""

from guiyan.events.codes.base import Code


class InquiryTopic(Code):
    """What an inquiry is about."""

    TRANSFER = "TRANSFER", "组织关系"
    DUES = "DUES", "党费"
    CERTIFICATE = "CERTIFICATE", "活动证"
    PROBATION = "PROBATION", "转正"
    STUDY = "STUDY", "学习"
    POLICY = "POLICY", "政策"
    LEGAL = "LEGAL", "法律"
    AID = "AID", "帮扶"
    ENTREPRENEURSHIP = "ENTREPRENEURSHIP", "创业"
    OTHER = "OTHER", "其他"


class InquiryChannel(Code):
    """Where an inquiry came in (S-23, screen 17)."""

    HOTLINE_12371 = "HOTLINE_12371", "12371", "Hotline 12371"
    PHONE = "PHONE", "电话"
    COUNTER = "COUNTER", "现场"
    WEB = "WEB", "网上"
    CONTACT = "CONTACT", "季度联系"
    MESSAGE_REPLY = "MESSAGE_REPLY", "短信回复"


class InquiryState(Code):
    """The states of an inquiry (domain.md §2.12)."""

    RECEIVED = "RECEIVED", "已受理"
    ASSIGNED = "ASSIGNED", "已分派"
    ANSWERED = "ANSWERED", "已答复"
    TRANSFERRED = "TRANSFERRED", "已转办"
    REOPENED = "REOPENED", "重新办理"
    CONFIRMED = "CONFIRMED", "已确认"
    CLOSED = "CLOSED", "已办结"


class InquiryEffort(Code):
    """How much an answer needs: at once or 1 working day, 5, or 10 (domain.md §2.12)."""

    SIMPLE = "SIMPLE", "当场"
    NEEDS_CHECKING = "NEEDS_CHECKING", "需核实"
    OTHER_BODY = "OTHER_BODY", "涉及其他单位"


class InquiryReopen(Code):
    """Why an inquiry was reopened."""

    NOT_SOLVED = "NOT_SOLVED", "未解决"
    WRONG_ANSWER = "WRONG_ANSWER", "答复有误"
    NEW_FACTS = "NEW_FACTS", "情况有变"


class AidKind(Code):
    """What kind of help (S-47, S-50, screen 19)."""

    VISIT = "VISIT", "走访慰问"
    RELIEF = "RELIEF", "困难救助"
    FAMILY_VISIT = "FAMILY_VISIT", "看望家属"
    EMPLOYMENT = "EMPLOYMENT", "就业帮助"
    LEGAL = "LEGAL", "法律援助"
    OTHER = "OTHER", "其他"


class AidState(Code):
    """The states of an aid case (domain.md §2.12)."""

    RAISED = "RAISED", "已提出"
    ASSESSED = "ASSESSED", "已评估"
    APPROVED = "APPROVED", "已批准"
    VISITED = "VISITED", "已走访"
    CLOSED = "CLOSED", "已结案"


class AidOccasion(Code):
    """The two times of a year at which visits are made (domain.md §2.12)."""

    SPRING_FESTIVAL = "SPRING_FESTIVAL", "元旦春节", "New Year and Spring Festival"
    JULY_1 = "JULY_1", "七一", "1 July"


class AidRaisedBy(Code):
    """Who asked for help."""

    MEMBER = "MEMBER", "本人"
    CONTACT_PERSON = "CONTACT_PERSON", "支部联系人"
    BRANCH = "BRANCH", "支部"
    STATION = "STATION", "服务站"


class AidOutcome(Code):
    """How an aid case was closed."""

    HELPED = "HELPED", "已帮助"
    NOT_NEEDED = "NOT_NEEDED", "不再需要"
    NOT_ELIGIBLE = "NOT_ELIGIBLE", "不符合条件"
    PASSED_ON = "PASSED_ON", "已转有关部门"


class ReportForm(Code):
    """In which form a report was given; its content is never stored (S-04)."""

    ORAL = "ORAL", "口头"
    WRITTEN = "WRITTEN", "书面"
    PHONE = "PHONE", "电话"
    ONLINE = "ONLINE", "线上"


class LeadKind(Code):
    """S-43: a lead for prosperity or for investment."""

    PROSPERITY = "PROSPERITY", "致富信息"
    INVESTMENT = "INVESTMENT", "招商信息"


class LeadState(Code):
    """The states of a lead (domain.md §2.12)."""

    SUBMITTED = "SUBMITTED", "已提交"
    ASSESSED = "ASSESSED", "已评估"
    FORWARDED = "FORWARDED", "已转送"
    ADOPTED = "ADOPTED", "已采纳"
    NOT_ADOPTED = "NOT_ADOPTED", "未采纳"


class LeadAssessment(Code):
    """What an assessment found."""

    USEFUL = "USEFUL", "有价值"
    KNOWN = "KNOWN", "已掌握"
    NOT_USABLE = "NOT_USABLE", "不可用"


class EntrepreneurshipStage(Code):
    """S-44: interest, plan, support."""

    INTEREST = "INTEREST", "有意向"
    PLAN = "PLAN", "有计划"
    STARTED = "STARTED", "已创业"


class CareKind(Code):
    """What a line of the table of care and commendation is (domain.md §6 no. 19)."""

    VISIT = "VISIT", "走访"
    RELIEF = "RELIEF", "救助"
    COMMENDATION = "COMMENDATION", "表彰"
    ENTREPRENEURSHIP = "ENTREPRENEURSHIP", "返乡创业"
    LEAD = "LEAD", "信息"


class SupportKind(Code):
    """What support a return-home entrepreneur was given (S-44)."""

    POLICY_ADVICE = "POLICY_ADVICE", "政策咨询"
    TRAINING = "TRAINING", "培训"
    SITE = "SITE", "场地"
    CREDIT_REFERRAL = "CREDIT_REFERRAL", "信贷推荐"
    CONTACTS = "CONTACTS", "牵线搭桥"


class NoticeChannel(Code):
    """How a notice travels."""

    EMAIL = "EMAIL", "邮件"
    SMS = "SMS", "短信", "SMS"
    IN_APP = "IN_APP", "站内", "Desk"
    CHAT = "CHAT", "即时通讯"
    POST = "POST", "邮寄"
    MAILBOX = "MAILBOX", "邮箱文件夹", "Mailbox folder"


class NoticeFailure(Code):
    """Why a notice could not be handed over or was returned."""

    ADDRESS_INVALID = "ADDRESS_INVALID", "地址无效"
    REFUSED_BY_PROVIDER = "REFUSED_BY_PROVIDER", "服务商拒绝"
    REFUSED_BY_RECIPIENT = "REFUSED_BY_RECIPIENT", "对方拒收"
    RETRIES_USED_UP = "RETRIES_USED_UP", "重试用尽"
    EXPIRED = "EXPIRED", "过期"


class Suppression(Code):
    """Why a notice was not sent; each suppressed message names its reason."""

    DO_NOT_CONTACT = "DO_NOT_CONTACT", "不接收该渠道"
    NO_CONTACT_POINT = "NO_CONTACT_POINT", "无可用联系方式"
    NO_LONGER_NEEDED = "NO_LONGER_NEEDED", "已无必要"
    IN_DIGEST = "IN_DIGEST", "并入摘要"
    DUPLICATE = "DUPLICATE", "重复"
    RECIPIENT_ERASED = "RECIPIENT_ERASED", "接收人已删除"


class Replanning(Code):
    """Why a notice that was to leave waits for another moment, or leaves by another channel."""

    OUT_OF_HOURS = "OUT_OF_HOURS", "不在发送时段"
    CHANNEL_REFUSED = "CHANNEL_REFUSED", "已拒收该渠道"


class Settlement(Code):
    """How a person settled a notice of unknown outcome."""

    ARRIVED = "ARRIVED", "确认送达"
    NOT_ARRIVED = "NOT_ARRIVED", "确认未达"
    GIVEN_UP = "GIVEN_UP", "不再追查"


class CampaignResult(Code):
    """What a campaign gave for one member (S-35)."""

    DELIVERED = "DELIVERED", "送达"
    REPLIED = "REPLIED", "回复"
    CALLED_BACK = "CALLED_BACK", "回电"
    FAILED = "FAILED", "失败"
    UNKNOWN = "UNKNOWN", "未知"
