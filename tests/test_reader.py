"""The reader: tokens with mended spelling, offsets as the patient typed them."""

from __future__ import annotations

import random
import string
import time

import pytest

from hipbot import project
from hipbot.language import reader
from hipbot.language.reader import MOST_CHARACTERS, Reader, Speller, english_words, plain

TAUGHT = {
    "stretch": 40, "hip": 90, "back": 80, "how": 200, "often": 60, "kneeling": 30, "flexor": 50, "exercise": 60,
    "strengthening": 20, "pain": 90, "appointment": 20, "osteopath": 20, "sitting": 30, "strech": 2, "which": 30,
}  # fmt: skip


@pytest.fixture(scope="module")
def english():
    return english_words(project.ENCODER_FOLDER / "tokenizer.json")


@pytest.fixture(scope="module")
def speller(english):
    return Speller(TAUGHT, english)


@pytest.fixture(scope="module")
def read(speller):
    return Reader(speller)


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("strech", "stretch"),  # taught as a slip, and still mended
        ("strtech", "stretch"),
        ("hwo", "how"),
        ("hpi", "hip"),
        ("bck", "back"),
        ("pian", "pain"),
        ("oftne", "often"),
        ("kneling", "kneeling"),
        ("flexer", "flexor"),
        ("exersize", "exercise"),
        ("exrcise", "exercise"),
        ("strenghtening", "strengthening"),
        ("apointment", "appointment"),
        ("ostepath", "osteopath"),
        ("hwich", "which"),
    ],
)
def test_a_slip_is_mended(speller, typed, meant):
    """A word that nobody writes becomes the nearest word that patients do write."""
    assert speller.mend(typed) == meant


@pytest.mark.parametrize(
    "word", ["hop", "hips", "public", "sit", "pan", "rain", "extort", "xyzzy", "a", "t2b", "", "hip's", "痛い"]
)
def test_a_known_or_far_word_is_kept(speller, word):
    """English words, numbers, other scripts and words far from any taught one stay as they are."""
    assert speller.mend(word) == word


def test_mending_does_not_depend_on_order_or_memory(english):
    """The same word is mended alike whatever was read before, in any order of the taught words."""
    typed = ["strech", "hwo", "xyzzy", "flexer", "bck", "qqqqq", "kneling"]
    fresh = {word: Speller(TAUGHT, english).mend(word) for word in typed}
    turned = Speller(dict(reversed(list(TAUGHT.items()))), english)
    assert {word: turned.mend(word) for word in reversed(typed)} == fresh


def test_the_memory_of_words_is_bounded(monkeypatch):
    """A stranger's gibberish does not fill the memory, and mending goes on."""
    monkeypatch.setattr(reader, "MOST_REMEMBERED", 50)
    speller = Speller(TAUGHT, set())
    words = ["".join(letters) for letters in zip(*[iter(string.ascii_lowercase * 40)] * 7, strict=False)]
    for word in words:
        speller.mend(word)
    assert len(speller._memory) <= 50
    assert speller.mend("strech") == "stretch"


@pytest.mark.parametrize(
    "text",
    [
        "Hwo oftne kneling strech?",
        "my hip’s pian — strech",
        "🙂 strech 🙂🙂 hwo",
        "hi\u0301p strech a\u0308\u0323 hwo",  # combining accents
        "İstanbul strech",  # lower case of İ is two characters
        "ﬁ strech",
        "a\x00b strech\x00",
        "\u202eстоп strech\u202c",  # right-to-left override
        "can't strech, won't strech!!!",
        "strech\n\n\tstrech   strech",
        "half-kneling side_lying",
    ],
)
def test_offsets_are_those_of_the_message(read, text):
    """Every token stands at its offset in the text as typed; quotes and hyphens are all that differ."""
    doc = read.read(text)
    for token in doc:
        assert plain(text)[token.idx : token.idx + len(token)] == token.text
    assert doc.text == plain(text)


def test_norm_carries_the_mended_word(read):
    """Whatever matches words later sees the mended spelling; the patient's own stays beside it."""
    doc = read.read("Hwo oftne?")
    assert [(token.text, token.norm_) for token in doc] == [("Hwo", "how"), ("oftne", "often"), ("?", "?")]


@pytest.mark.parametrize(
    "text, mended",
    [
        ("Hwo oftne kneling strech?", "how often kneeling stretch?"),
        ("My hip’s fine - strech!", "My hip’s fine - stretch!"),
        ("🙂 strech 🙂", "🙂 stretch 🙂"),
        ("nothing wrong here", "nothing wrong here"),
        ("", ""),
    ],
)
def test_only_the_misspelt_words_are_replaced(read, text, mended):
    """The mended text differs from the typed one in its slips and nowhere else."""
    assert read.mended(read.read(text), text) == mended


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "strech " * 15_000,
        "🙂" * 100_000,
        "\u0301" * 100_000,
        " " * 100_000,
        "\x00" * 100_000,
        "'" * 100_000,
        "a.b" * 33_000,
        "!?" * 50_000,
    ],
    ids=["letters", "words", "emoji", "accents", "spaces", "nul", "quotes", "dots", "marks"],
)
def test_a_hundred_thousand_characters_are_read_quickly(read, text):
    """No message holds the others up: a quarter of a second at most, the website's limit is what is read."""
    started = time.perf_counter()
    doc = read.read(text)
    read.mended(doc, text)
    assert time.perf_counter() - started < 0.25
    assert len(doc.text) <= MOST_CHARACTERS


def test_unknown_words_are_quick_too(read):
    """A hundred words that nobody knows cost a tenth of a second at most."""
    letters = random.Random(7)  # so that a red test is red twice
    words = ["".join(letters.choices(string.ascii_lowercase, k=9)) for _ in range(100)]
    started = time.perf_counter()
    read.read(" ".join(words))
    assert time.perf_counter() - started < 0.1


def test_plain_keeps_the_length():
    """Straight quotes and spaces for hyphens, one character for one."""
    text = "half-kneeling – “it’s” side_lying"
    assert plain(text) == 'half kneeling   "it\'s" side lying'
    assert len(plain(text)) == len(text)


def test_a_missing_word_list_names_the_file(tmp_path):
    """Without the encoder's files, the error names what is missing."""
    with pytest.raises(FileNotFoundError, match="tokenizer.json"):
        english_words(tmp_path / "tokenizer.json")
