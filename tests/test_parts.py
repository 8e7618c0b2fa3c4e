"""A message and its parts: each question, each sentence of a long one, and none of them twice."""

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from hipbot.nlu.parts import QUESTIONS, SENTENCES, split, with_parts


def texts(messages):
    return [message.get(TEXT) for message in messages]


def test_a_sentence_that_is_a_question_is_one_part():
    """Both lists name it, the featurizers meet it once."""
    message = Message({TEXT: "My hips are tight from the desk all day long. How often should I stretch them? Is a warm-up needed first?"})
    split(message)
    questions, sentences = message.get(QUESTIONS), message.get(SENTENCES)
    assert texts(questions) == ["How often should I stretch them?", "Is a warm-up needed first?"]
    assert texts(sentences)[1:] == texts(questions) and all(a is b for a, b in zip(sentences[1:], questions))
    assert texts(with_parts([message])) == [message.get(TEXT), *texts(questions), sentences[0].get(TEXT)]


def test_an_empty_message_has_no_parts():
    """Nor is it read itself."""
    message = Message({TEXT: ""})
    split(message)
    assert with_parts([message]) == []
