"""Plays: whole conversations, word for word, as a person would have them.

A play is tests/conversations/<what_happens>.yml. `patient` and `expect` are written by hand; `clinic` is
what the bot says, filled in by `pytest tests/test_conversations.py --record` and read by a person before
it is committed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

PLAYS = sorted((Path(__file__).parent / "conversations").glob("*.yml"))
yaml = YAML()
yaml.width = 110
yaml.indent(mapping=2, sequence=4, offset=2)


def as_words(messages: List[Dict[str, Any]]) -> str:
    """A turn as the patient reads it: paragraphs, then the quick replies in brackets."""
    texts = [message["text"].strip() for message in messages if message.get("text")]
    titles = [f"[{button['title']}]" for message in messages for button in message.get("buttons") or ()]
    return "\n\n".join(texts + ([" ".join(titles)] if titles else [])) + "\n"


@pytest.mark.parametrize("path", PLAYS, ids=lambda path: path.stem)
def test_play(path, new_talk, request):
    """Every turn of the play is understood as expected, and answered word for word."""
    play = yaml.load(path.read_text("utf-8"))
    talk, recording = new_talk(), request.config.getoption("--record")
    for number, turn in enumerate(play["turns"], 1):
        messages = talk.say(turn["patient"])
        payload = next(message["custom"] for message in messages if "custom" in message)
        seen = {key: payload[key] for key in turn["expect"]}
        assert seen == dict(turn["expect"]), f"{path.name}, turn {number}: {turn['patient']!r}"
        if recording:
            turn["clinic"] = LiteralScalarString(as_words(messages))
        assert as_words(messages).split() == turn["clinic"].split(), f"{path.name}, turn {number}"
    if recording:
        yaml.dump(play, path)


def test_there_are_forty_plays():
    """The set does not shrink."""
    assert len(PLAYS) >= 40
