"""No word of a patient reaches log or terminal: topics and places of failures do, words never."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

import actions.reply
from hipbot import project, training

SECRET = "zebrafinch"
TALK = [
    f"hello I am {SECRET}",
    f"my {SECRET} hurts since Christmas",
    f"{SECRET} {SECRET} {SECRET}",
    f"the one where you {SECRET} on a bench",
    f"How do I do the kneeling stretch, {SECRET}?",
    f"next {SECRET}",
    f"/{SECRET}",
    f"\x00{SECRET}\ud83d",
    f"{SECRET}@example.com, 021 555 {SECRET}",
    f"I'm numb between my legs, {SECRET}",
    f"I want to die {SECRET}",
    f"{SECRET} " * 2_000,
]


def quoting(*_: Any, **__: Any) -> Any:
    """Fails, and quotes the patient while it does."""
    raise ValueError(f"cannot read 'my {SECRET} hurts'")


def sql_quoting(*_: Any, **__: Any) -> Any:
    raise OperationalError(f"insert into events values ('{SECRET}')", {"data": SECRET}, Exception(SECRET))


@pytest.fixture
def written(caplog, capfd):
    """All that was logged or printed so far."""

    def everything() -> str:
        out, err = capfd.readouterr()
        return caplog.text + out + err

    return everything


def test_a_whole_conversation_leaves_no_word(talk, written):
    """Greeting, symptoms, gibberish, an exercise, an emergency: none of it is in log or terminal."""
    for message in TALK:
        assert talk.payload(message)
    assert SECRET not in written()


FAILURES = {
    "action": lambda patch, processor: patch.setattr(actions.reply, "conversation", quoting),
    "understanding": lambda patch, processor: patch.setattr(processor, "parse_message", quoting),
    "policy": lambda patch, processor: patch.setattr(processor, "_predict_next_with_tracker", quoting),
    "store, reading": lambda patch, processor: patch.setattr(our_store(processor), "_newest", sql_quoting),
    "store, writing": lambda patch, processor: patch.setattr(our_store(processor), "_append", sql_quoting),
    "store, no SQL": lambda patch, processor: patch.setattr(our_store(processor), "_newest", quoting),
}


def our_store(processor: Any) -> Any:
    """The store of endpoints.yml, also where Rasa has wrapped it."""
    return getattr(processor.tracker_store, "_tracker_store", processor.tracker_store)


@pytest.mark.parametrize("failure", FAILURES)
def test_failures_are_logged_without_words(talk, bot, written, monkeypatch, failure):
    """What failed and where is in the log, for whoever mends it; the patient's words are not."""
    FAILURES[failure](monkeypatch, bot._agent.processor)
    for message in TALK[:4]:
        talk.say(message)
    log = written()
    assert SECRET not in log
    assert "Error at " in log


def test_the_test_would_see_it(written):
    """A line that somebody adds for a moment turns these tests red: log, structured log, print."""
    import structlog

    logging.getLogger("hipbot.dialogue").warning("said %s", SECRET)
    assert SECRET in written()
    structlog.get_logger("rasa.core").warning("event", text=SECRET)
    assert SECRET in written()
    print(SECRET)
    assert SECRET in written()


AT_ANY_LEVEL = f"""
import asyncio, logging
import hipbot.quiet
hipbot.quiet.be_quiet()
from hipbot import training
from hipbot.server.bot import Bot
bot = Bot(training.ensure_model())
async def talk():
    for level in (logging.WARNING, logging.INFO, logging.DEBUG):
        hipbot.quiet.be_quiet(level)
        for message in {json.dumps(TALK)}:
            assert await bot.answer(str(level), message)
asyncio.run(talk())
print("every turn was answered")
"""


@pytest.mark.slow
def test_no_level_shows_words():
    """Whatever level `be_quiet` is given, debug too: Rasa's own debug lines, which hold each message, stay shut."""
    training.ensure_model()  # or the process would learn first
    environment = {**os.environ, "PYTHONPATH": str(project.ROOT)}
    done = subprocess.run([sys.executable, "-c", AT_ANY_LEVEL], capture_output=True, env=environment, timeout=180)
    assert b"every turn was answered" in done.stdout, done.stderr[-2_000:]
    assert SECRET.encode() not in done.stdout + done.stderr
