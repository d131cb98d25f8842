"""What notifications reads: notices, templates, offices' phones, who serves where, whom a transfer concerns."""

from guiyan.notifications.projections.notices import Notices
from guiyan.notifications.projections.offices import Offices
from guiyan.notifications.projections.posts import Posts
from guiyan.notifications.projections.sides import Sides
from guiyan.notifications.projections.templates import Templates

__all__ = ["Notices", "Offices", "Posts", "Sides", "Templates"]
