"""A clinician's signature under an answer, an exercise, a room of them, or the red flags.

Called by `hipbot sign`. Only the line of the signature is rewritten: comments, order and layout stay.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Dict, List, Mapping, Optional

from hipbot.check import check, signed
from hipbot.check.fault import FAULT
from hipbot.check.files import Files, as_map
from hipbot.signatures import ENTRY_FIELD, FLAGS_FIELD, entry_digest
from hipbot.staff.saving import Edit, Refused, save

NAME, REGISTRATION = re.compile(r"^\S+\s+\S"), re.compile(r"\w{3,}")


def sign(root: Path, what: str, name: str, registration: str, today: date) -> List[str]:
    """Sign; returns the files signed.

    Args:
        root: the project's folder.
        what: a file, an entry's id, a room (faq, care, exercises) or `safety`.
        name: the clinician's, as patients and the practice know it.
        registration: the number in the public register.

    Raises:
        Refused: where that is no file to sign, the name is none, or `hipbot check` finds faults in it.
    """
    who = {"by": name.strip(), "registration": registration.strip()}
    if not NAME.search(who["by"]) or not REGISTRATION.search(who["registration"]):
        raise Refused('Nothing was signed. Give your full name and registration: --name "Ann Lee" --registration "12345".')
    files = Files(root)
    chosen = _chosen(files, what)
    looked_at = signed.SAFETY if chosen == [signed.RED_FLAGS] else chosen
    faults = [str(f) for f in check(files, likeness=False).faults if f.file in looked_at and f.severity == FAULT]
    if faults:
        raise Refused("Nothing was signed: `hipbot check` finds faults. Mend them first.", *faults)
    save(root, {file: _edit(file, files, who, today.isoformat()) for file in chosen}, _fits(root))
    return chosen


def _chosen(files: Files, what: str) -> List[str]:
    wanted = what.strip().rstrip("/").removeprefix("./").removeprefix(f"{files.root}/").removeprefix("content/")
    if wanted == "safety" or f"content/{wanted}" in signed.SAFETY:
        return [signed.RED_FLAGS]
    all_ = [document.file for document in signed.entries(files)]
    found = [f for f in all_ if wanted in (f.split("/")[1], f.removeprefix("content/"), Path(f).stem)]
    if not found:
        raise Refused(
            f"'{what}' is nothing to sign. Write a file such as content/faq/how_often.yml, a room "
            f"({', '.join(signed.FOLDERS)}), or safety for the red flags. Clinic facts and small talk need no signature."
        )
    return found


def _edit(file: str, files: Files, who: Mapping[str, str], today: str) -> Edit:
    def written(now: Optional[bytes]) -> bytes:
        fresh = files.but({file: now or b""})  # as it is at this moment
        if file == signed.RED_FLAGS:
            return _with_signature(now, FLAGS_FIELD, {**who, '"on"': today, "hash": signed.digest_of_red_flags(fresh)})
        data = as_map(fresh.document(file).data)
        return _with_signature(now, ENTRY_FIELD, {**who, "date": today, "hash": entry_digest(data)})

    return written


def _with_signature(now: Optional[bytes], field: str, signature: Mapping[str, Optional[str]]) -> bytes:
    rows = (now or b"").decode("utf-8").split("\n")
    first = next((i for i, row in enumerate(rows) if row.startswith(f"{field}:")), None)
    if first is None:
        raise Refused(f"Nothing was signed: the line `{field}:` is missing.")
    last = first + 1
    while last < len(rows) and rows[last].startswith((" ", "\t")):  # written over several lines
        last += 1
    values = ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in signature.items())
    return "\n".join([*rows[:first], f"{field}: {{{values}}}", *rows[last:]]).encode("utf-8")


def _fits(root: Path):
    """What is about to be written must read as signed, or nothing is written."""

    def look(after: Dict[str, bytes]) -> None:
        files = Files(root, after)
        left = set(signed.unsigned(files)) & set(after)
        if left or (signed.RED_FLAGS in after and signed.red_flags(files) is not signed.State.SIGNED):
            raise Refused("Nothing was signed: the signature would not fit. Tell the developers.")

    return look
