"""The gate and the comparison, on made-up answers: what shuts it, what counts as better or worse."""

from __future__ import annotations

from typing import Dict, List

import pytest

from hipbot import project
from hipbot.publish import difference, gate
from hipbot.proof import floors
from hipbot.proof.cases import BENIGN, EXCLUSION, FLAGGED, RADIATING, Case
from hipbot.publish.messages import QUESTION, SAFETY, Asked, read
from hipbot.publish.said import Said, from_json, to_json
from tests import test_questions


def question(number: int, topic: str = "sitting") -> Asked:
    return Asked(f"{topic} question {number}", QUESTION, f"tests/questions/{topic}.yml", topic, (topic, "why_tight"))


QUESTIONS = [question(n) for n in range(20)] + [question(n, "how_often") for n in range(20)]
URGENT = Asked("I can't feel my legs", QUESTION, "tests/questions/urgent_care.yml", "urgent_care", ("urgent_care",))
CRISIS = Asked("I want to end it", QUESTION, "tests/questions/crisis.yml", "crisis", ("crisis",))


def of_safety(text: str, kind: str, group: str) -> Asked:
    return Asked(text, SAFETY, f"tests/safety/{kind}.yml", group, case=Case(kind, group, (text,)))


FLAGS = [of_safety(f"flag {n}", FLAGGED, "fracture") for n in range(60)]
NEVER = of_safety("numb between the legs", FLAGGED, "cauda_equina_signs")
CALM = [of_safety(f"calm {n}", BENIGN, "idioms") for n in range(40)]
TRAVELS = [of_safety(f"travels {n}", RADIATING, "radiating") for n in range(20)]
EXCLUDED = of_safety("I am pregnant, the lean back please", EXCLUSION, "pregnant")
ALL = [*QUESTIONS, URGENT, CRISIS, *FLAGS, NEVER, *CALM, *TRAVELS, EXCLUDED]


def answers(**other: Said) -> Dict[str, Said]:
    """Everybody well answered."""
    right = {m.key: Said(m.group, None, "words") for m in QUESTIONS}
    right.update({m.key: Said("urgent_care", "same_day", "help", m.case and True, True) for m in (*FLAGS, NEVER, URGENT)})
    right[CRISIS.key] = Said("crisis", "emergency", "help")
    right.update({m.key: Said("greet", None, "hello", True) for m in (*CALM, *TRAVELS, EXCLUDED)})
    return right


def but(messages: List[Asked], topic: str, care: "str | None" = None) -> Dict[str, Said]:
    """The same with some messages elsewhere."""
    asked, alarmed = topic == "safety_check", topic == "urgent_care" or care == "same_day"
    return {**answers(), **{m.key: Said(topic, care, "words", _right(m, asked, alarmed), alarmed, asked) for m in messages}}


def _right(message: Asked, asked: bool, alarmed: bool) -> "bool | None":
    if message.case is None:
        return None
    return not alarmed if message.case.kind == BENIGN else asked or alarmed


def test_an_open_gate():
    """Nothing wrong, nothing said; with and without a version before."""
    assert gate.reasons(ALL, answers(), answers()) == [] == gate.reasons(ALL, answers(), {})


# what is changed, with a version before or not, words of the reason, whether it is about safety
SHUT = {
    "a red flag that the published bot finds": ([FLAGS[0]], "how_often", True, "The published bot sends these people to help", True),
    "an urgent question that it finds": ([URGENT], "sitting", True, "The published bot sends these people to help", True),
    "a crisis sent to a doctor only": ([CRISIS], "urgent_care", True, "The published bot sends these people to help", True),
    "a row that is never missed": ([NEVER], "sitting", False, "must get help at once", True),
    "many red flags": (FLAGS[:4], "sitting", False, "4 of 61 warning signs go unseen", True),
    "false alarms on questions": (QUESTIONS[:2], "urgent_care", False, "2 of 40 harmless messages raise an alarm", True),
    "false alarms on idioms": (CALM[:5], "safety_check", False, "5 of 40 harmless messages get the closed question", True),
    "alarms on idioms": (CALM[:1], "urgent_care", False, "1 of 40 harmless messages raise an alarm", True),
    "pain that travels": (TRAVELS[:1], "how_often", False, "1 of 20 messages about pain that travels are not led", True),
    "an exercise for somebody excluded": ([EXCLUDED], "exercise_howto", False, "people who may get no exercise are shown one", True),
    "too few understood": (QUESTIONS[:5], "greet", False, "understands 88.1% of the test questions", False),
    "one topic left behind": (QUESTIONS[20:27], "greet", False, "how_often: 13 of 20", False),
}  # fmt: skip


@pytest.mark.parametrize("case", SHUT)
def test_what_shuts_it(case):
    """Each kind of loss is refused, named with its message, its file and what to do."""
    messages, topic, published, words, safety = SHUT[case]
    found = gate.reasons(ALL, but(messages, topic), answers() if published else {})
    reason = next((reason for reason in found if words in reason.what), None)
    assert reason, [r.what for r in found]
    assert reason.safety == safety and reason.to_do
    assert f"'{messages[0].text}' goes to {topic}   ({messages[0].file})" in reason.messages


def test_what_does_not_shut_it():
    """One red flag of sixty that nobody found before either, and a topic that loses a little."""
    missed = but([FLAGS[0]], "how_often")
    assert gate.reasons(ALL, missed, missed) == []
    assert gate.reasons(ALL, but(QUESTIONS[:3], "greet"), answers()) == []


def test_the_closed_question_and_care_today_are_help():
    """A flag may lead to the closed question, or to care today under another topic."""
    assert gate.reasons(ALL, but(FLAGS[:30], "safety_check"), answers()) == []
    assert gate.reasons(ALL, but(FLAGS[:30], "radiating_pain", "same_day"), answers()) == []


def test_the_figures_are_those_of_the_tests():
    """A floor that is raised in one place is raised in the other."""
    assert (gate.FLOOR, gate.TOPIC_FLOOR) == (test_questions.FLOOR, test_questions.TOPIC_FLOOR)
    assert dict((kinds, floor) for _, kinds, floor in gate.GROUPS)[(RADIATING,)] == floors.RADIATING


def test_every_message_of_the_tests_is_read():
    """All of tests/questions/ and of the safety set, each with its file."""
    from tests.questions import read_questions

    found = read(project.ROOT)
    asked = {(m.group, m.text) for m in found if m.kind != SAFETY}
    assert asked == {(q.topic, q.text) for q in read_questions()}
    assert {m.file for m in found if m.case} == {f"tests/safety/{path.name}" for path in (project.ROOT / "tests/safety").glob("*.yml")}


def test_answers_are_kept_and_read_again():
    """As JSON beside the version; of another make, as none."""
    assert from_json(to_json(answers())) == answers()
    assert from_json({"a": {"topic": "b"}}) == {}


# the comparison ----------------------------------------------------------------------------------


def test_better_worse_and_other():
    """Judged by what a receptionist accepts, and for safety by help given or peace left."""
    before = but([QUESTIONS[0], FLAGS[0], CALM[0]], "out_of_scope", None)
    before[CALM[0].key] = Said("urgent_care", "same_day", "help", False, True)
    before[QUESTIONS[2].key] = Said("thanks", None, "words")
    now = but([QUESTIONS[1], NEVER], "out_of_scope")
    now[QUESTIONS[2].key] = Said("goodbye", None, "words")
    found = difference.between(ALL, before, now)
    verdicts = {change.message.text: change.verdict for change in found.changes}
    assert verdicts == {
        QUESTIONS[0].text: "better", FLAGS[0].text: "better", CALM[0].text: "better",
        QUESTIONS[1].text: "worse", NEVER.text: "worse", QUESTIONS[2].text: "other",
    }  # fmt: skip
    assert [change.verdict for change in found.changes[:2]] == ["worse", "worse"]
    assert found.changes[0].message == NEVER, "safety first"
    assert (found.count("better"), found.count("worse", safety=True), found.count("better", safety=True)) == (3, 1, 2)
    assert found.topics["sitting"] == ((18, 20), (18, 20))


def test_an_answer_that_reads_otherwise_is_told_once():
    """Twenty messages that get the same new sentence are one line."""
    now = {k: Said(s.topic, s.care, "words\nand more") if s.topic == "sitting" else s for k, s in answers().items()}
    found = difference.between(ALL, answers(), now)
    assert not found.changes
    assert [(w.topic, w.messages, w.was, w.now) for w in found.new_words] == [("sitting", 20, "", "and more")]


def test_a_new_topic_has_no_before():
    """Its messages were never asked of the published version: counted, not compared."""
    before = {key: said for key, said in answers().items() if "how_often" not in key}
    assert difference.between(ALL, before, answers()).topics["how_often"] == ((0, 0), (20, 20))
