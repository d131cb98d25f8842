"""Where the files of `deploy/` lie: configuration templates, streams and consumers."""

import os
from pathlib import Path
from string import Template

SETTING = "GUIYAN_DEPLOY_FOLDER"
MARK = Path("nats") / "nats-server.conf.template"


class ConfTemplate(Template):
    """A template whose places are `%{name}`: NATS has its own meaning for `$`."""

    delimiter = "%"


def deploy_folder() -> Path:
    """The folder `deploy/`: from GUIYAN_DEPLOY_FOLDER, or beside the sources, or under the working directory.

    Raises FileNotFoundError, which names the setting.
    """
    given = os.environ.get(SETTING)
    above = [parent / "deploy" for parent in Path(__file__).resolve().parents]
    for folder in [Path(given)] if given else [*above, Path("deploy")]:
        if (folder / MARK).is_file():
            return folder
    raise FileNotFoundError(f"The folder deploy/ with {MARK} was not found; name it in {SETTING}.")


def template(name: str) -> ConfTemplate:
    """The template `name`, as `nats/nats-server.conf.template`."""
    return ConfTemplate((deploy_folder() / name).read_text(encoding="utf-8"))
