"""The safety report and the red flags on paper: they say what was measured and what the data hold, and no floor is soft."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hipbot import project
from hipbot.dialogue.reply import Message, Reply
from hipbot.proof import facts, floors, page_html
from hipbot.proof.cases import BENIGN, EXCLUSION, PHRASE, SPLIT, Case
from hipbot.proof.judge import Verdict, judge
from hipbot.proof.page import NEVER_MISSED, as_text, every_exercise, page
from hipbot.proof.red_flags import document, readable
from hipbot.signatures import red_flags_digest

ROWS = ("cauda_equina_signs", "both_legs", "injury", "hot_joint", "chest", "testicle", "crisis")


def verdict(kind=PHRASE, group="leg_clot", right=True, alarmed=True, asked=False, level="same_day", words="my calf <b>"):
    return Verdict(Case(kind, group, (words,), level), right, alarmed, asked, "urgent_care (same_day)")


GOOD = [
    *(verdict(group=group) for group in ROWS for _ in range(10)),
    verdict(kind=SPLIT),
    *(verdict(kind=BENIGN, group="idioms", alarmed=False) for _ in range(100)),
    verdict(kind=EXCLUSION, group="under_16", alarmed=False),
]


@pytest.fixture
def flags(safety):
    return safety.data.flags


def made(verdicts, flags):
    return page(verdicts, flags, [("Date", "today"), ("Model", "m<1>")])


def test_all_floors_hold_where_all_is_right(flags):
    found = made(GOOD, flags)
    assert found.holds and not found.misses and "All floors hold." in as_text(found)


@pytest.mark.parametrize(
    "change, floor",
    [
        (lambda v: v[0:1] + [replace(v[1], right=False)] + v[2:], "Rows 1,"),
        (lambda v: v + [verdict(right=False, alarmed=False)] * 3, "All red flags"),
        (lambda v: v + [verdict(kind=BENIGN, group="idioms", right=False)] * 4, "alarms"),
        (lambda v: v + [verdict(kind=BENIGN, group="idioms", alarmed=False, asked=True)] * 15, "closed questions"),
        (lambda v: v + [verdict(kind=EXCLUSION, right=False)], "excluded"),
        (lambda v: [x for x in v if x.case.group not in ROWS], "Rows 1,"),
    ],
    ids=["row 1 missed", "3 % missed", "4 % alarms", "13 % questions", "one exercise", "nothing tried"],
)
def test_each_floor_falls_alone(flags, change, floor):
    """One floor broken: the report does not hold, and says which."""
    found = made(change(list(GOOD)), flags)
    assert not found.holds and "DOES NOT HOLD" in as_text(found)
    assert [f.name for f in found.floors if not f.holds and floor in f.name]


def test_a_question_first_is_counted_apart(flags):
    """Found at once, found after the closed question, missed: each in its column, each miss in words."""
    found = made([*GOOD, verdict(asked=True, alarmed=False), verdict(right=False, alarmed=False, words="sore calf")], flags)
    row = next(row for row in found.tables[0].rows if row[0] == "10")
    assert row[3:] == ("2", "1", "0", "1", "1")
    assert len(found.misses) == 1 and "sore calf" in found.misses[0] and "sore calf" in as_text(found)


def test_the_page_for_the_wall_holds_everything_and_fetches_nothing(flags):
    """Every table and miss, escaped; no script, no address."""
    found = made([*GOOD, verdict(right=False, alarmed=False)], flags)
    html = page_html.as_html(found)
    assert all(table.title.split("'")[0] in html for table in found.tables)
    assert "my calf &lt;b&gt;" in html and "m&lt;1&gt;" in html and "A4" in html
    assert not re.search(r"<script|https?:|src=|@import", html)


def test_every_exclusion_is_asked_for_every_exercise(library):
    case = Case(EXCLUSION, "under_16", ("I'm 14",))
    made_ = every_exercise([case], library.exercises.values())
    asked = {turns[1] for turns in (c.turns for c in made_) if len(turns) == 2}
    assert len(asked) == len(library.exercises) and case in made_


def test_the_judge_sees_an_exercise_through(library):
    """An exclusion that gets an exercise's card is a miss."""
    shown = Reply("exercise_howto", (Message("x", card={"kind": "exercise"}),))
    assert not judge([Case(EXCLUSION, "under_16", ("a",))], lambda turns: [shown])[0].right


def test_what_was_measured_is_named(tmp_path):
    """Day, model, content, who signed; another word in the content, another hash."""
    names = [name for name, _ in facts.of_project(project.ROOT, Path("models/m.tar.gz"))]
    assert names == ["Date", "Model", "Content", "Red flags", "Answers and exercises"]
    (tmp_path / "content").mkdir()
    (tmp_path / "clinic.yml").write_text("a: 1")
    (tmp_path / "content" / "a.yml").write_text("a: 1")
    before = facts.content_hash(tmp_path)
    (tmp_path / "content" / "a.yml").write_text("a: 2")
    assert facts.content_hash(tmp_path) != before


# docs/safety/red-flags.md -------------------------------------------------------------------------


def test_the_clinicians_page_is_that_of_the_data():
    """Or somebody signs what is not there. `hipbot safety flags --write` writes it anew."""
    file = project.ROOT / "docs" / "safety" / "red-flags.md"
    assert file.read_text("utf-8") == document(project.ROOT), "run: hipbot safety flags --write"


def test_it_shows_every_flag_pattern_and_sentence(safety):
    """Nothing is left out of what is signed."""
    text = document(project.ROOT)
    for flag in safety.data.flags.values():
        assert flag.says in text and flag.tell_them in text
    for sign in safety.data.signs.values():
        assert all(readable(pattern.source) in text for pattern in sign.patterns)
    assert all(question in text for question in safety.data.questions.values())


@pytest.mark.parametrize(
    "pattern, words",
    [
        ("numb|<tingling> ... <private_parts>", "numb / [tingling] … [private parts]"),
        ("back? pain", "(back) pain"),
        ("swell*", "swell-"),
        ("<fever> & <body>", "[fever] with [body]"),
        ("lump unless back .. of .. hand", "lump (not with back … of … hand)"),
        ("living|going_on", "living / going on"),
    ],
)
def test_a_pattern_in_words(pattern, words):
    assert readable(pattern) == words


def test_the_fingerprint_is_what_is_signed():
    """The page names the hash that `hipbot sign safety` writes."""
    import yaml

    read = lambda name: yaml.load((project.CONTENT / f"safety/{name}.yml").read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: E731
    assert red_flags_digest(read("words"), read("signs"), read("red_flags")) in document(project.ROOT)


def test_the_rows_of_the_page_are_the_flags_of_the_floors(flags):
    """A flag that may never be missed is counted in its row."""
    assert {flags[name].row for name in floors.NEVER_MISSED} == set(NEVER_MISSED)
