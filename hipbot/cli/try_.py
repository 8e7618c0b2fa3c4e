"""Show how the bot understands a message, and why, on one screen.

    hipbot try "is my gaming chair to blame"

Topic and how sure it is, the runner-up, the nearest messages it was taught (with their lines), what it found in
the words, whether safety steps in, and the answer as the patient sees it.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Iterator, List

from hipbot.cli.paint import painted, width, wrapped

if TYPE_CHECKING:
    from hipbot.safety.screen import Finding
    from hipbot.staff.trial import Trial

LABEL = 14  # characters of the left column
BAR = 20
WORDS_SHOWN = 3  # of those that made a sign


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("message", nargs="+", help="the message, best in quotes")


def run(options: argparse.Namespace) -> int:
    """0 shown, 1 where there is no model and none can be trained."""
    import hipbot.quiet

    hipbot.quiet.be_quiet()
    from hipbot import project, training
    from hipbot.staff.trial import trial

    try:
        model = training.ensure_model(say=lambda text: print(text, file=sys.stderr))
    except training.TrainingFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(as_text(trial(project.ROOT, model, " ".join(options.message))))
    return 0


def as_text(tried: "Trial") -> str:
    """The screen."""
    rows = [*_understood(tried), *_taught(tried), *_found(tried), *_safety(tried)]
    return "\n".join([*rows, "", painted(" The patient sees ".center(width(), "-"), "dim"), "", _answer(tried)])


def _row(label: str, text: str, *looks: str) -> str:
    """One line with its label; a long text goes on under itself."""
    whole = wrapped(text, " " * LABEL)[LABEL:]
    return painted(f"{label:<{LABEL}}", "bold") + (painted(whole, *looks) if looks else whole)


def _understood(tried: "Trial") -> Iterator[str]:
    yield _row("Message", tried.text)
    for label, (topic, confidence) in zip(("Topic", "Runner-up"), tried.topics):
        yield _row(
            label,
            f"{topic:<28} {_bar(confidence)} {confidence:.0%}",
            *(("green",) if label == "Topic" and tried.sure else ()),
        )
    if not tried.topics:
        yield _row("Topic", "none: there are no words in it that the bot knows")
    yield _row("So the bot", *_outcome(tried))
    for number, (text, topic, confidence) in enumerate(tried.parts, 1):
        yield _row("Split into" if number == 1 else "", f"{number}. {text} -> {topic} ({confidence:.0%})")


def _outcome(tried: "Trial") -> "List[str]":
    """What follows from it, as it is: asked back, overruled, or answered."""
    best = tried.topics[0][0].rpartition("/")[2] if tried.topics else ""
    if tried.answered == "safety_check":
        return ["asks a safety question first, before any answer", "red"]
    if tried.care in ("emergency", "same_day") or tried.answered in ("crisis", "urgent_care"):
        return ["sends the patient to help first: safety goes before the topic", "red"]
    if tried.asked_back and not tried.sure:
        return [
            f"asks back: it is not sure enough (it answers from {tried.threshold:.0%}, or where no two are close)",
            "yellow",
        ]
    if tried.asked_back:
        return ["asks back: these words alone do not say enough at the start of a talk", "yellow"]
    if tried.answered != best:
        return [f"answers from {tried.answered}: what the message says besides decides", "yellow"]
    return [f"answers from {tried.answered}", "green"]


def _bar(confidence: float) -> str:
    full = round(confidence * BAR)
    return "#" * full + "." * (BAR - full)


def _taught(tried: "Trial") -> Iterator[str]:
    from hipbot.check.nlu import bare

    for number, alike in enumerate(tried.near):
        example = alike.example
        likeness = f"{min(alike.degree, 1):.0%}"
        yield _row("Taught" if not number else "", f"{likeness:>4} {bare(example.text)}")
        yield painted(" " * (LABEL + 5) + f"{example.topic}, {example.place}", "dim")
    if not tried.by_meaning:
        yield _row("", "(likeness by letters only: there are no vectors of the last training)")


def _found(tried: "Trial") -> Iterator[str]:
    for number, (name, value, words) in enumerate(tried.entities):
        said = f' ("{words}")' if words and words != value else ""
        yield _row("Found" if not number else "", f"{name.replace('_', ' ')}: {value}{said}")
    if not tried.entities:
        yield _row("Found", "no exercise, sport, body part, length of time or clinic fact")


def _safety(tried: "Trial") -> Iterator[str]:
    """What the patterns find, what the classifier thinks of it, and what came of both."""
    finding = tried.decided
    yield _row("Safety", _said(finding), "red" if finding.flag else "green")
    yield _row("Patterns", _said(tried.finding))
    for sign in tried.signs:
        words = "; ".join(f'"{said}"' for said in sign.words[:WORDS_SHOWN]) or "several words together"
        maybe = " (perhaps not meant)" if sign.meant == "maybe" else ""
        yield _row("", f"because of {sign.sign.replace('_', ' ')}: {words}{maybe}")
    guesses = [f"{flag.replace('_', ' ')} {confidence:.0%}" for flag, confidence in tried.red_flags]
    yield _row("Classifier", ", ".join(guesses) or "no warning sign")
    if finding.exclusions:
        yield _row("", f"no exercise steps: {', '.join(finding.exclusions).replace('_', ' ')}")


def _said(finding: "Finding") -> str:
    if not finding.flag:
        return "no warning sign"
    sure = "" if finding.sure else ", not clear: the bot asks first"
    return f"{finding.flag.replace('_', ' ')}: {finding.level.replace('_', ' ')}{sure}"


def _answer(tried: "Trial") -> str:
    from hipbot.cli.plain_text import as_text as answer_text

    return answer_text([dict(message) for message in tried.messages])
