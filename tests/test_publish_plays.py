"""Plays that the gate holds a new version to, and the turns that it lets go: where the bot asks back."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest
import yaml

from hipbot.publish import _reasons_of_plays, plays


def acted(folder: Path, *turns: Dict[str, Any]) -> List[plays.Departure]:
    """Departures of one play whose turns are (expected payload, payload now)."""
    play = {"turns": [{"patient": f"message {n}", "expect": was, "clinic": "Words.\n"} for n, (was, _) in enumerate(turns)]}
    (folder / plays.FOLDER).mkdir(parents=True)
    (folder / plays.FOLDER / "a.yml").write_text(yaml.safe_dump(play), "utf-8")
    return plays.perform(folder, lambda said: [(now, "Words.\n") for _, now in turns])


def turn(topic: str, now: str, care: "str | None" = None, care_now: "str | None" = None) -> Any:
    return {"topic": topic, "care": care}, {"topic": now, "care": care_now}


@pytest.mark.parametrize(
    "turns",
    [
        [turn("clarify", "how_often")],
        [turn("how_often", "clarify")],
        [turn("clarify", "sitting"), turn("how_often", "fallback")],  # "the second one", of nothing
    ],
)
def test_asking_back_is_told_and_refuses_nothing(tmp_path, turns):
    """It stands on the edge of a confidence, which any new message may tip; what comes after leans on it."""
    found = acted(tmp_path, *turns)
    assert len(found) == len(turns) and all(departure.asks_back_otherwise for departure in found)
    assert not list(_reasons_of_plays(tuple(found)))


@pytest.mark.parametrize(
    "turns",
    [
        [turn("how_often", "sitting")],
        [turn("clarify", "urgent_care", None, "same_day")],
        [turn("safety_check", "clarify")],
        [turn("clarify", "safety_check")],
        [turn("radiating_pain", "clarify", "book", None)],
        [turn("how_often", "sitting"), turn("clarify", "clarify")],
    ],
)
def test_every_other_course_shuts_the_gate(tmp_path, turns):
    """Another answer, other care, and whatever has to do with help."""
    found = acted(tmp_path, *turns)
    assert found and not any(departure.asks_back_otherwise for departure in found)
    assert next(_reasons_of_plays(tuple(found))).what.startswith("Conversations that we promised")
