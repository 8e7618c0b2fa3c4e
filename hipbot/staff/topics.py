"""Finds the topic that somebody means: by its name, with or without `faq/`, or by the title on its button."""

from __future__ import annotations

import difflib
from typing import Dict, List

from hipbot.check.files import Files, as_map
from hipbot.check.nlu import TrainingFile
from hipbot.staff.saving import Refused


def titles(files: Files) -> Dict[str, str]:
    """Title of each answer and exercise, by the name that a follow-up has: `how_often`, `exercise:lean_back`."""
    found = {d.name: str(as_map(d.data).get("title", d.name)) for d in files.answers()}
    exercises = {f"exercise:{d.name}": str(as_map(d.data).get("title", d.name)) for d in files.entries("exercises")}
    return {**found, **exercises}


def topic_named(name: str, training: TrainingFile, known: Dict[str, str]) -> str:
    """The topic as it stands in data/nlu.yml.

    Raises:
        Refused: with the nearest ones, where none has this name.
    """
    wanted = " ".join(name.casefold().split())
    by_name = {topic.rpartition("/")[2]: topic for topic in training.topics}
    by_title = {" ".join(title.casefold().split()): by_name[id_] for id_, title in known.items() if id_ in by_name}
    found = by_name.get(wanted.rpartition("/")[2].replace(" ", "_")) or by_title.get(wanted)
    if found:
        return found
    near = _near(wanted, [*by_name, *by_title])
    names = list(dict.fromkeys(by_name.get(n) or by_title[n] for n in near)) or sorted(training.topics)
    said = "Did you mean" if near else "There are"
    raise Refused(f"There is no topic `{name}`. {said}: {', '.join(names)}")


def follow_up_named(name: str, known: Dict[str, str]) -> str:
    """The follow-up that somebody means.

    Raises:
        Refused: with the nearest ones, where none has this name or title.
    """
    wanted = " ".join(name.casefold().split())
    by_title = {" ".join(title.casefold().split()): id_ for id_, title in known.items()}
    for id_ in (wanted, wanted.replace(" ", "_"), f"exercise:{wanted.replace(' ', '_')}", by_title.get(wanted, "")):
        if id_ in known:
            return id_
    near = [by_title.get(n, n) for n in _near(wanted, [*known, *by_title])]
    listed = "; ".join(f"{id_} ({known[id_]})" for id_ in dict.fromkeys(near))
    raise Refused(
        f"There is no answer `{name}`." + (f" Did you mean: {listed}" if listed else " Look at the list above.")
    )


def _near(wanted: str, names: List[str]) -> List[str]:
    whole = [name for name in names if wanted and (wanted in name or wanted.replace(" ", "_") in name)]
    return (whole or difflib.get_close_matches(wanted.replace(" ", "_"), names, 4, 0.5))[:4]
