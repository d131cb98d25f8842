"""Codes about organisations, service points, sweeps, rules and study activities (domain.md §2.12-§2.14, §7)."""

from guiyan.events.codes.base import Code


class OrganisationKind(Code):
    """The kinds of organisation (domain.md §2.13, R10)."""

    COMMITTEE = "COMMITTEE", "党委"
    WORK_COMMITTEE = "WORK_COMMITTEE", "工委"
    GENERAL_BRANCH = "GENERAL_BRANCH", "总支"
    BRANCH = "BRANCH", "支部"
    JOINT_BRANCH = "JOINT_BRANCH", "联合支部"
    TEMPORARY_BRANCH = "TEMPORARY_BRANCH", "临时支部"
    MOBILE_BRANCH = "MOBILE_BRANCH", "流动党员党支部"
    GROUP = "GROUP", "小组"


class UnitSituation(Code):
    """所在单位情况 (R12)."""

    SAME_AS_PARENT = "SAME_AS_PARENT", "与上级党组织相同"
    LEGAL_PERSON = "LEGAL_PERSON", "法人单位"
    JOINT = "JOINT", "联合党支部"


class OrganisationChange(Code):
    """What may be decided about an organisation for a day to come (domain.md §2.13)."""

    RENAME = "RENAME", "更名"
    MOVE = "MOVE", "调整隶属"
    MERGE = "MERGE", "合并"
    SPLIT = "SPLIT", "分设"
    DISSOLVE = "DISSOLVE", "撤销"


class PhonePurpose(Code):
    """What an office's phone answers (S-23)."""

    INQUIRY = "INQUIRY", "咨询"
    OFFICE = "OFFICE", "办公"
    FAX = "FAX", "传真"


class ServicePointLevel(Code):
    """The three levels of service points (S-18 to S-20)."""

    CENTRE = "CENTRE", "中心"
    STATION = "STATION", "站"
    SUBSTATION = "SUBSTATION", "分站"


class SweepKind(Code):
    """Three windows a year, and ad-hoc sweeps in between (S-30, S-31)."""

    SPRING_FESTIVAL = "SPRING_FESTIVAL", "春节"
    MAY_DAY = "MAY_DAY", "五一"
    NATIONAL_DAY = "NATIONAL_DAY", "十一"
    AD_HOC = "AD_HOC", "不定期"


class SweepFinding(Code):
    """What a sweep found about one member (domain.md §2.12)."""

    UNCHANGED = "UNCHANGED", "无变化"
    CHANGED = "CHANGED", "有变化"
    FOUND_OUT = "FOUND_OUT", "新发现流出"
    FOUND_IN = "FOUND_IN", "新发现流入"
    RETURNED = "RETURNED", "返回"
    NOT_REACHED = "NOT_REACHED", "未联系上"


class SweepState(Code):
    """How far a sweep has come (domain.md §2.12)."""

    PLANNED = "PLANNED", "已计划"
    OPEN = "OPEN", "进行中"
    TOWNSHIP_CHECKED = "TOWNSHIP_CHECKED", "乡镇已审核"
    CITY_CLOSED = "CITY_CLOSED", "市级已办结"
    REPORTED = "REPORTED", "已上报"
    CANCELLED = "CANCELLED", "已取消"


class SweepSheetState(Code):
    """How far a branch's sheet has come: what stands in the column 审核 (domain.md §6 no. 14)."""

    OPEN = "OPEN", "填报中"
    SUBMITTED = "SUBMITTED", "待审核"
    RETURNED = "RETURNED", "已退回"
    ACCEPTED = "ACCEPTED", "审核通过"
    LEFT_OUT = "LEFT_OUT", "未上报"


class ActivityKind(Code):
    """The kinds of organised activity (domain.md §7)."""

    GENERAL_MEETING = "GENERAL_MEETING", "党员大会"
    GROUP_MEETING = "GROUP_MEETING", "小组会"
    LECTURE = "LECTURE", "党课"
    THEME_DAY = "THEME_DAY", "主题党日"
    ORG_LIFE = "ORG_LIFE", "组织生活会"
    APPRAISAL = "APPRAISAL", "民主评议"
    SKILLS_TRAINING = "SKILLS_TRAINING", "技能培训"
    ONLINE_STUDY = "ONLINE_STUDY", "线上学习"


class LectureForm(Code):
    """The four lecture forms of the seed article (S-29)."""

    VETERAN = "VETERAN", "革命前辈讲传统"
    MODEL = "MODEL", "先进典型讲事迹"
    ENTREPRENEUR = "ENTREPRENEUR", "经济能人讲发展"
    CRAFTSMAN = "CRAFTSMAN", "技术能手讲技能"


class StudyTopic(Code):
    """What an activity is about (S-27); the last two are what the article misses: practical skills (P-06)."""

    THEORY = "THEORY", "政治理论"
    RULES = "RULES", "党章党规"
    POLICY = "POLICY", "政策法规"
    TRADITION = "TRADITION", "优良传统"
    SKILLS = "SKILLS", "实用技能"
    BUSINESS = "BUSINESS", "创业增收"


class ActivityState(Code):
    """Where a study activity stands (domain.md §2.12)."""

    DRAFT = "DRAFT", "拟定"
    ANNOUNCED = "ANNOUNCED", "已预告"
    HELD = "HELD", "已开展"
    RECORDED = "RECORDED", "已归档"
    CANCELLED = "CANCELLED", "已取消"


class ShortNotice(Code):
    """Why an activity was announced later than the rule asks (S-25)."""

    HIGHER_ORDER = "HIGHER_ORDER", "上级临时部署"
    HOMECOMING = "HOMECOMING", "返乡集中时段"
    SPEAKER = "SPEAKER", "讲课人时间所限"
    URGENT = "URGENT", "紧急事项"


class AttendanceMode(Code):
    """How a member took part (P-04)."""

    IN_PERSON = "IN_PERSON", "现场"
    ONLINE = "ONLINE", "线上"
    AT_HOST = "AT_HOST", "在流入地"


class ActivityAnswer(Code):
    """A member's answer to an announcement (domain.md §2.12)."""

    COMING = "COMING", "参加"
    ONLINE = "ONLINE", "线上参加"
    NOT_COMING = "NOT_COMING", "不参加"


class FeedbackAnswer(Code):
    """Was a training practical (S-27: 实用、实在、实际)."""

    USEFUL = "USEFUL", "有用"
    PARTLY = "PARTLY", "部分有用"
    NOT_USEFUL = "NOT_USEFUL", "用处不大"


class LetterKind(Code):
    """Letters and material sent to members and hosts (S-26, S-40)."""

    NOTICE_TO_MEMBER = "NOTICE_TO_MEMBER", "流动党员须知"
    LETTER_TO_MEMBER = "LETTER_TO_MEMBER", "致流动党员函"
    STUDY_MATERIAL = "STUDY_MATERIAL", "学习资料"
    HOST_NOTICE = "HOST_NOTICE", "致流入地党组织函"


class MaterialState(Code):
    """What became of a letter or of material that was sent (S-26, S-40)."""

    SENT = "SENT", "已寄出"
    RECEIVED = "RECEIVED", "已收到"
    CAME_BACK = "CAME_BACK", "退回"


class TaskKind(Code):
    """What a detector puts on a branch's desk (domain.md §1.2)."""

    LEFT_WITHOUT_TELLING = "LEFT_WITHOUT_TELLING", "疑似外出未报告"
    DESTINATION_UNKNOWN = "DESTINATION_UNKNOWN", "去向不详"
    NO_HOST = "NO_HOST", "长期未纳入流入地"
    PROBATION_AWAY = "PROBATION_AWAY", "预备党员在外"
    APPLICATION_DUE = "APPLICATION_DUE", "转正申请到期"
    PARKED_RELATION = "PARKED_RELATION", "关系挂靠到期"
    CONTACT_PERSON_MISSING = "CONTACT_PERSON_MISSING", "缺支部联系人"
    HOST_DECLINED = "HOST_DECLINED", "流入地未接纳"
    DATA_INCOMPLETE = "DATA_INCOMPLETE", "信息不完整"
    HOST_SILENT = "HOST_SILENT", "流入地逾期未答复"
    HOST_ANSWER_DUE = "HOST_ANSWER_DUE", "报到待答复"
    RECOGNITION_UNCONFIRMED = "RECOGNITION_UNCONFIRMED", "流动党员待确认"
    PROBATION_REPORT = "PROBATION_REPORT", "在外预备党员半年汇报"
    PROBATION_ESCALATED = "PROBATION_ESCALATED", "预备期满未申请"
    RETENTION_DUE = "RETENTION_DUE", "保留关系到期"
    CORRECTION_ASKED = "CORRECTION_ASKED", "更正申请待审核"
    DUPLICATE_FLAGGED = "DUPLICATE_FLAGGED", "疑似重复待核定"
    INFLOW_UNPAIRED = "INFLOW_UNPAIRED", "流入登记待原组织答复"
    DUES_ARREARS = "DUES_ARREARS", "党费欠交"
    DUES_CASE = "DUES_CASE", "连续六个月未交党费"
    SWEEP_OVERDUE = "SWEEP_OVERDUE", "摸底排查逾期未报"
    SWEEP_CHECK_OVERDUE = "SWEEP_CHECK_OVERDUE", "摸底排查逾期未审核"
    SWEEP_CLOSE_OVERDUE = "SWEEP_CLOSE_OVERDUE", "摸底排查逾期未办结"
    PROBATION_UNDECIDED = "PROBATION_UNDECIDED", "转正逾期未审批"
    DUES_REPORTED = "DUES_REPORTED", "党费欠交已上报"
    CERTIFICATE_CHECK = "CERTIFICATE_CHECK", "活动证应年审"
    CERTIFICATE_RETURN = "CERTIFICATE_RETURN", "活动证逾期未交回"
    CERTIFICATE_STEP = "CERTIFICATE_STEP", "活动证办理逾期"
    CONTACT_POINT_CLOSED = "CONTACT_POINT_CLOSED", "联系方式失效"
    UNREACHABLE = "UNREACHABLE", "无可用联系方式"
    LOST_WATCH = "LOST_WATCH", "失联关注"
    LOST_STEP_DUE = "LOST_STEP_DUE", "失联办理到期"
    LOST_DECISION_DUE = "LOST_DECISION_DUE", "失联待党委办理"
    TRANSFER_SUGGESTED = "TRANSFER_SUGGESTED", "应转组织关系"
    TRANSFER_STEP = "TRANSFER_STEP", "转接办理逾期"
    TRANSFER_RECEIPT = "TRANSFER_RECEIPT", "转接回执逾期"
    CONTACT_PERSON_OVERLOADED = "CONTACT_PERSON_OVERLOADED", "联系人联系党员过多"


class TaskEnd(Code):
    """How a task left the desk."""

    DONE = "DONE", "已办"
    NOT_NEEDED = "NOT_NEEDED", "无需办理"
    OVERTAKEN = "OVERTAKEN", "情况已变"
