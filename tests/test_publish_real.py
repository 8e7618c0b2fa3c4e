"""The real project through the gate, once; and what the gate asks is what patients get."""

from __future__ import annotations

import asyncio
import random

import pytest

from hipbot import project, publish
from hipbot.dialogue.memory import Memory
from hipbot.publish import messages

pytestmark = pytest.mark.slow


def test_the_real_project_can_be_published(read_once):
    """Check, all test messages, all plays: nothing shuts the gate."""
    trial = publish.try_out()
    reasons = trial.reasons({})
    assert len(trial.asked) > 1_800
    assert not reasons, "\n".join([r.what for r in reasons] + [line for r in reasons for line in r.messages])


def test_the_gate_asks_the_bot_that_patients_meet(bot, asker):
    """The same topic, care and words as through Rasa's processor, for the first and for later turns."""
    from hipbot.publish.answers import as_words
    from tests.test_conversations import as_words as as_patients_read

    asked = random.Random(7).sample(messages.read(project.ROOT), 60)
    loop = asyncio.get_event_loop()
    for number in range(0, len(asked), 3):  # conversations of three turns
        memory = Memory()
        for message in asked[number : number + 3]:
            reply, memory = asker.turn(message.text, memory)
            sent = loop.run_until_complete(bot.answer(f"gate-{number}", message.text))
            assert reply.payload(asker.core.library) == next(m["custom"] for m in sent if "custom" in m), message
            assert as_words(reply).split() == as_patients_read(sent).split(), message
