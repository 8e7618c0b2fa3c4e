"""The words that patients read: what `hipbot check` refuses, and what it lets pass."""

from __future__ import annotations

from typing import Any, List

import pytest
import yaml

from hipbot import check, project
from hipbot.check import readability, texts, words
from hipbot.check.fault import Fault
from hipbot.check.files import Files

FAQ = "content/faq/how_often.yml"


@pytest.fixture(scope="module")
def files() -> Files:
    return Files(project.ROOT)


def said(files: Files, sentence: str) -> List[Fault]:
    """What is found when an answer says this (a line of its own, the fourth of the file's answer)."""
    text = (project.ROOT / FAQ).read_text("utf-8").replace("answer: |\n", f"answer: |\n  {sentence}\n\n", 1)
    return found_in(files.but({FAQ: text.encode()}))


def found_in(files: Files) -> List[Fault]:
    """What is found in the one answer."""
    mine = [text for text in texts.all_texts(files) if text.document.file == FAQ]
    return [fault for text in mine for fault in words.of_text(text, words.cited_titles(files), files)]


@pytest.mark.parametrize(
    "sentence",
    [
        "This will cure your back.",
        "It will fix your lower back.",
        "We guarantee it works.",
        "Pain dropped by 37% at once.",
        "It treats the root cause.",
        "It is the hidden culprit.",
        "We helped thousands of people.",
        "You can avoid injections or surgery.",
        "Yes, it is safe.",
        "Yes, it’s SAFE.",
        "You have a tight muscle.",
        "You have weak hips.",
        "It's only a strain.",
        "That is nothing to worry about.",
        "This will **fix** it.",
        "Your psoas is unhappy, so rest.",
        "It is probably a strain.",
        "It will reset your posture.",
        "That is the key to lasting relief.",
        "It will definitely help.",
        "Absolutely, do it.",
        "It ensures that your hips cope.",
        "It will help to decompress your back.",
        "This is proven to work.",
        "One of our patients ran again in a week.",
        "It sounds like sciatica.",
        "Call 111 now.",
    ],
)
def test_claims_are_refused_with_the_line_and_the_sentence(files: Files, sentence: str) -> None:
    """No promise, no guess at a cause, no patient's story, no number that may be wrong one day."""
    found = [fault for fault in said(files, sentence) if " says " in fault.wrong]
    assert found and found[0].severity == check.FAULT
    assert (found[0].line, found[0].entry) == (5, "how_often")
    assert sentence[:20] in found[0].wrong


@pytest.mark.parametrize(
    "sentence",
    [
        "If you have pain down your leg, stop.",
        "Do you have a fever?",
        "No study proved it.",
        "I can't promise that it is safe for you.",
        "Your clinic can secure a time.",
        "Call {emergency_number} now.",
        "Eccentric means that the muscle works while it gets longer.",
        "The psoas (a deep muscle from your lower back to your thigh) lifts your leg.",
    ],
)
def test_plain_sentences_pass(files: Files, sentence: str) -> None:
    """What a careful writer may say is not refused."""
    assert said(files, sentence) == []


@pytest.mark.parametrize(
    "term",
    [
        "eccentric",
        "isometric",
        "anterior",
        "psoas",
        "iliacus",
        "iliopsoas",
        "fascicle",
        "neutral spine",
        "lumbar",
        "proprioception",
    ],
)
def test_jargon_needs_its_explanation(files: Files, term: str) -> None:
    """A word that patients do not use is explained in the same text."""
    found = [fault for fault in said(files, f"Good {term} work counts.") if "does not explain it" in fault.wrong]
    assert [(fault.line, fault.entry) for fault in found] == [(5, "how_often")]


def test_a_long_sentence_is_named(files: Files) -> None:
    """Twenty words are enough for one sentence; a list item ends one."""
    assert said(files, "Go " * 20 + ".") == []
    found = said(files, "Go " * 21 + ".")
    assert "a sentence of 21 words" in found[0].wrong and found[0].line == 5


def test_hard_words_are_named(files: Files) -> None:
    """Reading grade 6, as textstat counts it, for each text as a whole."""
    text = dict(files.mapping(FAQ))
    text["why"] = "Musculature necessitates considerable recuperation periodically."
    found = found_in(files.but({FAQ: yaml.safe_dump(text).encode()}))
    assert any("why has reading grade" in fault.wrong and "'Musculature" in fault.wrong for fault in found)


def test_style_is_a_warning(files: Files) -> None:
    """An exclamation mark is told, and closes no gate."""
    assert [fault.severity for fault in said(files, "Good luck!")] == [check.WARNING]


def test_a_cited_title_is_its_authors_words(files: Files) -> None:
    """An article may be named even where its title claims what we may not."""
    title = next(a["title"] for a in files.document("content/articles.yml").data if a["id"] == "S1")
    assert not [fault for fault in said(files, f"It is in {title}") if "hidden" in fault.wrong]


def test_the_grade_is_textstats() -> None:
    """The quick count of our own agrees with the published tool on every text of the project."""
    textstat: Any = pytest.importorskip("textstat")
    for text in texts.all_texts(Files(project.ROOT)):
        flat = " ".join(text.words.replace("- ", "").split())
        assert readability._grade(flat) == textstat.flesch_kincaid_grade(flat)


def test_the_lists_are_words() -> None:
    """words.yml is edited by hand: no `no` that YAML reads as false, no row without its reason."""
    for group, rows in yaml.safe_load(words.LISTS.read_text("utf-8")).items():
        for row in rows:
            needed = {"term", "explained_by", "plain"} if group == "jargon" else {"say_not", "reason", "write"}
            assert needed <= set(row) <= needed | {"unless", "severity"}
            listed = [*row.get("say_not", []), *row.get("unless", []), *row.get("explained_by", [])]
            assert all(isinstance(item, str) and item == item.lower() for item in listed), row
