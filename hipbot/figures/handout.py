"""An exercise on one printed page: steps with drawings, stop rules, the clinic's name, sources.

Called by `hipbot handout`. All words for patients come from `content/`: the exercise's own and those of handout.html.
"""

from __future__ import annotations

import base64
import re
from html import escape
from pathlib import Path
from string import Template
from typing import Dict, Iterable, Optional

from hipbot.content import Exercise, Library
from hipbot.content.library import Picture, fact, is_placeholder
from hipbot.figures.svg import for_paper

TEMPLATE = "handout.html"
_PART = re.compile(r"<!-- if (\w+) -->(.*?)<!-- end -->", re.S)
NOT_SIGNED = "No clinician has signed this exercise yet."


def page(exercise: Exercise, library: Library, content: Path, draft: Optional[str] = None) -> str:
    """The page as HTML, whole in itself: the drawings are inside.

    Args:
        draft: what a clinician has to decide before patients may have it.
    """
    template = (content / TEMPLATE).read_text("utf-8")
    values = _values(exercise, library, content, draft)
    kept = _PART.sub(lambda part: part.group(2) if values.get(part.group(1)) else "", template)
    return Template(kept).substitute(values)


def _values(exercise: Exercise, library: Library, content: Path, draft: Optional[str]) -> Dict[str, str]:
    clinic, reviewed = library.clinic, exercise.reviewed
    signed = f"{reviewed['by']}, {reviewed['date']}" if reviewed.get("by") and reviewed.get("date") else ""
    texts = {
        "title": exercise.title,
        "purpose": exercise.purpose,
        "hold": exercise.hold or "",
        "how_often": exercise.how_often or "",
        "progression": exercise.progression or "",
        "mistake": exercise.mistakes[0] if exercise.drawing("mistake") else "",
        "draft": draft or ("" if signed else NOT_SIGNED),
        "reviewed": signed,
        "clinic_name": str(fact(clinic["clinic_name"])),
        "emergency_number": str(clinic["emergency_number"]),
        "phone": "" if is_placeholder(clinic["phone"]) else str(clinic["phone"]),  # an example is nobody's number
        "sources": "; ".join(source["title"] for source in library.sources(exercise)),
    }
    return {
        **{name: escape(" ".join(text.split())) for name, text in texts.items()},
        "stop_rules": _list(exercise.stop_rules),
        "mistakes": _list(exercise.mistakes),
        "steps": "".join(_steps(exercise, content)),
        "progression_picture": _image(exercise.drawing("progression"), content),
        "mistake_picture": _image(exercise.drawing("mistake"), content),
    }


def _steps(exercise: Exercise, content: Path) -> Iterable[str]:
    if exercise.start:
        yield _figure(exercise.picture(0), exercise.start, content)
    for number, step in enumerate(exercise.steps, 1):
        yield _figure(exercise.picture(number), f"{number}. {step}", content)


def _figure(picture: Optional[Picture], words: str, content: Path) -> str:
    return f"<figure>{_image(picture, content)}<figcaption>{escape(words)}</figcaption></figure>"


def _image(picture: Optional[Picture], content: Path) -> str:
    if picture is None:
        return ""
    drawing = for_paper((content / "pictures" / picture.file).read_text("utf-8"))
    inside = base64.b64encode(drawing.encode()).decode("ascii")
    return f'<img src="data:image/svg+xml;base64,{inside}" alt="{escape(picture.alt)}">'


def _list(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""
