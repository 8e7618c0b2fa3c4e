"""Every drawing beside its words, on one page: what a clinician looks at. Used by `hipbot draw`.

`sheet` is the page that becomes docs/pictures/exercises.png; document.py and handout share what is shown here.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional

from hipbot.content import Exercise, Library
from hipbot.content.library import Picture, read_yaml

COLUMNS, WIDTH, TALL = 4, 280, 296  # of the contact sheet, in pixels


class Shown(NamedTuple):
    """One drawing: what it is of, its words, and the picture."""

    of: str
    words: str
    picture: Picture


def shown(exercise: Exercise) -> Iterator[Shown]:
    """An exercise's drawings with their words, in the order in which a patient meets them."""
    words = [("start", "Start", exercise.start or "")]
    words += [(f"step_{n}", f"Step {n}", step) for n, step in enumerate(exercise.steps, 1)]
    words += [("mistake", "Mistake", exercise.mistakes[0] if exercise.mistakes else "")]
    words += [("progression", "To go further", exercise.progression or "")]
    for of, title, text in words:
        picture = exercise.drawing(of)
        if picture:
            yield Shown(title, text, picture)


def draft_of(exercise: Exercise, content: Path) -> Optional[str]:
    """What a clinician has to decide about an exercise's drawings, None where nothing is open."""
    poses = content / "figures" / f"{exercise.id}.yml"
    draft = read_yaml(poses).get("draft") if poses.is_file() else None
    return " ".join(draft.split()) if draft else None


def sheet(library: Library, content: Path) -> str:
    """The contact sheet as HTML."""
    pictures = content / "pictures"
    rows: List[str] = []
    for exercise in library.exercises.values():
        cards = [
            f'<figure><img src="{escape((pictures / s.picture.file).resolve().as_uri())}" width="{WIDTH - 24}">'
            f"<figcaption><b>{escape(s.of)}</b> {escape(s.words)}</figcaption></figure>"
            for s in shown(exercise)
        ]
        if cards:
            draft = ", a draft: not for patients" if draft_of(exercise, content) else ""
            rows.append(f"<h2>{escape(exercise.title)}{draft}</h2><div>{''.join(cards)}</div>")
    return (
        "<!doctype html><meta charset=utf-8><style>body{margin:12px;font:13px/1.35 sans-serif;color:#1f2937}"
        f"h2{{margin:10px 4px 2px;font-size:18px}}div{{display:grid;grid-template-columns:repeat({COLUMNS},{WIDTH}px)}}"
        "figure{margin:4px 8px}img{max-height:250px}</style>" + "".join(rows)
    )


def height(library: Library) -> int:
    """Pixels that the contact sheet needs."""
    counts = [len(list(shown(exercise))) for exercise in library.exercises.values()]
    return 24 + sum(40 + TALL * -(-count // COLUMNS) for count in counts if count)
