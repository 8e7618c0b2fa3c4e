"""A thousand random edits: whatever breaks loading, training or an answer is found, in its file and on its line.

What breaks is not asked of the check: `tests/broken.py` loads each damaged file as the bot and Rasa do.
Drawn from a fixed seed and not by Hypothesis, whose draws change with the modules that other tests have imported.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any, List, Tuple

import pytest

from hipbot import check
from hipbot.check.fault import Fault
from hipbot.check.files import Files
from tests.broken import RASA, SAFETY, Oracle
from tests.copies import copy_project
from tests.edits import drawn, edit

MESSAGES = 4  # a topic: Rasa reads the file a few hundred times
NEAR = 2  # lines
CONTENT_ROUNDS, RASA_ROUNDS, EACH = 150, 40, 5  # a thousand edits, five to a round, each in a file of its own
SAFETY_EDITS = 50  # each compiles the patterns, a second
LACKS = ("missing", "no such intent", "no rule answers", "has no ", "is no ", "is empty", "neither", "empty for", "also that of")
LOST = ("is not among the word sets", "names the sign")  # told where it is asked for, in whichever file
SEED = 11  # red twice, if red


class Project:
    """A sound project and its oracle."""

    def __init__(self, root: Path, safety: Any) -> None:
        self.files, self.oracle = Files(copy_project(root, MESSAGES)), Oracle(root, safety)
        self.known = {_same(fault) for fault in check.check(self.files, likeness=False).faults}
        answers = [document.file for document in self.files.answers()]
        alone = ["content/phrases.yml", "content/articles.yml", *["clinic.yml"] * 5]  # as often as it matters
        self.content = (*answers, *self.files.names("content/exercises"), *alone)

    def found(self, damaged: Any) -> List[Fault]:
        """New faults; none of them the safety net of the check itself."""
        report = check.check(self.files.but(damaged), likeness=False)
        assert not [str(fault) for fault in report.faults if check.STUMBLED in fault.wrong], damaged
        return [f for f in report.faults if f.severity == check.FAULT and _same(f) not in self.known]


def _same(fault: Fault) -> Tuple[str, str, str]:
    return fault.file, fault.entry, re.sub(r"\d+", "", fault.wrong)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, safety: Any) -> Project:
    return Project(tmp_path_factory.mktemp("sound"), safety)


def held(project: Project, chosen: List[Tuple[str, str, float, int]]) -> None:
    """Make the edits; each that breaks something has a fault in its own file, near its own line."""
    made = {}
    for file, way, at, how in chosen:
        raw = (project.files.root / file).read_bytes()
        damaged, line = edit(raw, way, at, how)
        if damaged != raw:
            made[file] = (damaged, line, way)
    found = project.found({file: damaged for file, (damaged, _, _) in made.items()})
    for file, (damaged, line, way) in made.items():
        reason = project.oracle.breaks(file, damaged)
        if reason:
            mine = [fault for fault in found if fault.file == file or _of_the_lost(fault)]
            told = "\n".join(map(str, mine))
            assert mine, f"{file}:{line} ({way}) breaks the bot ({reason}), and no fault of this file says so"
            assert any(_leads_to(fault, line) for fault in mine), f"{file}:{line} ({way}): {reason}\n{told}"


def _leads_to(fault: Fault, line: int) -> bool:
    """The fault's line is the edited one, gives a range with it, or is the head of what now lacks something."""
    if abs(fault.line - line) <= NEAR or _of_the_lost(fault):
        return True
    between = re.search(r"in lines (\d+) to (\d+)", fault.wrong)
    if between:
        return int(between[1]) - 1 <= line <= int(between[2])
    return fault.line <= line and any(words in fault.wrong for words in LACKS)


def _of_the_lost(fault: Fault) -> bool:
    return any(words in fault.wrong for words in LOST)


@pytest.mark.slow
def test_content_and_clinic(sound: Project) -> None:
    """750 edits of answers, exercises, phrases, articles and clinic.yml."""
    chance = random.Random(SEED)
    for _ in range(CONTENT_ROUNDS):
        by_file = {edit[0]: edit for edit in (drawn(chance, sound.content) for _ in range(4 * EACH))}
        held(sound, list(by_file.values())[:EACH])


@pytest.mark.slow
def test_what_rasa_reads(sound: Project) -> None:
    """200 edits of messages, rules, stories and domain, one at a time: each leans on the others."""
    chance = random.Random(SEED)
    for _ in range(RASA_ROUNDS * EACH):
        held(sound, [drawn(chance, RASA)])


@pytest.mark.slow
def test_the_red_flags(sound: Project) -> None:
    """Edits of word sets, signs, flags and their patterns, one at a time: each leans on the others."""
    chance = random.Random(SEED)
    for _ in range(SAFETY_EDITS):
        held(sound, [drawn(chance, SAFETY)])


@pytest.mark.slow
def test_the_oracle_finds_nothing_wrong_with_a_sound_project(sound: Project) -> None:
    """Or every edit would seem to break something."""
    for file in (*RASA, *SAFETY, *sound.content):
        assert sound.oracle.breaks(file, (sound.files.root / file).read_bytes()) is None, file
