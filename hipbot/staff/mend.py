"""`hipbot check --fix`: mends what can be mended without knowing what was meant. No word of an answer is touched.

Called by `hipbot check --fix` and the staff page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Optional, Tuple

from hipbot.check import FAULT, check, nlu
from hipbot.check.files import FOLDERS, Files
from hipbot.check.questions import FOLDER as QUESTIONS
from hipbot.check.yaml_lines import INVISIBLE, parse
from hipbot.staff.saving import Refused, save

TAUGHT = (nlu.FILE, nlu.RED_FLAGS)
ALONE = (
    *TAUGHT,
    "data/rules.yml",
    "data/stories.yml",
    "domain.yml",
    "clinic.yml",
    "content/phrases.yml",
    "content/articles.yml",
)
_NAMES = re.compile(
    r"^(id|kind|instead|follow_ups|sources|reviewed|variants|notes):"
    r"|^\s+- \{?(article|when):"
    r"|^- (intent|lookup|synonym):"
)
_QUOTES = str.maketrans("“”„«»‘’‚", '"""""\'\'\'')
_BARE_DATE = re.compile(r"(\bdate: *)(\d{4}-\d{2}-\d{2})(?=\s*[},]|\s*$)")

Lines = List[str]
Mend = Callable[
    [str, Lines], Iterator[Tuple[int, str, Optional[str]]]
]  # (line from 1, what was done, new line or None)


@dataclass(frozen=True, order=True)
class Mended:
    """One change: where it was, in the file as it stood before, and what was done."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def mend(root: Path) -> List[Mended]:
    """Mend all files; returns every change. A file is left alone where mending it would make a new fault.

    Raises:
        Refused: where a file cannot be written.
    """
    files, done = Files(root), []
    for file in _all(files):
        path = root / file
        try:
            before = path.read_bytes()
        except OSError:
            continue  # `check` says so
        after, changes = mended(file, before)
        if after != before and not _worse(files, file, before, after):
            save(root, {file: lambda now, a=after, b=before: a if now == b else _changed(now)})
            done += changes
    return sorted(done)


def mended(file: str, raw: bytes) -> Tuple[bytes, List[Mended]]:
    """The file's bytes after mending, and the changes; the same bytes where nothing is to be done or can be read."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw, []
    changes: List[Mended] = []
    if text.startswith("\ufeff"):
        text = text[1:]
        changes.append(Mended(file, 1, "removed an invisible mark at the start"))
    numbered = list(enumerate(text.split("\n"), 1))  # a line keeps its number when others go
    for step in (_blanks, _tabs, _hidden, _quotes, _dates, _schema, _doubles, _empty_rows):
        found = {line: (what, new) for line, what, new in step(file, [row for _, row in numbered])}
        changes += [Mended(file, numbered[at - 1][0], what) for at, (what, _) in found.items()]
        rows = [(n, found[at][1] if at in found else row) for at, (n, row) in enumerate(numbered, 1)]
        numbered = [(n, part) for n, row in rows if row is not None for part in row.split("\n")]
    whole = "\n".join(row for _, row in numbered)
    ended = whole.rstrip("\n") + "\n" if whole.strip() else whole
    if ended != whole:
        what = "ended the last line" if not whole.endswith("\n") else "removed empty lines at the end"
        changes.append(Mended(file, numbered[-1][0], what))
    return ended.encode("utf-8"), changes


def _all(files: Files) -> List[str]:
    content = [file for folder in FOLDERS for file in files.names(f"content/{folder}")]
    return [*content, *ALONE, *files.names(QUESTIONS)]


def _changed(now: Optional[bytes]) -> bytes:
    raise Refused("A file has been changed by somebody else meanwhile. Run `hipbot check --fix` again.")


def _worse(files: Files, file: str, before: bytes, after: bytes) -> bool:
    """Whether the mended file has a fault that it did not have, or another meaning."""
    old, new = parse(file, before), parse(file, after)
    if not old.faults and file not in TAUGHT and _meaning(old.data) != _meaning(new.data):
        return True
    told = [
        {
            (f.entry, re.sub(r"\d+", "", f.wrong))
            for f in check(files.but({file: raw}), likeness=False).faults
            if f.severity == FAULT
        }
        for raw in (before, after)
    ]
    return bool(told[1] - told[0])


def _meaning(value: object) -> object:
    """What a file says, whatever its blanks."""
    if isinstance(value, dict):
        return {key: _meaning(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_meaning(item) for item in value]
    return str(value).split()


# the mends ---------------------------------------------------------------------------------------


def _blanks(file: str, rows: Lines) -> Iterator[Tuple[int, str, Optional[str]]]:
    for number, row in enumerate(rows, 1):
        end = "\r" if row.endswith("\r") else ""
        bare = row.rstrip() + end
        if bare != row:
            yield number, "removed blanks at the end of the line", bare


def _tabs(file: str, rows: Lines) -> Iterator[Tuple[int, str, Optional[str]]]:
    """At the start of a line two spaces a tab, elsewhere one."""
    for number, row in enumerate(rows, 1):
        if "\t" in row:
            text = row.lstrip()
            margin = row[: len(row) - len(text)].replace("\t", "  ")
            yield number, "wrote spaces for a tab", margin + text.replace("\t", " ")


def _hidden(file: str, rows: Lines) -> Iterator[Tuple[int, str, Optional[str]]]:
    """Invisible characters, but not in the words of an answer."""
    for number, row in enumerate(rows, 1):
        if INVISIBLE.search(row) and (not file.startswith("content/") or _NAMES.search(INVISIBLE.sub("", row))):
            yield number, "removed an invisible character", INVISIBLE.sub("", row)


def _quotes(file: str, rows: Lines) -> Iterator[Tuple[int, str, Optional[str]]]:
    """Round quotes around names: YAML takes them for letters."""
    for number, row in enumerate(rows, 1):
        if _NAMES.search(row) and row.translate(_QUOTES) != row:
            yield number, "wrote straight quotes", row.translate(_QUOTES)


def _dates(file: str, rows: Lines) -> Iterator[Tuple[int, str, Optional[str]]]:
    for number, row in enumerate(rows, 1):
        if row.startswith("reviewed:") and _BARE_DATE.search(row):
            yield number, "put the date in quotes", _BARE_DATE.sub(r'\1"\2"', row)


def _schema(file: str, rows: Lines) -> Iterator[Tuple[int, str, Optional[str]]]:
    """The first line of an entry, by which editors complete its fields."""
    room = file.rpartition("/")[0].rpartition("/")[2]
    if not file.startswith("content/") or room not in FOLDERS or "yaml-language-server" in rows[0]:
        return
    kind = "exercise" if room == "exercises" else "answer"
    first = f"# yaml-language-server: $schema=../../schemas/{kind}.schema.json"
    yield 1, "named the schema in the first line", f"{first}\n{rows[0]}"


def _doubles(file: str, rows: Lines) -> Iterator[Tuple[int, str, Optional[str]]]:
    """The same message twice in one topic: the first one stays. Under two topics, somebody has to choose."""
    document = parse(file, "\n".join(rows).encode("utf-8"))
    if file not in TAUGHT or document.data is None:
        return
    for examples in nlu.read(document).topics.values():
        seen: Dict[str, int] = {}
        for example in examples:
            before = seen.setdefault(nlu.folded(example.text), example.line)
            if before != example.line:
                yield example.line, f"removed a message that stands in line {before} of the same topic too", None


def _empty_rows(file: str, rows: Lines) -> Iterator[Tuple[int, str, Optional[str]]]:
    """Empty lines among the messages of a topic."""
    if file not in TAUGHT:
        return
    for number, row in enumerate(rows, 1):
        if not row.strip() and number < len(rows) and rows[number].lstrip().startswith("- ") and number > 1:
            above, below = rows[number - 2], rows[number]
            inside = above.lstrip().startswith("- ") and _margin(above) == _margin(below) > 0
            if inside or (above.strip().startswith("examples:") and _margin(below) > _margin(above)):
                yield number, "removed an empty line among the messages", None


def _margin(row: str) -> int:
    return len(row) - len(row.lstrip())
