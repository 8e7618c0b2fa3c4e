"""Keeps what identifies a person out of whatever is stored beyond the conversation. Pure; called by `hipbot.missed`."""

from hipbot.privacy.scrub import Scrubber, scrubber

__all__ = ["Scrubber", "scrubber"]
