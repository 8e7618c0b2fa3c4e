"""The hazard log names tests that exist; the intended purpose says what the bot says of itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from hipbot import project

FOLDER = project.ROOT / "docs" / "safety"
LOG = (FOLDER / "hazard-log.md").read_text("utf-8")
HAZARDS = [[cell.strip() for cell in row.strip("|").split("|")] for row in LOG.splitlines() if row.startswith("| H") and row[3].isdigit()]
NAMED = re.compile(r"`(test_\w+\.py)::(\w+)`")


def _tests(file: str) -> "set[str]":
    tree = ast.parse((Path(__file__).parent / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


@pytest.mark.parametrize("hazard", HAZARDS, ids=[row[0] for row in HAZARDS])
def test_every_hazard_has_a_test_that_exists(hazard):
    """A renamed or deleted test must not leave a hazard without proof."""
    assert len(hazard) == 9 and all(hazard[:7]), hazard
    assert not any(hazard[7:]), "severity and likelihood are the clinician's"
    named = NAMED.findall(hazard[5])
    assert named
    for file, test in named:
        assert test in _tests(file), f"{hazard[0]}: {file} has no {test}"


def test_the_guides_own_hazards_are_all_there():
    """H1 to H12 of the safety guide, then this bot's own, each once."""
    assert [row[0] for row in HAZARDS] == [f"H{n}" for n in range(1, len(HAZARDS) + 1)] and len(HAZARDS) >= 15


def test_the_intended_purpose_is_one_page():
    """Short enough to be read: under 800 words; and it owns up to the border."""
    text = (FOLDER / "intended-purpose.md").read_text("utf-8")
    assert len(text.split()) < 800 and "triage" in text and "No doctor" in text
