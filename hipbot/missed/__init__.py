"""Messages that the bot missed, without what identifies anybody:

kept where the clinic wants it, grouped, and shown to staff.

Written by the server's message processor, read by `hipbot missed` and the staff page.
"""

from hipbot.missed.groups import Group, grouped
from hipbot.missed.keeper import Keeper, is_wanted, keeper
from hipbot.missed.store import KEEP_DAYS, Missed, MissedStore

__all__ = ["KEEP_DAYS", "Group", "Keeper", "Missed", "MissedStore", "grouped", "is_wanted", "keeper"]
