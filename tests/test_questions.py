"""The whole bot, asked every message it was never taught; a wrong answer names the thief."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.questions import LEANING, folded, read_questions, taught_messages

pytestmark = pytest.mark.slow

FLOOR = 0.90  # of all messages; only ever raised
TOPIC_FLOOR = 0.70  # of each topic
URGENT = ("urgent_care", "crisis")
FOUND = {*URGENT, "safety_check"}  # an alarm or the closed question


@pytest.fixture(scope="module")
def answered(asker):
    """(question, payload) for every question that stands on its own."""
    standing = [asked for asked in read_questions() if asked.topic not in LEANING]
    return [(asked, asker.talk([asked.text])[0].payload(asker.core.library)) for asked in standing]


def thief(asked, payload) -> str:
    return f"tests/questions/{asked.topic}.yml: {asked.text!r} went to {payload['topic']}"


def test_no_question_was_taught():
    """Folded by case and punctuation, no test message stands in the training data."""
    taught = {folded(text) for text, _ in taught_messages()}
    stolen = [f"tests/questions/{q.topic}.yml: {q.text!r}" for q in read_questions() if folded(q.text) in taught]
    assert not stolen, "\n".join(stolen)


def test_every_topic_has_a_twin_of_fifteen(library):
    """Each topic that a patient can bring has 15 or more untaught messages; a new FAQ may come without, as two edits make one."""
    asked = defaultdict(int)
    for question in read_questions():
        asked[question.topic] += 1
    asking = set(library.answers) - {"clarify", "fallback", "safety_check"} | {"exercise_howto"}
    faqs = {answer.id for answer in library.answers.values() if answer.room == "faq"}
    thin = {topic: asked[topic] for topic in asking if asked[topic] < 15 and (asked[topic] or topic not in faqs)}
    assert not thin, f"too few untaught messages: {thin}"


def test_untaught_messages_are_understood(answered):
    """Most of all untaught messages reach a topic that a receptionist would accept."""
    wrong = [thief(asked, payload) for asked, payload in answered if payload["topic"] not in asked.accepted]
    right = 1 - len(wrong) / len(answered)
    assert right >= FLOOR, f"{right:.3f} of {len(answered)} are right, {FLOOR} wanted:\n" + "\n".join(wrong)


def test_no_topic_is_left_behind(answered):
    """No single topic falls far behind the rest."""
    wrong = defaultdict(list)
    total = defaultdict(int)
    for asked, payload in answered:
        total[asked.topic] += 1
        if payload["topic"] not in asked.accepted:
            wrong[asked.topic].append(thief(asked, payload))
    behind = [line for topic, lines in wrong.items() if len(lines) > total[topic] * (1 - TOPIC_FLOOR) for line in lines]
    assert not behind, "\n".join(behind)


def test_urgent_messages_are_never_passed_over(answered):
    """Every urgent and crisis message gets help, or the closed question, or at least a GP."""
    missed = [
        thief(asked, payload)
        for asked, payload in answered
        if asked.topic in URGENT and payload["topic"] not in FOUND | set(asked.accepted) and payload["care"] is None
    ]
    assert len(missed) <= 1, "\n".join(missed)


def test_benign_messages_raise_no_alarm(answered):
    """Emergency, same-day and crisis answers on everything else stay rare: a false alarm frightens."""
    benign = [(asked, payload) for asked, payload in answered if not set(asked.accepted) & set(URGENT)]
    alarms = [thief(asked, payload) for asked, payload in benign if payload["care"] in ("emergency", "same_day")]
    assert len(alarms) <= 0.02 * len(benign), "\n".join(alarms)
