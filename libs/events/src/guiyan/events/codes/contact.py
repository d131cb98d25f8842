"""Codes about keeping contact: duties, contact points, searching (domain.md §2.5-§2.7, §7)."""

from guiyan.events.codes.base import Code


class ContactState(Code):
    """The states of a quarter's duty (domain.md §2.6)."""

    PLANNED = "PLANNED", "待联系"
    ATTEMPTED = "ATTEMPTED", "已尝试"
    REACHED = "REACHED", "已联系"
    PARTIAL = "PARTIAL", "部分完成"
    MISSED = "MISSED", "未联系上"
    ESCALATED = "ESCALATED", "已上报"
    PAUSED = "PAUSED", "暂停计时"
    EXEMPTED = "EXEMPTED", "免于联系"
    STOPPED = "STOPPED", "已停止"
    CLOSED = "CLOSED", "已结束"


class ContactLeg(Code):
    """The two legs of a duty (S-22)."""

    MEMBER = "MEMBER", "党员本人"
    HOST_ORG = "HOST_ORG", "流入地党组织"


class ContactChannel(Code):
    """Which way contact was sought."""

    PHONE = "PHONE", "电话"
    SMS = "SMS", "短信", "SMS"
    VIDEO = "VIDEO", "视频"
    WECHAT_CALL = "WECHAT_CALL", "微信通话", "WeChat call"
    LETTER = "LETTER", "信函"
    IN_PERSON = "IN_PERSON", "当面"
    VIA_HOST_ORG = "VIA_HOST_ORG", "经流入地党组织"
    VIA_RELAY_PERSON = "VIA_RELAY_PERSON", "经联系人转达"


class ContactOutcome(Code):
    """What came of an attempt; WRONG_NUMBER closes the contact point at once (domain.md §2.6)."""

    REACHED = "REACHED", "已联系上"
    NO_ANSWER = "NO_ANSWER", "无人接听"
    WRONG_NUMBER = "WRONG_NUMBER", "号码有误"
    NUMBER_DEAD = "NUMBER_DEAD", "停机/空号"
    REFUSED = "REFUSED", "拒绝"
    CALL_BACK = "CALL_BACK", "约定回电"
    MESSAGE_DELIVERED = "MESSAGE_DELIVERED", "消息送达"


class WorkAnswer(Code):
    """First coded answer: work."""

    EMPLOYED = "EMPLOYED", "就业"
    SELF_EMPLOYED = "SELF_EMPLOYED", "自主经营"
    SEEKING = "SEEKING", "求职"
    STUDY = "STUDY", "学习"
    RETIRED = "RETIRED", "退休"
    UNSAID = "UNSAID", "未说明"


class OrgLifeAnswer(Code):
    """Second coded answer: organised life."""

    ATTENDS_HOST = "ATTENDS_HOST", "参加流入地"
    ATTENDS_ONLINE = "ATTENDS_ONLINE", "线上参加"
    NONE = "NONE", "未参加"
    UNSAID = "UNSAID", "未说明"


class DuesAnswer(Code):
    """Third coded answer: dues; PAID_TO comes with a month."""

    PAID_TO = "PAID_TO", "已交至"
    UNPAID = "UNPAID", "未交"
    UNSAID = "UNSAID", "未说明"


class Wish(Code):
    """What a member wished for, as a kind only; it becomes an inquiry or an aid case (domain.md §2.6)."""

    INQUIRY = "INQUIRY", "咨询"
    AID = "AID", "帮扶"
    TRANSFER = "TRANSFER", "转接组织关系"
    STUDY_MATERIAL = "STUDY_MATERIAL", "学习资料"


class ContactStop(Code):
    """Why a duty ended before its quarter."""

    TRANSFERRED = "TRANSFERRED", "已转出"
    RETURNED = "RETURNED", "已返回"
    MEMBERSHIP_CHANGED = "MEMBERSHIP_CHANGED", "党籍状态变化"
    DEPARTURE_CLOSED = "DEPARTURE_CLOSED", "流动登记终结"


class ContactPause(Code):
    """Why the clock of a duty stands still."""

    TRANSFER_OPEN = "TRANSFER_OPEN", "转接办理中"
    HOSTED_BY_AGREEMENT = "HOSTED_BY_AGREEMENT", "按约由流入地负责"


class ContactExemption(Code):
    """Why one quarter needs no contact."""

    CONFIDENTIAL_POST = "CONFIDENTIAL_POST", "涉密岗位"
    AT_SEA_OR_FIELD = "AT_SEA_OR_FIELD", "远洋/野外作业"
    SEEN_AT_HOME = "SEEN_AT_HOME", "返乡已见面"
    TRANSFER_OPEN = "TRANSFER_OPEN", "整季度转接办理中", "Transfer open all the quarter"
    HOSTED_BY_AGREEMENT = "HOSTED_BY_AGREEMENT", "按约由流入地联系", "The host kept contact by agreement"


class EscalationLevel(Code):
    """To whom a missed contact goes (domain.md §2.6)."""

    BRANCH_SECRETARY = "BRANCH_SECRETARY", "支部书记"
    TOWNSHIP_OFFICER = "TOWNSHIP_OFFICER", "乡镇(街道)组织员"
    CITY_OFFICER = "CITY_OFFICER", "市委组织部"


class ContactPointKind(Code):
    """What a contact point is."""

    MOBILE = "MOBILE", "手机"
    LANDLINE = "LANDLINE", "固定电话"
    EMAIL = "EMAIL", "电子邮箱"
    WECHAT = "WECHAT", "微信", "WeChat"
    POSTAL = "POSTAL", "通信地址"


class ContactPointSource(Code):
    """Who gave a contact point; no other source is permitted (guard rails)."""

    MEMBER = "MEMBER", "本人"
    ROSTER = "ROSTER", "花名册"
    REGISTRY = "REGISTRY", "党员信息库"
    HOST_ORG = "HOST_ORG", "流入地党组织"
    RELAY_PERSON = "RELAY_PERSON", "转达联系人"
    FAMILY_BY_WISH = "FAMILY_BY_WISH", "本人同意的家属"


class ContactPointEnd(Code):
    """Why a contact point was closed."""

    WRONG_NUMBER = "WRONG_NUMBER", "号码有误"
    NUMBER_DEAD = "NUMBER_DEAD", "停机/空号"
    BOUNCED = "BOUNCED", "退信"
    REPLACED = "REPLACED", "已更换"
    BY_WISH = "BY_WISH", "本人要求"


class VerifiedHow(Code):
    """How a contact point was proved to reach the member."""

    TALKED = "TALKED", "通话核实"
    CALLED_BACK = "CALLED_BACK", "本人回电"
    IN_PERSON = "IN_PERSON", "当面核实"
    CODE_RETURNED = "CODE_RETURNED", "验证码"


class LostState(Code):
    """The states of a lost contact (domain.md §2.7); everything after CONFIRMED_LOST is a human decision."""

    WATCH = "WATCH", "关注"
    SEARCHING = "SEARCHING", "查找中"
    FOUND = "FOUND", "已取得联系"
    CONFIRMED_LOST = "CONFIRMED_LOST", "确认失联"
    SUSPENSION_PROPOSED = "SUSPENSION_PROPOSED", "提请停止党籍"
    SUSPENDED = "SUSPENDED", "停止党籍"
    REINSTATEMENT_PROPOSED = "REINSTATEMENT_PROPOSED", "提请恢复党籍"
    REINSTATED = "REINSTATED", "恢复党籍"
    REMOVAL_PROPOSED = "REMOVAL_PROPOSED", "提请除名"
    REMOVED = "REMOVED", "除名"


class LostCause(Code):
    """Causes of lost contact, numbers 1 to 7 of the office's form (domain.md §2.7)."""

    MIGRANT_OR_BUSINESS = "MIGRANT_OR_BUSINESS", "①外出务工经商", "Away for work or business"
    UNIT_RESTRUCTURED = "UNIT_RESTRUCTURED", "②单位改制或破产", "Unit restructured or bankrupt"
    GRADUATE_UNKNOWN = "GRADUATE_UNKNOWN", "③毕业后去向不明", "Whereabouts unknown after graduation"
    EMPLOYER_CHANGED = "EMPLOYER_CHANGED", "④工作单位改变", "Employer changed"
    ABROAD = "ABROAD", "⑤出国(境)", "Abroad"
    RESIDENCE_CHANGED = "RESIDENCE_CHANGED", "⑥居住地改变", "Residence changed"
    OTHER = "OTHER", "⑦其他", "Other"


class SearchMeans(Code):
    """The closed list of means that may be used in a search (guard rails)."""

    OWN_CONTACT_POINTS = "OWN_CONTACT_POINTS", "本人联系方式"
    RELAY_PERSON = "RELAY_PERSON", "转达联系人"
    HOST_ORG = "HOST_ORG", "流入地党组织"
    FORMER_BRANCH = "FORMER_BRANCH", "原党支部"
    LAST_EMPLOYER_BY_LETTER = "LAST_EMPLOYER_BY_LETTER", "函询原工作单位"
    REGISTERED_LETTER = "REGISTERED_LETTER", "挂号信"


class SearchResult(Code):
    """What a search step gave."""

    REACHED = "REACHED", "已联系上"
    NEW_CONTACT_POINT = "NEW_CONTACT_POINT", "获得新联系方式"
    NOTHING = "NOTHING", "无结果"
    WAITING = "WAITING", "待回复"
    NOT_APPLICABLE = "NOT_APPLICABLE", "不适用"


class FoundOutcome(Code):
    """What branch and committee decided about a member found again (domain.md §2.7)."""

    RESUME = "RESUME", "恢复正常管理"
    CORRECTION_PERIOD = "CORRECTION_PERIOD", "限期改正"
    PERSUADE_TO_LEAVE = "PERSUADE_TO_LEAVE", "劝退"
    REMOVED = "REMOVED", "除名"
    SUSPENDED_ABROAD = "SUSPENDED_ABROAD", "出国(境)停止党籍"
    PROBATION_ENDED = "PROBATION_ENDED", "取消预备资格"


class LostEnd(Code):
    """How a lost-contact case ended."""

    RESUMED = "RESUMED", "恢复正常管理"
    SUSPENDED = "SUSPENDED", "停止党籍"
    REINSTATED = "REINSTATED", "恢复党籍"
    REMOVED = "REMOVED", "除名"
    TRANSFERRED = "TRANSFERRED", "已转出"
    OPENED_IN_ERROR = "OPENED_IN_ERROR", "误立"
    RETURNED = "RETURNED", "已返回"
    MEMBERSHIP_ENDED = "MEMBERSHIP_ENDED", "党籍终止"


class LostStep(Code):
    """What a lost-contact case waits for, and from which day on; the clock tells it once and does no more (§2.7)."""

    START_SEARCH = "START_SEARCH", "应开始查找"
    MAY_CONFIRM = "MAY_CONFIRM", "可确认失联"
    CORRECTION_OVER = "CORRECTION_OVER", "限期改正期满"
    MAY_PROPOSE_REMOVAL = "MAY_PROPOSE_REMOVAL", "停籍两年期满"
