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
    """Hang a sub-message on the message for each question where it asks two or more, and for each sentence of a long one.

    A sentence that is also one of the questions is one sub-message in both lists, and read once.
    """
    text, parts = mended_text(message), {}
    for key, found in ((QUESTIONS, questions_in(text)), (SENTENCES, sentences_in(text))):
        message.set(key, [parts.setdefault(words, Message({TEXT: words})) for words in found])


def mended_text(message: Message) -> str:
    """The text to read meaning from."""
    return message.get(MENDED) or message.get(TEXT)


def with_parts(messages: List[Message]) -> List[Message]:
    """Every message that has text, each followed by its sub-messages, none of them twice."""
    whole = (part for m in messages for part in (m, *m.get(QUESTIONS, []), *m.get(SENTENCES, [])) if part.get(TEXT))
    return list({id(part): part for part in whole}.values())
