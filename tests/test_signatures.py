"""Signatures: they hold exactly as long as the words do, and only a clinician's command writes them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from hipbot import check, project
from hipbot.check import signed
from hipbot.check.fault import WARNING
from hipbot.check.files import Files
from hipbot.content import Library
from hipbot.signatures import State, entry_digest
from hipbot.staff.saving import Refused
from hipbot.staff.sign import sign
from tests.copies import copy_project, hipbot

pytestmark = pytest.mark.slow

FAQ = "content/faq/how_often.yml"
NAME, NUMBER, DAY = "Āwhina O'Neil: \"Ann\"", "OCNZ 12345", date(2026, 11, 21)


@pytest.fixture
def root(tmp_path) -> Path:
    return copy_project(tmp_path / "project", messages=3)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def state(root: Path) -> bool:
    return FAQ not in signed.unsigned(Files(root))


def warnings(root: Path) -> "list[str]":
    return [str(f) for f in signed.check(Files(root)) if f.severity == WARNING]


def test_only_the_line_of_the_signature_changes(root):
    """Comments, order and layout stay, and the data is the same but for the signature."""
    before = (root / FAQ).read_text("utf-8").split("\n")
    assert sign(root, FAQ, NAME, NUMBER, DAY) == [FAQ]
    after = (root / FAQ).read_text("utf-8").split("\n")
    assert [row for row in before if row not in after] == ["reviewed: {by: null, date: null}"]
    assert len(before) == len(after)
    reviewed = yaml.safe_load("\n".join(after))["reviewed"]
    assert (reviewed["by"], reviewed["registration"], reviewed["date"]) == (NAME, NUMBER, "2026-11-21")
    assert state(root) and not warnings(root)


@pytest.mark.parametrize(
    "old, new, holds",
    [
        ("id: how_often\n", "id: how_often # a comment\n", True),
        ("editors_note: |", "editors_note: |\n  Looked at again.", True),
        ("follow_ups: [how_long_to_hold, when_to_stretch, exercise_list]", "follow_ups:\n  - how_long_to_hold\n  - when_to_stretch\n  - exercise_list", True),
        ("two to three times a week", "two to four times a week", False),
        ("a mild pull", "a pull", False),
        ("  - when: {back_pain: true}\n", "  - when: {sport: any}\n", False),
    ],
    ids=["comment", "editor's note", "layout", "answer", "variant", "when"],
)  # fmt: skip
def test_a_signature_holds_as_long_as_the_words_do(root, old, new, holds):
    """Layout, comments and the editor's note do not matter; what patients may read does."""
    sign(root, FAQ, NAME, NUMBER, DAY)
    edit(root / FAQ, old, new)
    assert state(root) is holds
    told = warnings(root)
    assert not told if holds else "edited since" in told[0] and "hipbot sign content/faq/how_often.yml" in told[0]


def test_patients_see_the_name_only_while_it_fits(root):
    """`reviewed` of the payload: null as soon as the words differ."""
    sign(root, FAQ, NAME, NUMBER, DAY)
    load = lambda: Library.load(root / "content", root / "clinic.yml").answers["how_often"]  # noqa: E731
    assert load().signed
    edit(root / FAQ, "two to three times a week", "daily")
    assert not load().signed


def test_a_signature_filled_in_by_hand_is_none(root):
    """Name and date without the hash: a warning, and unsigned."""
    edit(root / FAQ, "reviewed: {by: null, date: null}", 'reviewed: {by: "Ann Lee", date: "2026-11-21"}')
    assert not state(root) and "filled in by hand" in warnings(root)[0]


@pytest.mark.parametrize("name", ["words", "signs", "red_flags"])
def test_the_red_flags_are_signed_over_all_three_files(root, name):
    """A pattern, a word or a level changed after signing: the whole is unsigned."""
    assert sign(root, "safety", NAME, NUMBER, DAY) == [signed.RED_FLAGS]
    assert signed.red_flags(Files(root)) is State.SIGNED
    file = root / f"content/safety/{name}.yml"
    file.write_text("# a comment\n" + file.read_text("utf-8"), "utf-8")
    assert signed.red_flags(Files(root)) is State.SIGNED
    old, new = {
        "words": ("fillers: [a, ", "fillers: ["),
        "signs": ("half: true", "half: false"),
        "red_flags": ("level: same_day", "level: gp_soon"),
    }[name]
    edit(file, old, new)
    assert signed.red_flags(Files(root)) is State.CHANGED
    assert "hipbot sign safety" in warnings(root)[0]


def test_a_file_that_cannot_be_read_has_no_digest(root):
    """Nor does it bring anything down: libyaml's own composer dies of so many brackets."""
    assert signed.digest_of_red_flags(Files(root))
    assert signed.digest_of_red_flags(Files(root, {signed.RED_FLAGS: b"[" * 99_999})) is None


def test_live_refuses_whatever_is_not_signed_as_it_stands(root):
    """Everything signed: silence. One word changed: refused, by file and line."""
    for what in ("faq", "care", "exercises", "safety"):
        sign(root, what, NAME, NUMBER, DAY)
    assert not list(signed.live(Files(root)))
    edit(root / FAQ, "two to three times a week", "daily")
    edit(root / "content/safety/red_flags.yml", "level: same_day", "level: gp_soon")
    assert [(f.file, f.line > 1) for f in signed.live(Files(root))] == [(FAQ, True), (signed.RED_FLAGS, True)]
    assert {FAQ, signed.RED_FLAGS} <= {f.file for f in check.check(Files(root), live=True, likeness=False).faults}


def test_what_has_faults_is_not_signed(root):
    """`hipbot check` comes first; nothing is written."""
    edit(root / FAQ, "title: How often should I do them?", "title: How often? It will fix your pain.")
    edit(root / FAQ, "follow_ups: [how_long_to_hold", "follow_ups: [no_such_thing")
    before = (root / FAQ).read_bytes()
    with pytest.raises(Refused, match="no_such_thing"):
        sign(root, FAQ, NAME, NUMBER, DAY)
    assert (root / FAQ).read_bytes() == before


@pytest.mark.parametrize(
    "what, name, number, reason",
    [
        ("content/chat/greet.yml", NAME, NUMBER, "nothing to sign"),
        ("nowhere", NAME, NUMBER, "nothing to sign"),
        (FAQ, "Ann", NUMBER, "full name"),
        (FAQ, NAME, "-", "registration"),
    ],
)
def test_what_cannot_be_signed(root, what, name, number, reason):
    with pytest.raises(Refused, match=reason):
        sign(root, what, name, number, DAY)


def test_the_command(root):
    """As a clinician types it."""
    done = hipbot(root, "sign", "how_often", "--name", NAME, "--registration", NUMBER)
    assert done.returncode == 0 and FAQ in done.stdout, done.stderr
    done = hipbot(root, "sign", "nowhere", "--name", NAME, "--registration", NUMBER)
    assert done.returncode == 1 and "nothing to sign" in done.stderr


def test_runtime_and_check_agree_on_every_file_of_the_project():
    """Two readers of YAML, one hash: else what was signed would not be shown."""
    for document in signed.entries(Files(project.ROOT)):
        own = yaml.safe_load((project.ROOT / document.file).read_text("utf-8"))
        assert entry_digest(own) == entry_digest(document.data), document.file
