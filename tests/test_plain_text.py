"""An answer in a terminal: paragraphs, quick replies as a line, sources at the end."""

from __future__ import annotations

from itertools import pairwise

from hipbot.cli.plain_text import WIDEST, as_text

ANSWER = [
    {"recipient_id": "a", "text": "One.\n \n- a point\n- another"},
    {
        "recipient_id": "a",
        "custom": {"sources": [{"id": "S2", "title": "Exercise of the week"}, {"id": "S0", "title": "Guide"}]},
    },
    {
        "recipient_id": "a",
        "text": "Two.",
        "buttons": [{"title": "Next", "payload": "Next"}, {"title": "Stop", "payload": "Stop"}],
    },
]


def test_bubbles_buttons_and_sources():
    """Everything that the patient would see is there, in order."""
    shown = as_text(ANSWER)
    for earlier, later in pairwise(["One.", "- a point", "Two.", "Next", "From:"]):
        assert shown.index(earlier) < shown.index(later)
    assert "Exercise of the week" in shown and "Guide" in shown and "Stop" in shown


def test_long_lines_are_wrapped():
    """No line is wider than 88 characters, and no word is lost."""
    words = " ".join(f"word{n}" for n in range(200))
    shown = as_text([{"text": words}])
    assert max(map(len, shown.splitlines())) <= WIDEST
    assert shown.split() == words.split()


def test_nothing_is_nothing():
    """No messages, no words, no failure."""
    assert as_text([]) == ""
    assert as_text([{"text": ""}, {"custom": {}}]) == ""
