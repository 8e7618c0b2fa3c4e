"""Personal data is out of a message before it is stored; health messages come through word for word."""

from __future__ import annotations

import time
from pathlib import Path
from typing import List, Tuple

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hipbot import project
from hipbot.privacy import Scrubber, scrubber

FOLDER = Path(__file__).parent / "scrub"
SHARE_INTACT = 0.97  # of the benign messages; taking out too much is no harm, but makes the list hard to read
PERSONAL = [
    (kind, [str(part) for part in row])
    for kind, rows in yaml.load((FOLDER / "personal.yml").read_text("utf-8"), yaml.BaseLoader).items()
    for row in rows
]


@pytest.fixture(scope="module")
def scrub() -> Scrubber:
    return scrubber(project.ROOT, project.ENCODER_FOLDER / "tokenizer.json")


@pytest.mark.parametrize("kind, row", PERSONAL, ids=[row[0][:50] for _, row in PERSONAL])
def test_what_identifies_somebody_is_gone(scrub, kind, row):
    """Every name, number, address and date of the examples, in any spelling of theirs."""
    message, *secrets = row
    left = scrub(message)
    assert not [secret for secret in secrets if _stands_in(secret, left)], left


def _stands_in(secret: str, text: str) -> bool:
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    wanted = "".join(c if c.isalnum() else " " for c in secret.lower()).split()
    return any(words[i : i + len(wanted)] == wanted for i in range(len(words)))


def test_there_are_two_hundred_examples_in_many_forms():
    """The set does not shrink."""
    assert len(PERSONAL) >= 200
    assert len({kind for kind, _ in PERSONAL}) >= 8


def test_health_messages_stay_as_they_are(scrub):
    """Weeks, ages, S1, exercises, reps, typos: a list of missed messages must still tell what was asked."""
    benign: List[str] = yaml.safe_load((FOLDER / "benign.yml").read_text("utf-8"))
    changed: List[Tuple[str, str]] = [(text, scrub(text)) for text in benign if scrub(text) != " ".join(text.split())]
    assert len(changed) <= (1 - SHARE_INTACT) * len(benign), "\n".join(f"{a}   ->   {b}" for a, b in changed)


@pytest.mark.slow
def test_most_untaught_questions_stay_as_they_are(scrub):
    """Patients' questions in general, not only those that were written for this test."""
    from hipbot.publish.messages import QUESTION, read

    asked = [message.text for message in read(project.ROOT) if message.kind == QUESTION]
    changed = [text for text in asked if "[" in scrub(text)]
    assert len(changed) <= 0.08 * len(asked), "\n".join(f"{text} -> {scrub(text)}" for text in changed)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_no_message_breaks_it(scrub, text):
    """Whatever is typed, a text comes out, and scrubbing it again finds nothing new to keep."""
    assert isinstance(scrub(text), str)


@pytest.mark.parametrize("piece", ["1 ", "a", "a.", "@", "at dot ", "12 a st ", "born ", "oh ", "A-", "x'", "name is "])
def test_no_message_takes_long(scrub, piece):
    """A visitor's 4,000 characters of anything cost less than two seconds, in the background."""
    started = time.monotonic()
    scrub((piece * 4000)[:4000])
    assert time.monotonic() - started < 2
