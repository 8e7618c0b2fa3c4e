"""The project's files with one change, and what `hipbot check` says of them; for the tests of the check."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import List, Tuple

from hipbot import check, project
from hipbot.check.fault import Fault
from hipbot.check.files import Files


@lru_cache(maxsize=1)
def checked_files() -> Files:
    """The project's files, read and checked once, so that the next check reads only what has changed."""
    found = Files(project.ROOT)
    check.check(found, likeness=False)
    return found


def damaged(files: Files, file: str, old: str, new: str) -> Tuple[List[Fault], str]:
    """The faults after one change (the first place that `old` fits), and the changed text. Without likeness, for speed."""
    text = (project.ROOT / file).read_text("utf-8")
    after = re.sub(old, lambda _: new, text, count=1, flags=re.M)
    assert after != text, f"nothing to change in {file}"
    return list(check.check(files.but({file: after.encode()}), likeness=False).faults), after
