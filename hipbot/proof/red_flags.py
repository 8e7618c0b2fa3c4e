"""The red flags in words that a clinician can read and sign: docs/safety/red-flags.md. Called by `hipbot safety flags`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Sequence

import yaml

from hipbot.signatures import red_flags_digest

LEVELS = {
    "crisis": "Crisis: emergency number first, then the crisis line",
    "emergency": "Emergency now: ambulance or emergency department",
    "same_day": "A doctor today",
    "gp_soon": "GP, midwife or surgeon in the next days",
    "book": "Book with the clinic",
}
OPENING = """# The red flags, for the clinician who signs them

Written by `hipbot safety flags --write` from `content/safety/`; do not edit it here. Fingerprint of what it shows: `{digest}`.

What to look at: is each **level** right, does each sentence **said** to the patient hold, is a way of saying it missing, does one
alarm that should not? When you agree: `hipbot sign safety --name "First Last" --registration "number"`. Any later change of the
data makes the signature void, and `hipbot check` says so.

**How to read the wordings.** … stands for a few words in between; a / b for either; word- for any ending; (word) may be missing;
[name] for any word of that list, at the end of this page; "with" for two parts near each other, in any order; "not with" for what
cancels it. Slips of the keyboard are mended and filler words skipped first. What is denied ("no numbness"), somebody else's history,
long over, or a mere question does not count.

"For instance" are patients' own words, as `tests/safety/phrases.yml` tries each of them in three ways or more.

A level is the least that is said. "Not sure" to a closed question counts as yes. After an emergency, a crisis or a same-day answer there
are no exercises in that conversation until the person says that it has been dealt with. The answer at each level is in
`content/care/urgent_care.yml`, `crisis.yml` and `health_out_of_scope.yml`, which are signed on their own.
"""


def document(root: Path) -> str:
    """The whole page, for the project under `root`."""
    words, signs, flags = (_read(root / "content" / "safety" / f"{name}.yml") for name in ("words", "signs", "red_flags"))
    parts = [OPENING.format(digest=red_flags_digest(words, signs, flags)), "## Flags\n"]
    tried = _read(root / "tests" / "safety" / "phrases.yml")
    parts += [_flag(id_, row, flags["questions"], tried.get(id_, ())) for id_, row in flags["flags"].items()]
    parts.append("## Signs\n\nA sign raises nothing alone; the flags above say which signs, together, do.\n")
    parts += [_sign(id_, row) for id_, row in signs["signs"].items()]
    parts.append("## Not meant\n\nWordings that never count, whatever stands in them.\n")
    parts.append(_wordings(words["not_meant"]) + "\n")
    parts.append("## Denied, past, somebody else's, asked\n\nWords around a sign that take it back or make it doubtful.\n")
    parts += [f"- **{_name(kind)}**: {'; '.join(map(readable, some))}" for kind, some in words["context"].items()]
    parts.append("\n## Word lists\n")
    parts += [f"- **[{_name(name)}]**: {'; '.join(map(readable, some))}" for name, some in words["words"].items()]
    return "\n".join(parts) + "\n"


def readable(pattern: str) -> str:
    """A pattern of content/safety in words; see `OPENING`."""
    wanted, *unless = re.split(r"\sunless\s", pattern.strip())
    cancels = f" (not with {' or '.join(map(_part, unless))})" if unless else ""
    return " with ".join(_part(part) for part in wanted.split(" & ")) + cancels


def _part(part: str) -> str:
    return " ".join(_element(element) for element in part.split())


def _element(element: str) -> str:
    if set(element) == {"."}:
        return "…"
    missing = element.endswith("?")
    choices = [_choice(choice) for choice in element.rstrip("?").split("|")]
    text = " / ".join(choices)
    return f"({text})" if missing else text


def _choice(choice: str) -> str:
    if choice.startswith("<"):
        return f"[{_name(choice.strip('<>'))}]"
    return choice.replace("_", " ").replace("*", "-")


def _flag(id_: str, row: Mapping[str, Any], questions: Mapping[str, str], tried: Iterable[str]) -> str:
    number = row["row"]
    of_row = "" if number in (None, "null", "") else f", row {number} of the guide's table"
    lines = [f"### {_name(id_).capitalize()}{of_row}\n", f"- **Level:** {LEVELS[row['level']]}"]
    lines += [f"- **For instance:** {'; '.join(tried)}"] if tried else []
    lines += _listed("Found by", [*row.get("phrases", ()), *row.get("patterns", ())])
    together = [rule for rule in row.get("when", ()) if rule != id_]
    if together:
        lines.append(f"- **Raised also by signs together:** {_rules(together)}")
    for level, rules in (row.get("raised_by") or {}).items():
        lines.append(f"- **Raised to “{LEVELS[level].partition(':')[0].lower()}” by:** {_rules(rules)}")
    if row.get("ask") not in (None, "null", ""):
        lines.append(f"- **Closed question, where it is not sure:** {questions[row['ask']]}")
    if row.get("ask_when"):
        lines.append(f"- **Asked first when only this is there:** {_rules(row['ask_when'])}")
    lines += [f"- **Said to the patient:** {row['says']}", f"- **What to tell the doctor:** {row['tell_them']}"]
    if row.get("excludes"):
        lines.append(f"- **No exercise steps, because:** {', '.join(map(_name, row['excludes']))}")
    lines += _minded(row)
    return "\n".join([*lines, f"- **Source:** {row['source']}", "- **Clinician:** agreed ☐  change ☐ ______________________\n"])


def _sign(id_: str, row: Mapping[str, Any]) -> str:
    lines = [f"- **{_name(id_)}**: {'; '.join(map(readable, [*row.get('phrases', ()), *row.get('patterns', ())]))}"]
    if row.get("excludes"):
        lines.append(f"  - No exercise steps: {', '.join(map(_name, row['excludes']))}")
    lines += [f"  {line}" for line in _minded(row)]
    return "\n".join(lines)


def _minded(row: Mapping[str, Any]) -> Iterator[str]:
    said = {
        "half": "Remembered, so that the other half may come in a later message.",
        "history": "Does not count when it is somebody else's.",
        "past": "Does not count when it is long over.",
    }
    return (f"- {text}" for name, text in said.items() if row.get(name) == "true")


def _listed(title: str, patterns: Sequence[str]) -> List[str]:
    return [f"- **{title}:**", *(f"  - {readable(pattern)}" for pattern in patterns)] if patterns else []


def _wordings(patterns: Sequence[str]) -> str:
    return "\n".join(f"- {readable(pattern)}" for pattern in patterns)


def _rules(rules: Sequence[str]) -> str:
    return "; ".join(" + ".join(_name(part.strip()) for part in rule.split("+")) for rule in rules)


def _name(id_: str) -> str:
    return id_.replace("_", " ")


def _read(path: Path) -> Dict[str, Any]:
    """All values as text: in lists of words, `no`, `on` and `12` are words too."""
    return yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
