"""What notifications reads: notices, their account, providers, templates, phones, posts, members' numbers, studies."""

from guiyan.notifications.projections.accounts import Accounts
from guiyan.notifications.projections.activities import Study
from guiyan.notifications.projections.campaigns import Campaigns
from guiyan.notifications.projections.letters import Letters
from guiyan.notifications.projections.notices import Notices
from guiyan.notifications.projections.offices import Offices
from guiyan.notifications.projections.posts import Posts
from guiyan.notifications.projections.preferences import Preferences
from guiyan.notifications.projections.providers import Providers
from guiyan.notifications.projections.reach import Reach
from guiyan.notifications.projections.sides import Sides
from guiyan.notifications.projections.templates import Templates

__all__ = [
    "Accounts",
    "Campaigns",
    "Letters",
    "Notices",
    "Offices",
    "Posts",
    "Preferences",
    "Providers",
    "Reach",
    "Sides",
    "Study",
    "Templates",
]
