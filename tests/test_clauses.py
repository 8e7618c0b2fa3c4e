"""Two questions in one message are found, one question is left whole."""

from __future__ import annotations

import pytest

from hipbot.language.clauses import MOST_QUESTIONS, MOST_SENTENCES, questions_in, sentences_in

TWO = {
    "how often, and is it ok with my bad back?": ["how often", "is it ok with my bad back?"],
    "How often should I do it? Is it ok with a sore back?": ["How often should I do it?", "Is it ok with a sore back?"],
    "is it safe and how long do I hold it": ["is it safe", "how long do I hold it"],
    "can I book, also what are your prices?": ["can I book", "what are your prices?"],
    "where are you and how much is it": ["where are you", "how much is it"],
    "do I need it\ndoes it hurt": ["do I need it", "does it hurt"],
    "What are hip flexors; how do I stretch them?": ["What are hip flexors", "how do I stretch them?"],
    "how often? thanks! also can I do it with back pain": ["how often?", "can I do it with back pain"],
    "It pinches, should I stop? Also how often should I do it": ["should I stop?", "how often should I do it"],
    "Do tight hips matter for golf, and which exercise is best?": ["Do tight hips matter for golf", "which exercise is best?"],
    "how often? & is it safe for golf": ["how often?", "is it safe for golf"],
    "how do you do it at home can I take a pill first": ["how do you do it at home", "can I take a pill first"],
    "what do you charge btw are you open saturdays": ["what do you charge", "are you open saturdays"],
    "what are hip flexors and what do they do?": ["what are hip flexors", "what do they do?"],
}
BACKGROUND = {
    "my hip hurts. how often should I stretch?": ["how often should I stretch?"],
    "Dr. Smith told me to stretch. Is that ok?": ["Is that ok?"],
    "My hip's been aching for 3 weeks, how often should I stretch it?": ["how often should I stretch it?"],
}
ONE = [
    "how often should I stretch and strengthen?",
    "what's the difference between eccentric and isometric?",
    "is it ok to do the lean back or should I do the kneeling stretch",
    "when should I stretch, before or after training?",
    "I stretch and then it hurts",
    "tell me how often should I stretch",
    "I don't know what can I do",
    "I run and also do golf",
    "what? why? how?",
    "How do I do the kneeling stretch",
    "and and and",
    "? ? ?",
    "🙂",
    "",
    "   ",
]
NOT_YET = {
    "how often e.g. per week?": ([], "the dot of 'e.g.' is read as the end of a sentence"),
}  # fmt: skip


@pytest.mark.parametrize("text", TWO)
def test_two_questions_are_found(text):
    """Each is found whole, in the order of the message."""
    assert questions_in(text) == TWO[text]


@pytest.mark.parametrize("text", BACKGROUND)
def test_a_question_with_background_is_cut_out(text):
    """What leads up to a question is told apart from it."""
    assert questions_in(text) == BACKGROUND[text]


@pytest.mark.parametrize("text", ONE, ids=[text or "empty" for text in ONE])
def test_one_question_is_not_split(text):
    """A single question, or a remark with a question, is left whole."""
    assert questions_in(text) == []


@pytest.mark.parametrize("text", NOT_YET)
def test_hard_messages(text, request):
    """Not split right yet: each turns red when it is, and moves up."""
    expected, reason = NOT_YET[text]
    request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    assert [question.rstrip("?") for question in questions_in(text)] == expected


def test_at_most_three():
    """A list of questions does not become a list of answers."""
    assert len(questions_in("is it a? is it b? is it c? is it d? is it e?")) == MOST_QUESTIONS == 3


@pytest.mark.parametrize(
    "text",
    ["a and " * 700, "how? " * 800, "and also " * 400, ", " * 2_000, "hi " * 1_300 + "x", "; " * 2_000]
    + ["foo so " + "and also " * 400 + "x", "foo " + "so " * 1_300, "if so " * 660, "oh and " * 550, "& " * 1_900],
)
def test_long_messages_are_split(text):
    """Four thousand characters, the most that gets here, do not hang the server."""
    assert len(questions_in(text)) <= MOST_QUESTIONS


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0"], ids=["spaces", "tabs", "no-break spaces"])
def test_a_run_of_blanks_is_nothing(blank):
    """A hole in the message, which would take a careless pattern hours, changes nothing."""
    assert questions_in(f"how{blank * 4_000}often") == []


def test_a_long_message_is_cut_into_sentences():
    """So that a sign in passing is not drowned by the story around it; a short message is left whole."""
    story = "I drive a bus and my hips are stiff. Since Monday I can't feel the seat under me. Which stretch is best?"
    assert sentences_in(story)[1] == "Since Monday I can't feel the seat under me."
    assert sentences_in("I can't feel the seat. Which stretch?") == []
    assert len(sentences_in("my hip is sore today. " * 40)) == MOST_SENTENCES
