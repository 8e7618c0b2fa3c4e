"""Writes docs/exercises.md: every exercise with steps, drawings and sources.

Called by `hipbot draw`; a test holds the file to it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List

from hipbot.content import Exercise, Library
from hipbot.figures.sheet import draft_of, shown

FILE = "docs/exercises.md"
ACROSS = 3  # drawings in a row

_HEAD = """# The exercises

Made by `hipbot draw` from `content/exercises/` (words) and `content/figures/` (poses). Do not change this page by hand.

All drawings on one sheet: [pictures/exercises.png](pictures/exercises.png). In a browser, movements move; where
somebody has asked for less motion, and on paper, they stand still with the start as a grey shape. The orange ring
marks the hip that works. Darker limbs are the ones further away.
"""

_CORRECT = """
## Correct a drawing

Every position is a few numbers in `content/figures/<exercise>.yml`. No programming is needed:

1. Open the file and find the pose by its name, for example `back:` in `lean_back.yml`.
2. Change a number. Lengths are in centimetres: the first counts from left to right, the second up from the floor.
   Angles are in degrees: a leg or arm hangs down at 0, points forwards at 90 and backwards at -90.
   `pelvis` is 0 upright and grows as it leans back (tucks); `waist` and `chest` bend the back from there (plus is
   arched, minus is rounded), `neck` bends the head.
3. Run `.venv/bin/hipbot draw` in the project's folder. It says what a body cannot do ("the near hand cannot get where
   it should: 6 cm are missing"), and otherwise draws everything anew.
4. Look at the drawing beside its words: open this page, or `content/pictures/`.

`near` is the side of the reader, `far` the other one. `foot: [100, 0]` sets a foot on the floor, and the knee follows.
`hand: far_thigh` lays a hand on the front leg. `like: tall` takes everything over from another pose. `seen: [0.6, 1]`
says that a thigh or upper arm points towards the reader and looks shorter. `must:` repeats what the step's words say,
so that nobody draws something else by mistake. `draft:` says what a clinician has to decide; as long as it stands
there, `hipbot check --live` and `hipbot handout` refuse.

A page to print and hand out: `.venv/bin/hipbot handout kneeling_stretch`.

## Where the body comes from

Lengths are those of an adult of 170 cm after Drillis and Contini (1966), as in D. A. Winter, *Biomechanics and Motor
Control of Human Movement* (2009), figure 4.1; how the trunk is shared out, after P. de Leva (1996). Masses, for the
balance check, are Winter's table 4.1; how far joints go, the American Academy of Orthopaedic Surgeons' *Joint motion*
(1965), with some degrees more where weight or a hand bends a joint.
"""


def page(library: Library, content: Path) -> str:
    """The whole page."""
    with_steps = [e for e in library.exercises.values() if e.steps]
    parts = [_HEAD, *(_exercise(e, library, content) for e in with_steps), _without(library), _CORRECT]
    return "\n".join(part.strip("\n") + "\n" for part in parts)


def _exercise(exercise: Exercise, library: Library, content: Path) -> str:
    lines = [f"## {exercise.title}", "", exercise.purpose, ""]
    draft = draft_of(exercise, content)
    if draft:
        lines += [f"> **Draft, not for patients.** {draft}", ""]
    lines += ["Stop rules:", "", *(f"- {rule}" for rule in exercise.stop_rules), ""]
    lines += [*_drawings(exercise), ""]
    for title, text in (("How long", exercise.hold), ("How often", exercise.how_often)):
        lines += [f"{title}: {text}", ""] if text else []
    if exercise.mistakes:
        lines += ["Watch out for:", "", *(f"- {mistake}" for mistake in exercise.mistakes), ""]
    sources = [f"{source['article']} ({source['passage']})" for source in exercise.sources]
    signed = exercise.reviewed.get("by")
    lines += [f"Sources: {'; '.join(sources)}. {'Reviewed by ' + signed if signed else 'Not yet reviewed'}."]
    return "\n".join(lines)


def _drawings(exercise: Exercise) -> Iterator[str]:
    """A table of drawings, their words under them."""
    items = list(shown(exercise))
    for first in range(0, len(items), ACROSS):
        row = items[first : first + ACROSS]
        cells = [f'<img src="../content/pictures/{s.picture.file}" alt="{s.picture.alt}" width="240">' for s in row]
        yield "| " + " | ".join(cells) + " |"
        yield "|" + " --- |" * len(row)
        yield "| " + " | ".join(f"**{s.of}.** {s.words}" for s in row) + " |"
        yield ""


def _without(library: Library) -> str:
    names: List[str] = [e.title for e in library.exercises.values() if not e.steps]
    rows = "\n".join(f"- {name}" for name in names)
    return f"## Not drawn\n\nNo article says how these go, so there is nothing to draw:\n\n{rows}\n"
