"""`hipbot check --fix`: each mend once, nothing else changes, and no word of an answer is ever touched."""

from __future__ import annotations

import json

import pytest

from hipbot import check, project
from hipbot.check.files import Files
from hipbot.check.yaml_lines import parse
from hipbot.staff.mend import mend, mended
from tests.copies import copy_project, hipbot, snapshot

NLU, FAQ = "data/nlu.yml", "content/faq/sitting.yml"

MENDS = {
    "blanks": (NLU, "    - one  \n", "    - one\n", "removed blanks"),
    "a tab": (FAQ, "why: |\n\tBecause.\tYes.\n", "why: |\n  Because. Yes.\n", "spaces for a tab"),
    "no last line end": (FAQ, "id: a", "id: a\n", "ended the last line"),
    "empty lines at the end": (FAQ, "id: a\n\n\n", "id: a\n", "removed empty lines"),
    "a byte order mark": ("clinic.yml", "\ufeffcity: H\n", "city: H\n", "invisible mark"),
    "round quotes": (FAQ, "follow_ups: [“exercise:lean_back”]\n", 'follow_ups: ["exercise:lean_back"]\n', "straight quotes"),
    "invisible in a name": (FAQ, "id: sit\u200bting\n", "id: sitting\n", "removed an invisible"),
    "invisible in a message": (NLU, "    - o\u202ene\n", "    - one\n", "removed an invisible"),
    "a bare date": (FAQ, "reviewed: {by: Ann, date: 2026-11-21}\n", 'reviewed: {by: Ann, date: "2026-11-21"}\n', "in quotes"),
}  # fmt: skip
FIRST = "# yaml-language-server: $schema=../../schemas/answer.schema.json\n"


@pytest.mark.parametrize("case", MENDS.values(), ids=MENDS.keys())
def test_each_mend(case):
    """What it becomes, and what is said of it."""
    file, before, after, words = case
    head = FIRST if file == FAQ else ""
    raw, changes = mended(file, (head + before).encode())
    assert raw.decode() == head + after
    assert any(words in change.what for change in changes)


def test_the_same_message_twice_in_a_topic(tmp_path):
    """The first stays; under two topics nobody but staff can say; empty lines among messages go."""
    text = "nlu:\n- intent: a\n  examples: |\n    - one\n    - ONE!\n\n    - two\n\n- intent: b\n  examples: |\n    - one\n"
    raw, changes = mended(NLU, text.encode())
    assert (
        raw.decode()
        == "nlu:\n- intent: a\n  examples: |\n    - one\n    - two\n\n- intent: b\n  examples: |\n    - one\n"
    )
    assert [(c.line, c.what[:9]) for c in changes] == [(5, "removed a"), (6, "removed a")]


@pytest.mark.parametrize(
    "words", ["say “hello”", "a\u00a0b", "hy\u00adphen", "it’s 2026-11-21", "date: 2026-11-21", "- id: “x”"], ids=ascii
)
def test_words_of_an_answer_stay(words):
    """Quotes, soft hyphens and dates that patients read."""
    raw = f"{FIRST}id: a\nanswer: |\n  {words}\n".encode()
    assert mended(FAQ, raw) == (raw, [])


def test_the_project_needs_no_mending(tmp_path):
    """What is in the repository is in order, and stays byte for byte."""
    root = copy_project(tmp_path)
    before = snapshot(root)
    assert mend(root) == [] and snapshot(root) == before


@pytest.mark.slow
def test_damage_that_it_cannot_judge_is_left(tmp_path):
    """A file that would mean something else, or has a new fault afterwards, stays as it is."""
    root = copy_project(tmp_path)
    (root / FAQ).write_bytes(b"\xff\xfe" + (root / FAQ).read_bytes())
    (root / "content/faq/how_often.yml").write_text("id: how_often\n  title: [\n", "utf-8")
    before = snapshot(root)
    mend(root)
    assert {f for f, hash_ in snapshot(root).items() if before[f] != hash_} <= {"content/faq/how_often.yml"}


@pytest.mark.slow
def test_from_the_command_line(tmp_path):
    """Each change is printed with its place, then the faults that are left; also as JSON; twice changes nothing."""
    root = copy_project(tmp_path)
    rows = (root / NLU).read_text("utf-8").split("\n")
    at = rows.index("- intent: faq/sitting") + 2
    rows[at] += "   "
    rows.insert(at + 1, rows[at].upper())
    (root / NLU).write_text("\n".join(rows), "utf-8")
    (root / FAQ).write_text((root / FAQ).read_text("utf-8").replace("  It may.", "\tIt may.").rstrip("\n"), "utf-8")
    answer = parse(FAQ, (project.ROOT / FAQ).read_bytes()).data
    done = hipbot(root, "check", "--fix")
    assert done.returncode == 0, done.stdout + done.stderr
    for words in (f"Mended: {NLU}:{at + 1}: removed blanks", f"Mended: {NLU}:{at + 2}: removed a message", f"Mended: {FAQ}:5: wrote spaces for a tab", "ended the last line"):  # fmt: skip
        assert words in done.stdout
    assert parse(FAQ, (root / FAQ).read_bytes()).data == answer
    assert (root / NLU).read_bytes() == (project.ROOT / NLU).read_bytes()
    again = json.loads(hipbot(root, "check", "--fix", "--json").stdout)
    assert again["mended"] == [] and not [f for f in again["faults"] if f["severity"] == check.FAULT]
    assert not check.check(Files(root), likeness=False).of(check.FAULT)
