"""The help of every command in the caller's language; English stands at the command, Chinese here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from guiyan.cli.speech import language

HEADINGS = (
    (re.compile(r"^Usage:", re.MULTILINE), "用法:"),
    (re.compile(r"^Options:", re.MULTILINE), "选项:"),
    (re.compile(r"^Commands:", re.MULTILINE), "命令:"),
    (re.compile(r"^Arguments:", re.MULTILINE), "参数:"),
    (re.compile(r"Show this\s+message and exit\."), "显示此帮助。"),
    (re.compile(r"\[required\]"), "[必填]"),
    (re.compile(r"\[default: "), "[默认:"),
)
CHINESE: Mapping[str, str] = {
    "Guiyan 归雁: look after members who move away for work. Settings: GUIYAN_DATA, GUIYAN_LANG.": (
        "归雁:流动党员管理。设置:GUIYAN_DATA、GUIYAN_LANG。"
    ),
    # up
    "Start everything on this machine, make a sample city when there is none, and show where to look.": (
        "在本机启动全部服务;没有样例城市时先生成,并显示访问地址。"
    ),
    "Data folder; kept between runs.": "数据文件夹;多次运行之间保留。",
    "Run the journey, print its outcome, end with its code.": "运行全程演示,显示结果,并以其退出码结束。",
    "Seed of the sample city.": "样例城市的种子。",
    "Members of the sample city.": "样例城市的党员人数。",
    "How many of them are away.": "其中外出的人数。",
    "A new city is filled and shown no journey: ready sooner.": "新城市只填充样例,不做演示,更快就绪。",
    "Save what the journey shows as SVG.": "将演示画面存为 SVG。",
    "Tell each step as a JSON object a line (NDJSON).": "每一步输出一行 JSON(NDJSON)。",
    # import
    "Import a roster: one event per accepted row, faulty rows back as a workbook with reasons.": (
        "导入花名册:每个受理行一条事件,问题行连同原因以工作簿退回。"
    ),
    "Roster, XLSX or CSV.": "花名册,XLSX 或 CSV。",
    "Only tell what would come of it, branch by branch; --what-if is the same.": (
        "只按党支部显示预计结果,不写入;--what-if 与此相同。"
    ),
    "Write an empty roster to fill in there, and import nothing.": "把空白花名册模板写到该文件,不导入。",
    "On whose behalf; 12 digits.": "代表哪个党组织;12 位数字。",
    "Where to put the faulty rows; beside the roster when absent.": "问题行存放位置;缺省放在花名册旁。",
    "Answer in JSON.": "以 JSON 回答。",
    # verify-certificate
    "Check the code of an activity certificate offline; exit code 0: to be believed and not overdue.": (
        "离线核验活动证二维码;退出码 0 表示可采信且未逾期年审。"
    ),
    "The scanned text; - reads it from standard input.": "扫描所得文本;- 表示从标准输入读取。",
    "File with the issuer's public keys; else this installation's own.": "发证机关公钥文件;不填则用本安装的密钥。",
    "Judge by this day.": "按此日期判断。",
    # account
    "Accounts of people who sign in here: the first ones, and rescue.": "本地登录账号:首批账号和应急处理。",
    "Open the first administrators' accounts; these open and grant all others.": (
        "开立首批管理员账号,其余账号由他们开立和授权。"
    ),
    "As NAME=HOLDER: sign-in name, and the person's name.": "登录名=使用人:登录名和使用人姓名。",
    "File for the one-time passwords; made anew, for its owner alone.": "存放一次性密码的新文件,仅所有者可读。",
    "Unlock an account and give it another one-time password, when no administrator can.": (
        "在没有管理员能办理时,为账号解锁并发放新的一次性密码。"
    ),
    "Sign-in name.": "登录名。",
    # token
    "Print a token for the Authorization header.": "显示用于 Authorization 请求头的令牌。",
    "A role; repeat it for several.": "角色;可重复。",
    "Code of the own organisation, 12 digits.": "所属党组织代码,12 位数字。",
    "Who it is for.": "令牌持有人。",
    "How many hours it is valid.": "有效小时数。",
    # replay
    "Show what happened, as it stands in the ledger; personal text stays sealed.": (
        "显示账本中记录的事件;个人信息保持加密。"
    ),
    "One aggregate as <service>/<aggregate>/<id>, such as registry/member/…; none: all.": (
        "一个聚合,写作 <服务>/<聚合>/<编号>,如 registry/member/…;不写则为全部。"
    ),
    "table, json or ndjson (one event a line, as they are read).": "table、json 或 ndjson(边读边写,每行一条事件)。",
    "What had happened by this business date, 2026-03-31.": "截至此业务日期已发生的,如 2026-03-31。",
    "What was recorded by this moment, 2026-04-01T08:00:00Z.": "截至此时刻已记录的,如 2026-04-01T08:00:00Z。",
    "Only these event types; repeat it.": "只显示这些事件类型;可重复。",
    "Only above this ledger sequence.": "只显示此账本序号之后的。",
    "The same as --as json.": "等同于 --as json。",
    # bench
    "Measure every row of the speed table as a ratio to the bare client; exit code 1 when a bar is missed.": (
        "测量速度表的每一行(与裸客户端之比);未达标时退出码为 1。"
    ),
    "Write the report there too, as JSON.": "同时将报告以 JSON 写入该文件。",
    "Small and short: to see that it runs.": "小规模快速运行,只看能否运行。",
    "The roster of 100,000 rows.": "十万行花名册。",
    "How many rows the roster has.": "花名册行数。",
    "How many members the large city of scale, find and quarter has.": "scale、find 与 quarter 所用大城市的党员人数。",
    "How often each row is measured.": "每一行测量的次数。",
    "One row alone; repeat it. scale, find, quarter and sending take long and run only by name.": (
        "只测一行;可重复。scale、find、quarter 与 sending 耗时较长,须指名才测。"
    ),
    "Print the report as JSON.": "以 JSON 显示报告。",
    # init, deploy
    "Make the missing keys, NATS's configuration, and a folder with just its own keys for each service.": (
        "生成缺少的密钥、NATS 配置,以及各服务各自的密钥文件夹。"
    ),
    "Folder of the installation: keys/, nats-config/, services/.": "安装文件夹:keys/、nats-config/、services/。",
    "Township with an account of its own; repeat it.": "拥有独立账户的乡镇代码;可重复。",
    "Wait for both servers, begin the replica set, make the streams and consumers that are missing.": (
        "等待两个服务器就绪,初始化副本集,创建缺少的流和消费者。"
    ),
    # sample
    "Make a sample city: organisations, a roster and a year of township events. Nobody in it exists.": (
        "生成样例城市:党组织、花名册和一年的乡镇事件。其中人物均为虚构。"
    ),
    "Folder to write to; made if need be.": "写入的文件夹;不存在则创建。",
    "The same seed and size give the same files.": "种子和规模相同,文件就相同。",
    "How many members the city has.": "城市的党员人数。",
    "How many are away when the clock starts.": "时钟开始时外出的人数。",
    "Print the manifest as JSON.": "以 JSON 显示清单。",
    # clock
    "The installation's clock.": "本系统的时钟。",
    "Show what time it is for the services.": "显示各服务当前的时间。",
    "Move the manual clock on; timers due in between fire in order, each at its own time.": (
        "推进手动时钟;其间到期的定时器按各自时间依次触发。"
    ),
    "How far, such as 91d, 12h or 30m.": "推进多久,如 91d、12h 或 30m。",
    # projections
    "The read models of the services.": "各服务的读模型(投影)。",
    "Show position, state and lag of every projection and policy; exit code 1 when a service does not answer.": (
        "显示每个投影和策略的位置、状态和滞后;有服务不应答时退出码为 1。"
    ),
    "One service; all when absent.": "一个服务;缺省为全部。",
    "Build read models anew beside the live ones, compare document by document, and switch when they are equal.": (
        "在现用读模型旁重建,逐个文档比较,一致后切换。"
    ),
    "Which one; all of the service when absent.": "哪个投影;缺省为该服务的全部。",
    "Switch although the two differ.": "即使不一致也切换。",
    # parked
    "What waits for a person.": "等待人工处理的事项。",
    "Show what waits for a person, with the reason.": "显示等待人工处理的事项及原因。",
    "Try again what was parked.": "重试搁置的事项。",
    "As `guiyan parked list` shows it.": "`guiyan parked list` 显示的编号。",
    "The service that it waits in.": "所在的服务。",
    "Leave the event at fault out for good, by decision.": "经决定永久跳过出错的事件。",
    "Why it may be left out; recorded.": "跳过的理由;将被记录。",
}


def in_the_callers_language(command: Any) -> Any:
    """The command with every help text in the language of the locale."""
    if language() == "zh-CN":
        for one in commands_below(command):
            _translate(one)
    return command


def commands_below(command: Any) -> Iterator[Any]:
    """The command and every command below it."""
    yield command
    for one in getattr(command, "commands", {}).values():
        yield from commands_below(one)


def _translate(command: Any) -> None:
    command.help = CHINESE.get(command.help, command.help)
    for parameter in command.params:
        parameter.help = CHINESE.get(getattr(parameter, "help", None) or "", getattr(parameter, "help", None))
    written = command.get_help
    command.get_help = lambda context: _headed(written(context))


def _headed(text: str) -> str:
    for english, chinese in HEADINGS:
        text = english.sub(chinese, text)
    return text
