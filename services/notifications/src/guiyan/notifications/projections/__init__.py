"""What notifications reads: the notices, who serves where, and whom a transfer concerns."""

from guiyan.notifications.projections.notices import Notices
from guiyan.notifications.projections.posts import Posts
from guiyan.notifications.projections.sides import Sides

__all__ = ["Notices", "Posts", "Sides"]
