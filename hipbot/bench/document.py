"""Writes docs/benchmark.md from what was measured. Nobody edits that file by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

from hipbot import project
from hipbot.bench import report, table

DOCUMENT = project.ROOT / "docs" / "benchmark.md"
BUSY = 0.2  # cores; from there on other programs have spoilt the times

HOW = """\
## How it was measured
- Same machine, same day, same training data (`data/nlu.yml`), same questions (`tests/questions/`, written
  apart and never taught; those that lean on a conversation are left out). Each thing in a process of its own.
- **Stock Rasa** is Rasa 3.6.21 with its own default file: word and letter n-grams, DIET, ResponseSelector,
  fallback 0.3; memoization, rules, UnexpecTED, TED; conversations in memory. It runs no custom action: each
  topic utters its answer from `content/`. A custom action over HTTP would make stock slower.
- **Hipbot** is `hipbot serve` as it is, conversations in SQLite on the disk (in memory for "in process").
- **Understood**: the topic of the answer is the question's own, or one that its writer accepts. Asking back
  counts as wrong, on both sides. "Classifier alone" leaves out fallback, red flags and dialogue.
- **Found**: urgent help, crisis help or the closed safety question. **Alarm**: urgent or crisis help, or care
  today, for a message that needs none.
- **A message**: from sending it to the last byte of the answer, then the next one; a new conversation after
  five messages; {messages} messages, after 20 that do not count. Client and server share the machine.
- **A turn**: the median of turns 1-10, 96-105 and 291-300 of {talks} conversations over HTTP that ask the same
  ten questions over and over.
- **Visitors**: 50 conversations on the website channel within a minute; each visitor sends an untaught question, gets
  the whole answer, and takes 4 to 12 seconds to read it and type the next. All come from one address, as from one
  hospital. An error is any answer that is not whole, an HTTP error included.
- **First answer**: from the start of the process, asked every 50 ms, median of {starts} starts. Memory is RSS
  from `/proc`. Training is the whole process, imports and all.
- **Calibration error**: how far the confidence is from the share of right answers, on average over ten bins
  (Naeini et al. 2015).
"""

CONFIDENCE = """\
Each point is a group of untaught questions of which the classifier was about equally sure. On the dotted line it
is as often right as it says; the thin lines show how far chance alone could move a point (95 %).
Groups of fewer than five questions have no point. The bot uses its confidence to ask back: under 0.4 it offers up
to three topics."""

BUSY_REMARK = """\
**Other programs kept {others} of {cores} cores busy during this run: all times are too long, on both sides.**"""


def write(measured: Dict[str, Any], path: Path = DOCUMENT) -> None:
    """Write the document whole or not at all."""
    fresh = path.with_suffix(".new")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.write_text(text(measured), "utf-8")
    fresh.replace(path)


def text(measured: Dict[str, Any]) -> str:
    """The document as Markdown."""
    parts = [
        "# Hipbot beside stock Rasa",
        "<!-- Written by `make bench`; the next run overwrites it. -->",
        f"{_machine(measured)}",
        table.as_markdown(report.rows(measured)),
        *_remarks(measured),
        "![Time per message and per turn, Hipbot beside stock Rasa](pictures/benchmark.png)",
        HOW.format(**_sizes(measured)).strip(),
        "## Does its confidence mean something?",
        CONFIDENCE,
        "![How sure the classifier is, against how often it is right](pictures/reliability.png)",
    ]
    return "\n\n".join(parts) + "\n"


def _machine(measured: Dict[str, Any]) -> str:
    return (
        "{date}, {processor}, {cores} cores, {gigabytes} GB of memory, no GPU, {system}, Python {python}. "
        "`make bench` measures again."
    ).format(date=measured["date"], **measured["machine"])


def _remarks(measured: Dict[str, Any]) -> List[str]:
    machine = measured["machine"]
    remarks = [BUSY_REMARK.format(**machine)] if machine["others"] >= BUSY else []
    remarks += [*measured["notes"], *unanswered(measured)]
    remarks += [f"Failed, so not in the table: {title}." for title in measured["failed"]]
    return ["\n".join(f"- {remark}" for remark in remarks)] if remarks else []


def unanswered(measured: Dict[str, Any]) -> List[str]:
    """A remark for each side that left messages without an answer."""
    lost = {side: measured[side].get("over_http", {}).get("unanswered", 0) for side in ("stock", "ours")}
    return [f"Messages without an answer over HTTP, {side}: {number}." for side, number in lost.items() if number]


def _sizes(measured: Dict[str, Any]) -> Dict[str, int]:
    ours = measured["ours"]
    return {
        "messages": ours.get("over_http", {}).get("one", {}).get("count", 0),
        "talks": ours.get("conversation", {}).get("talks", 0),
        "starts": ours.get("ready", {}).get("starts", 0),
    }
