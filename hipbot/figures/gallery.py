"""All drawings of `content/figures`, and the files they become in `content/pictures`.

Called by `hipbot draw`, `hipbot check` and tests. The files are in git: the widget serves them as they are, a
clinician sees what a corrected angle changes, and a test holds them to the poses.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Mapping

from hipbot.content.library import picture_file, read_yaml
from hipbot.figures.svg import draw

FIGURES, PICTURES = "figures", "pictures"  # folders under content/


def drawn(content: Path) -> Dict[str, str]:
    """Every drawing's SVG, by file name."""
    found: Dict[str, str] = {}
    for path in sorted((content / FIGURES).glob("*.yml")):
        found.update(drawings(read_yaml(path)))
    return found


def drawings(figures: Mapping[str, Any]) -> Dict[str, str]:
    """The drawings of one exercise, by file name."""
    return {
        picture_file(figures["exercise"], of): draw(drawing, figures["poses"])
        for of, drawing in figures["drawings"].items()
    }


def write(content: Path) -> List[Path]:
    """Write all drawings, remove what no pose stands for any more; returns the files that changed."""
    folder = content / PICTURES
    folder.mkdir(exist_ok=True)
    new = drawn(content)
    changed = [folder / name for name, svg in new.items() if _differs(folder / name, svg)]
    for path in changed:
        path.write_bytes(new[path.name].encode())
    gone = [path for path in sorted(folder.glob("*.svg")) if path.name not in new]
    for path in gone:
        path.unlink()
    return changed + gone


def _differs(path: Path, svg: str) -> bool:
    return not path.is_file() or path.read_bytes() != svg.encode()
