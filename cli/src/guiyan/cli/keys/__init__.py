"""The secrets of one installation: made once, kept in one folder, readable by their owner alone."""

from guiyan.cli.keys.folder import SERVICES, USERS, KeyFolder
from guiyan.cli.keys.tokens import issue_token

__all__ = ["SERVICES", "USERS", "KeyFolder", "issue_token"]
