"""The red-flag layer of a content folder, with the encoder's word list where it is there.

Called by the action, the first aid, staff tools, the proof and the tests.
"""

from __future__ import annotations

from pathlib import Path

from hipbot import project
from hipbot.safety.reading import safety_reader
from hipbot.safety.screen import Safety


def safety_of(content: Path) -> Safety:
    """Read and compile `content/safety`.

    Raises:
        SafetyDataError: with every fault of the data.
    """
    words = content / "safety"
    return Safety.load(words, safety_reader(words, project.ENCODER_FOLDER / "tokenizer.json"))
