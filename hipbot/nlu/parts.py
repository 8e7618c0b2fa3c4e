"""A message and the separate questions in it, as one flat list for the featurizers."""

from __future__ import annotations

from typing import List

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from hipbot.language.clauses import questions_in

QUESTIONS = "questions"  # message key: sub-messages while the pipeline runs, their topics at its end


def split_questions(message: Message) -> None:
    """Hang one sub-message on the message for each question, where it asks two or more."""
    message.set(QUESTIONS, [Message({TEXT: question}) for question in questions_in(message.get(TEXT))])


def with_questions(messages: List[Message]) -> List[Message]:
    """Every message that has text, each followed by its sub-messages."""
    return [part for message in messages for part in (message, *message.get(QUESTIONS, [])) if part.get(TEXT)]
