"""What a request may say: exactly what decision 4 describes, and nothing a hair beside it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipbot.channel import bodies
from hipbot.channel.bodies import MOST_CHARACTERS, REASONS, Refused, Said

NONSENSE = {
    "empty": b"",
    "no json": b"how often?",
    "half": b'{"text": "a"',
    "no utf-8": b'{"text": "\xff"}',
    "utf-16": '{"text": "a"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"text": "a"}',
    "overlong": b'{"text": "\xc0\xaf"}',
    "two objects": b'{"text": "a"}{"text": "b"}',
    "a list": b'["a"]',
    "a text": b'"a"',
    "a number": b"7",
    "null": b"null",
    "nothing in it": b"{}",
    "an unknown field": b'{"text": "a", "sender": "anna"}',
    "only an unknown field": b'{"message": "a"}',
    "twice": b'{"text": "a", "text": "b"}',
    "both": b'{"text": "a", "reply": "b"}',
    "text is null": b'{"text": null}',
    "text is a number": b'{"text": 7}',
    "text is a list": b'{"text": ["a"]}',
    "text is an object": b'{"text": {"a": "b"}}',
    "text is true": b'{"text": true}',
    "reply is null": b'{"reply": null}',
    "a huge number": b'{"text": ' + b"9" * 16_000 + b"}",
    "not a number": b'{"text": NaN}',
    "infinity": b'{"text": -Infinity}',
    "a large exponent": b'{"text": 1e999999}',
    "brackets": b"[" * 16_000,
    "nested": b'{"text":' * 2_000,
    "a control character": b'{"text": "a\x01"}',
    "single quotes": b"{'text': 'a'}",
    "a trailing comma": b'{"text": "a",}',
    "a comment": b'{"text": "a"} // hi',
}


@pytest.mark.parametrize("raw", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_told_so(raw):
    """One sentence for whoever wrote the program."""
    with pytest.raises(Refused) as refused:
        bodies.message(raw)
    assert str(refused.value).endswith(".") and len(str(refused.value)) < 120


@pytest.mark.parametrize(
    "text", ["how often?", "a", "x" * MOST_CHARACTERS, "🦓" * MOST_CHARACTERS, "/restart", " a ", "a\nb", "<b>"], ids=repr
)
def test_a_message_is_what_was_written(text):
    """1 to 1,000 characters, emoji count as one, nothing is cut or changed."""
    assert bodies.message(json.dumps({"text": text}).encode()) == (text, None)
    assert bodies.message(json.dumps({"text": text}, ensure_ascii=False).encode()) == (text, None)


@pytest.mark.parametrize(
    "text, phrase",
    [
        ("", "website_empty"),
        (" \n\t", "website_empty"),
        ("\u3000\u00a0", "website_empty"),
        ("\x00\x00", "website_empty"),
        ("x" * (MOST_CHARACTERS + 1), "website_too_long"),
    ],
    ids=repr,
)
def test_what_a_visitor_can_mend_is_told_in_their_words(text, phrase):
    """A phrase of content/phrases.yml, not a sentence for programmers."""
    with pytest.raises(Said) as said:
        bodies.message(json.dumps({"text": text}).encode())
    assert said.value.phrase == phrase


def test_half_an_emoji_is_a_question_mark():
    """A phone that cut one in two is no reason to refuse the message."""
    assert bodies.message(b'{"text": "ouch \\ud83e"}') == ("ouch ?", None)


def test_a_quick_reply():
    assert bodies.message(b'{"reply": "abc"}') == (None, "abc")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary(max_size=300) | json_values.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_a_message_or_refused(raw):
    """No third way out: no other exception, no other type."""
    try:
        text, reply = bodies.message(raw)
    except (Refused, Said):
        return
    assert (text is None) != (reply is None)
    assert isinstance(text or reply or "", str)


# feedback ----------------------------------------------------------------------------------------

GOOD = {"answer": "how_often", "helpful": True}


@pytest.mark.parametrize("more", [{}, {"reason": "unclear"}, {"words_may_be_kept": False}, {"words": ""},
                                  {"words_may_be_kept": True, "words": "thanks"}], ids=str)  # fmt: skip
def test_feedback(more):
    assert bodies.feedback(json.dumps({**GOOD, **more}).encode()) == {**GOOD, **more}


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_taken(reason):
    assert bodies.feedback(json.dumps({**GOOD, "reason": reason}).encode())["reason"] == reason


@pytest.mark.parametrize(
    "given_",
    [
        {"helpful": True},
        {"answer": "a"},
        {"answer": 7, "helpful": True},
        {**GOOD, "helpful": "yes"},
        {**GOOD, "helpful": 1},
        {**GOOD, "helpful": None},
        {**GOOD, "reason": "because"},
        {**GOOD, "reason": None},
        {**GOOD, "rating": "5"},
        {**GOOD, "words": "my hip hurts"},
        {**GOOD, "words": "my hip hurts", "words_may_be_kept": False},
        {**GOOD, "words": "x" * 501, "words_may_be_kept": True},
    ],
    ids=lambda value: str(value)[:60],
)
def test_feedback_that_is_none(given_):
    """Above all: no words without consent."""
    with pytest.raises(Refused):
        bodies.feedback(json.dumps(given_).encode())


@pytest.mark.parametrize("key", ["12345678", "a" * 128, "0b1c-2d_3"])
def test_a_key(key):
    assert bodies.key(key) == key


@pytest.mark.parametrize("key", [None, "", "1234567", "a" * 129, "with space", "line\nbreak", "x;y=zzzzzz", "äöüäöüäö", "12345678\n"], ids=repr)
def test_no_key(key):
    with pytest.raises(Refused, match="Idempotency-Key"):
        bodies.key(key)
