"""No file, however broken, brings `hipbot check` down: it names file and line instead."""

from __future__ import annotations

import random as randoms
from typing import Any

import pytest

from hipbot import check, project
from hipbot.check.files import Files

pytestmark = pytest.mark.slow

OTHERS = (
    "content/phrases.yml content/articles.yml content/safety/red_flags.yml clinic.yml data/nlu.yml domain.yml "
    "data/rules.yml data/stories.yml tests/questions/how_often.yml"
).split()
ODD = ["\t", "[" * 3000, "{", "}", "&a ", "*a", "!!python/object:os.system x", ": ", "- ", "|\n", "\x00", "\ufeff", "'", '"', "\u202e",
       "null", "~", "1e999999", "0x", "2026-99-99", "12:30:45", "<<: *a", "---\n", "%TAG", "#", "\ud7ff", "🙃", "yes: no", "? a\n: b", "9" * 9999]  # fmt: skip
WHOLE = [
    b"",
    b"\xff\xfe\x00a",
    b"- a\n- b\n",
    b"null",
    b"5",
    b"a: " * 99,
    b"[" * 99_999,
    b"a: &x [*x, *x]",
    b"\t",
    b"id: [1, {a: b}]\n",
]


def damage(random: Any, raw: bytes) -> bytes:
    """One of the ways in which a file breaks: cut, doubled, a line lost or moved, an odd value, another file's kind."""
    text, way = raw.decode("utf-8"), random.randrange(7)
    lines = text.split("\n")
    at = random.randrange(len(lines))
    if way == 0:
        return random.choice(WHOLE)
    if way == 1:
        return raw[: random.randrange(len(raw))]
    if way == 2:
        lines[at] = " " * random.randrange(9) + lines[at].strip()
    elif way == 3:
        lines[at] = (
            lines[at].partition(":")[0]
            + ": "
            + random.choice([*ODD, "[]", "{}", "[[1]]", "{a: {b: c}}", "true", "5"])
        )
    elif way == 4:
        del lines[at]
    elif way == 5:
        lines.insert(at, random.choice(lines))
    else:
        lines[at] = lines[at][: random.randrange(len(lines[at]) + 1)] + random.choice(ODD) + lines[at]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def test_no_damaged_file_brings_it_down() -> None:
    """200 damaged files, ten at a time: faults with file and line, never a crash, never the safety net."""
    random, files = randoms.Random(7), Files(project.ROOT)  # so a red test is red twice
    known = [document.file for document in files.answers()] + files.names("content/exercises") + OTHERS
    for _ in range(20):
        chosen = random.sample(known, 10)
        broken = {file: damage(random, (project.ROOT / file).read_bytes()) for file in chosen}
        for fault in check.check(files.but(broken), live=True, likeness=False).faults:
            assert fault.line >= 1 and fault.file and fault.wrong and fault.write_instead
            assert check.STUMBLED not in fault.wrong, (fault, broken.keys())
