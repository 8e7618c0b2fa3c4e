"""A message and the separate questions in it, as one flat list for the featurizers."""

from __future__ import annotations

from typing import List

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from hipbot.language.clauses import questions_in

MENDED = "mended"  # message key: the text with its spelling mended, for the featurizers
QUESTIONS = "questions"  # message key: sub-messages while the pipeline runs, their topics at its end


def split_questions(message: Message) -> None:
    """Hang one sub-message on the message for each question, where it asks two or more."""
    message.set(QUESTIONS, [Message({TEXT: question}) for question in questions_in(mended_text(message))])


def mended_text(message: Message) -> str:
    """The text to read meaning from."""
    return message.get(MENDED) or message.get(TEXT)


def with_questions(messages: List[Message]) -> List[Message]:
    """Every message that has text, each followed by its sub-messages."""
    return [part for message in messages for part in (message, *message.get(QUESTIONS, [])) if part.get(TEXT)]
