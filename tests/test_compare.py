"""What `hipbot compare` prints, on made-up versions: the last line tells a receptionist what she needs to know."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hipbot import project
from hipbot.cli import compare, paint
from hipbot.publish import Comparison, Trial, difference, gate, plays
from hipbot.publish.said import Said
from hipbot.publish.versions import Version
from hipbot.waiting import waiting
from tests.test_publish_gate import ALL, FLAGS, QUESTIONS, answers, but

VERSION = Version(Path("20261121-091500-ab12"))


def compared(now, before=None, departures=(), version=VERSION) -> Comparison:
    before = answers() if before is None else before
    trial = Trial(Path("model.tar.gz"), tuple(ALL), now, tuple(departures), "state")
    return Comparison(version, trial, difference.between(ALL, before, now), tuple(trial.reasons(before)))


def last_line(found: Comparison) -> str:
    return compare.as_text(found).splitlines()[-1]


def test_nothing_changed():
    """Said in three short sentences."""
    assert last_line(compared(answers())) == (
        "No test message changed its topic. Nothing changed for safety. It can be published: hipbot publish"
    )


def test_better_and_worse_are_counted_in_words():
    """3 better, 1 worse, each named above with old and new topic and its file."""
    found = compared(but(QUESTIONS[3:4], "greet"), but(QUESTIONS[:3], "out_of_scope"))
    assert last_line(found) == (
        "Of 164 test messages, 3 got better, 1 got worse. Nothing changed for safety. It can be published: hipbot publish"
    )
    shown = compare.as_text(found)
    assert "WORSE: 'sitting question 3'\n    sitting -> greet   (tests/questions/sitting.yml)" in shown
    assert "BETTER: 'sitting question 0'\n    out_of_scope -> sitting" in shown
    assert "sitting                     17/20    19/20" in shown
    assert "Beside the version of 21 November 2026, 09:15:" in shown


def test_safety_comes_first_and_shuts_the_gate():
    """In capitals, in the list and in the last line."""
    found = compared(but(FLAGS[:1], "sitting"))
    shown = compare.as_text(found)
    assert "WORSE (safety): 'flag 0'" in shown and "This cannot be published yet." in shown
    assert "SAFETY: 1 message about safety got worse. It cannot be published yet: see above." in last_line(found)


def test_new_words_are_shown_old_and_new():
    """An answer and a play that read otherwise."""
    now = {k: Said(s.topic, s.care, "new words") if s.topic == "sitting" else s for k, s in answers().items()}
    departure = plays.Departure("tests/conversations/a.yml", 2, "hello", (), "Good day.\n", "Hello.\n")
    shown = compare.as_text(compared(now, departures=[departure]))
    assert "sitting: the answer reads otherwise (20 test messages)\n    - words\n    + new words" in shown
    assert "tests/conversations/a.yml, turn 2, 'hello':\n    - Good day.\n    + Hello." in shown
    assert "1 answer reads otherwise" in shown.splitlines()[-1]


def test_nothing_published_yet():
    """The first version has nothing to be compared with."""
    found = compared(answers(), before={}, version=None)
    assert last_line(found).startswith("Nothing is published yet") and "hipbot publish" in last_line(found)


@pytest.mark.parametrize(
    "terminal, environment, wanted",
    [
        (True, {"TERM": "xterm"}, True),
        (False, {"TERM": "xterm"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colour_on_a_terminal_only(monkeypatch, terminal, environment, wanted):
    """Not in a file, not for whoever wants none."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr(paint.os, "environ", environment)
    assert ("\033[31m" in paint.painted("text", "red")) is wanted


def test_reasons_name_what_to_do():
    """Each reason of the gate ends with it."""
    found = compared(but(QUESTIONS[:9], "greet"))
    assert found.reasons and all(isinstance(reason, gate.Reason) and reason.to_do for reason in found.reasons)
    assert compare.as_text(found).count("What to do:") == len(found.reasons)


def test_the_bar_is_silent_where_nobody_looks(capsys):
    """In a pipe nothing is drawn; on Ctrl-C it is gone."""
    with pytest.raises(KeyboardInterrupt), waiting("Learning", usual=1):
        raise KeyboardInterrupt
    assert capsys.readouterr().err == ""


def test_the_handbook_names_every_command():
    """docs/publishing.md is about the verbs that there are."""
    from hipbot.cli.main import VERBS

    page = (project.ROOT / "docs" / "publishing.md").read_text("utf-8")
    named = {word.split("`")[0].split()[0] for word in page.split("`hipbot ")[1:]}
    assert {"compare", "publish", "rollback", "missed", "check"} <= named <= set(VERBS)
    assert "--accept-words" in page
