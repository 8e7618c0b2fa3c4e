"""The red-flag layer: reads every message for danger signs before the intent classifier has a say.

Called by the pipeline and by the actions. Rules only; the words are in `content/safety/`.
"""

from hipbot.safety.loading import safety_of
from hipbot.safety.opinion import Opinion, with_second_opinion
from hipbot.safety.reading import safety_reader
from hipbot.safety.screen import Finding, Safety

__all__ = ["Finding", "Opinion", "Safety", "safety_of", "safety_reader", "with_second_opinion"]
