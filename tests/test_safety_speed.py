"""The red-flag layer's short cuts find exactly what a search through the whole message finds, and cost next to nothing."""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from pathlib import Path

import pytest

from hipbot.proof import cases
from hipbot.safety.patterns import Part
from hipbot.safety.reading import _AGE_AND_SEX, BREAK, MessageReader

DATA = Path(__file__).parent / "safety"
MOST_TRIED = 8  # one part in eight, for 1,000 characters; it is one in seventy for a message of usual length


@pytest.fixture(scope="module")
def texts(safety):
    """Every message of the safety set, and long ones made of them."""
    said = [text for case in cases.read(DATA, safety.data.flags) for text in case.turns]
    chance = random.Random(1)
    return [*said[::7], *(" ".join(chance.sample(said, 40)) for _ in range(20))]


def everywhere(part, message):
    """The spans of a part, looked for at every character: slow, and plainly right."""
    spans, at = [], 0
    anywhere = re.compile(r"(?<= )" + part.regex.pattern)
    while match := anywhere.search(message.text, at):
        first = bisect_right(message.starts, match.start()) - 1
        spans.append((first, bisect_right(message.starts, match.end() - 1)))
        at = message.starts[first] + 1
    return spans


def test_the_index_misses_no_match(safety, texts):
    """Signs, idioms and context, over the safety set: as a search through every character."""
    patterns = [p for sign in safety.data.signs.values() for p in sign.patterns][::5]
    parts = [part for p in patterns for part in (*p.parts, *p.unless)]
    found = 0
    for text in texts[::4]:
        index = safety.data.compiler.index(safety._reader.read(text))
        for part in parts:
            spans = list(part.spans(index))
            assert spans == everywhere(part, index.message), (text, part.regex.pattern)
            found += len(spans)
    assert found > 500


def test_reading_piece_by_piece_is_reading_the_whole(safety, texts):
    """The reader remembers words by what stands between blanks; spaCy reads the whole text: the same words."""
    reader: MessageReader = safety._reader
    for text in [t for t in texts if len(t) < 900]:
        whole = []
        for token in reader._reader.read(_AGE_AND_SEX.sub(r"\1 years old", text).lower()):
            for word in reader._meant(token):
                if word != "," and (word != BREAK or whole and whole[-1] != BREAK):
                    whole.append(word)
        assert list(reader.read(text).words) == whole, text


def test_few_patterns_are_tried(safety, texts, monkeypatch):
    """The cost of a message does not grow with the patterns. Milliseconds are the benchmark's: they depend on who else uses the machine."""
    tried, spans = [], Part.spans
    monkeypatch.setattr(Part, "spans", lambda part, index: tried.append(part) or spans(part, index))
    everything = sum(len(p.parts) + len(p.unless) for sign in safety.data.signs.values() for p in sign.patterns)
    for text in texts[-20:]:
        safety.screen(text[:1_000])  # full of symptoms
    assert 0 < len(tried) / 20 < everything / MOST_TRIED
