"""A message and its parts, as one flat list for the featurizers: separate questions, and the sentences of a long one."""

from __future__ import annotations

from typing import List

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from hipbot.language.clauses import questions_in, sentences_in

MENDED = "mended"  # message key: the text with its spelling mended, for the featurizers
QUESTIONS = "questions"  # message key: sub-messages while the pipeline runs, their topics at its end
SENTENCES = "sentences"  # message key: sub-messages, read for red flags only


def split(message: Message) -> None:
    """Hang one sub-message on the message for each question where it asks two or more, and for each sentence of a long one."""
    text = mended_text(message)
    message.set(QUESTIONS, [Message({TEXT: question}) for question in questions_in(text)])
    message.set(SENTENCES, [Message({TEXT: sentence}) for sentence in sentences_in(text)])


def mended_text(message: Message) -> str:
    """The text to read meaning from."""
    return message.get(MENDED) or message.get(TEXT)


def with_parts(messages: List[Message]) -> List[Message]:
    """Every message that has text, each followed by its sub-messages."""
    whole = ((message, *message.get(QUESTIONS, []), *message.get(SENTENCES, [])) for message in messages)
    return [part for parts in whole for part in parts if part.get(TEXT)]
