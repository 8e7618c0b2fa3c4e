"""Drawings of exercises: poses that a body can take, a picture for each alt text and the other way round.

Called by `hipbot check` and, before it draws, by `hipbot draw`.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, Set

from hipbot.check.fault import Fault, shown
from hipbot.check.files import Files, as_list, as_map
from hipbot.check.yaml_lines import Document
from hipbot.content.library import picture_file
from hipbot.figures import checks

DRAW = "Run `hipbot draw`."


def check(files: Files) -> Iterator[Fault]:
    """Poses, then drawings against the exercises."""
    yield from poses(files)
    exercises = {document.name: document for document in files.entries("exercises")}
    drawn = {document.name: document for document in files.entries("figures")}
    for name, document in drawn.items():
        yield from _belongs(document, exercises.get(name))
    for name, document in exercises.items():
        yield from _has_words(document, drawn.get(name), files)
    wanted = {f"content/pictures/{picture_file(n, of)}" for n, d in drawn.items() for of in _drawings(d)}
    for file in sorted(set(files.names("content/pictures", ".svg")) - wanted):
        yield Fault(file, 1, file.rpartition("/")[2], "no pose stands for this drawing", DRAW)


def poses(files: Files) -> Iterator[Fault]:
    """What is wrong with the poses themselves."""
    for document in files.entries("figures"):
        yield from document.once("poses", lambda: list(_poses(document)))


def _poses(document: Document) -> Iterator[Fault]:
    data = as_map(document.data)
    if isinstance(data.get("poses"), dict) and isinstance(data.get("drawings"), dict):  # else the schema says so
        for name in _drawings(document):
            yield from _of_drawing(document, data, name)


def live(files: Files) -> Iterator[Fault]:
    """Drawings that wait for a clinician."""
    for document in files.entries("figures"):
        reason = as_map(document.data).get("draft")
        if reason:
            wrong = "the drawings are a draft: see there what a clinician has to decide"
            yield Fault(document.file, document.line("draft"), document.name, wrong, "Then write: draft: null")


def _of_drawing(document: Document, data: Dict[str, Any], name: str) -> Iterator[Fault]:
    line = document.line("drawings", name)
    one = {**data, "drawings": {name: data["drawings"][name]}}
    try:
        found = dict.fromkeys(checks.findings(one))
    except KeyError as missing:
        wrong = f"{name}: {missing} is needed and not there"
        yield Fault(document.file, line, document.name, wrong, f"Known poses: {', '.join(map(str, data['poses']))}.")
        return
    except (ValueError, TypeError, AttributeError, IndexError, ArithmeticError, RecursionError) as error:
        wrong = f"{name}: there is no way between its poses, or one is not whole ({str(error)[:80]})"
        yield Fault(document.file, line, document.name, wrong, "Write both poses with the same fields.")
        return
    for finding in found:
        yield Fault(document.file, line, document.name, f"{name}: {finding.wrong}", finding.advice)


def _belongs(document: Document, exercise: Any) -> Iterator[Fault]:
    data = as_map(document.data)
    if data.get("exercise") != document.name:
        wrong = f"`exercise` is {shown(data.get('exercise'))}, but the file is {document.name}.yml"
        yield Fault(document.file, document.line("exercise"), document.name, wrong, f"Write: exercise: {document.name}")
    if exercise is None:
        yield Fault(document.file, 1, document.name, "there is no exercise of this name", "Rename or remove it.")
        return
    alts = as_map(as_map(exercise.data).get("pictures"))
    for of in _drawings(document):
        if not str(alts.get(of) or "").strip():
            advice = f"Write under `pictures` in {exercise.file}: {of}: what it shows."
            yield Fault(document.file, document.line("drawings", of), document.name, f"{of} has no alt text", advice)
        if not _words(as_map(exercise.data), of):
            advice = "Write the words first, or remove the drawing."
            wrong = f"{of} is drawn, but the exercise has no words for it"
            yield Fault(document.file, document.line("drawings", of), document.name, wrong, advice)


def _has_words(document: Document, figures: Any, files: Files) -> Iterator[Fault]:
    drawn: Set[str] = set(_drawings(figures)) if figures else set()
    for of in as_map(as_map(document.data).get("pictures")):
        line = document.line("pictures", of)
        file = f"content/pictures/{picture_file(document.name, str(of))}"
        if of not in drawn:
            wrong = f"`pictures` tells of {of}, which is not drawn"
            advice = f"Draw it in content/figures/{document.name}.yml, or remove the text."
            yield Fault(document.file, line, document.name, wrong, advice)
        elif not files.exists(file):
            yield Fault(document.file, line, document.name, f"{file} is missing", DRAW)


def _words(exercise: Dict[str, Any], of: str) -> bool:
    """Whether the exercise says what this drawing shows."""
    number = of.rpartition("step_")[2]
    if number.isdecimal():
        return int(number) <= len(as_list(exercise.get("steps")))
    return bool(exercise.get("mistakes" if of == "mistake" else of))


def _drawings(document: Document) -> Dict[str, Any]:
    return {str(k): v for k, v in as_map(as_map(document.data).get("drawings")).items()}
