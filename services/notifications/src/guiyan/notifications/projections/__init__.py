"""What notifications reads: the notices, and who serves where."""

from guiyan.notifications.projections.notices import Notices
from guiyan.notifications.projections.posts import Posts

__all__ = ["Notices", "Posts"]
