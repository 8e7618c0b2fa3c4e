"""What would change for patients if you published now:

every test message that goes elsewhere, and how well each topic is understood.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from typing import TYPE_CHECKING, Iterator, List, Tuple

from hipbot.cli.paint import painted

if TYPE_CHECKING:
    from hipbot.publish import Comparison
    from hipbot.publish.difference import Change, Difference
    from hipbot.publish.plays import Departure

COLOURS = {"better": "green", "worse": "red", "other": "yellow"}
MOST_SHOWN = 60  # characters of an answer's line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--accept-words", action="store_true", help="the new words are right: write them into the test conversations"
    )


def run(options: argparse.Namespace) -> int:
    """0 compared, whatever was found; 1 if there was nothing to compare."""
    import hipbot.quiet

    hipbot.quiet.be_quiet()
    from hipbot import publish, training
    from hipbot.cli.publish import as_refusal

    try:
        found = publish.compare()
    except publish.Refused as refused:
        print(as_refusal(refused.reasons))
        return 1
    except training.TrainingFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(as_text(found))
    if options.accept_words:
        files = publish.take_over_words(found.trial)
        print(
            f"\nThe new words are written into {_count(len(files), 'test conversation')}."
            if files
            else "\nNo test conversation has new words."
        )
    return 0


def as_text(found: "Comparison") -> str:
    """All that changes, the summary last: it is what a person sees without scrolling."""
    from hipbot.cli.publish import as_refusal

    parts = ["\n".join(lines) for lines in _parts(found) if lines]
    if found.reasons:
        parts.append(painted("This cannot be published yet.", "red") + "\n\n" + as_refusal(found.reasons))
    return "\n\n".join([*parts, painted(summary(found), "bold")])


def summary(found: "Comparison") -> str:
    """`3 messages got better, 1 got worse. Nothing changed for safety. ...`"""
    if found.version is None:
        right, count = _share(found.difference, 1)
        return (
            f"Nothing is published yet, so there is nothing to compare with. {right} of {count} test questions are understood. "
            f"{_next_step(found)}"
        )
    better, worse, other = (found.difference.count(verdict) for verdict in ("better", "worse", "other"))
    changed = [f"{better} got better" if better else "", f"{worse} got worse" if worse else ""]
    changed.append(f"{other} went elsewhere, neither better nor worse" if other else "")
    parts = [part for part in changed if part]
    sentence = (
        f"Of {len(found.trial.asked):,} test messages, {', '.join(parts)}"
        if parts
        else "No test message changed its topic"
    )
    words = len(found.difference.new_words)
    if words:
        sentence += f"; {_count(words, 'answer')} read{'s' if words == 1 else ''} otherwise"
    return f"{sentence}. {_about_safety(found.difference)} {_next_step(found)}"


def _about_safety(difference: "Difference") -> str:
    worse, better = difference.count("worse", safety=True), difference.count("better", safety=True)
    if worse:
        return f"SAFETY: {_count(worse, 'message')} about safety got worse."
    return f"For safety, {_count(better, 'message')} got better." if better else "Nothing changed for safety."


def _next_step(found: "Comparison") -> str:
    return "It cannot be published yet: see above." if found.reasons else "It can be published: hipbot publish"


def _parts(found: "Comparison") -> "Iterator[List[str]]":
    if found.version is not None:
        yield [f"Beside the version of {found.version.on}:"]
    yield [line for change in found.difference.changes for line in _change(change)]
    for answer in found.difference.new_words:
        title = f"{answer.topic}: the answer reads otherwise ({_count(answer.messages, 'test message')})"
        yield [title, *_lines("-", answer.was, "red"), *_lines("+", answer.now, "green")]
    for departure in found.trial.departures:
        if departure.asks_back_otherwise and not departure.only_words:
            where = f"{departure.file}, turn {departure.turn}, '{departure.patient}'"
            yield [f"{where} reads otherwise now: it was {departure.was}, and is {departure.now}. It may: the bot asks back there."]
        elif departure.only_words:
            yield _departure(departure)
    yield list(_topics(found))


def _change(change: "Change") -> "Iterator[str]":
    mark = f"{change.verdict.upper()}{' (safety)' if change.safety else ''}"
    yield painted(f"{mark}: '{change.message.text}'", COLOURS[change.verdict])
    yield f"    {_where(change.before)} -> {_where(change.now)}   ({change.message.file})"


def _where(said: "object") -> str:
    return f"{said.topic}{f', care {said.care}' if said.care else ''}"


def _departure(departure: "Departure") -> "List[str]":
    old, new = departure.was.splitlines(), departure.now.splitlines()
    title = f"{departure.file}, turn {departure.turn}, '{departure.patient}':"
    gone, come = ([x.strip() for x in a if x.strip() and x not in b] for a, b in ((old, new), (new, old)))
    return [title, *_lines("-", "\n".join(gone), "red"), *_lines("+", "\n".join(come), "green")]


def _lines(mark: str, text: str, colour: int) -> "List[str]":
    return [painted(f"    {mark} {line}", colour) for row in text.splitlines() for line in textwrap.wrap(row, 100)]


def _topics(found: "Comparison") -> "Iterator[str]":
    """Topics whose share of understood questions has changed, and all together."""
    difference = found.difference
    same = 0
    rows: "List[str]" = []
    for topic, ((was, of), (now, count)) in sorted(difference.topics.items()):
        if (was, of) == (now, count) or found.version is None:
            same += 1
            continue
        before = f"{was}/{of}" if of else "new"
        colour = "green" if not of or now / count > was / of else "red" if now / count < was / of else "yellow"
        rows.append(painted(f"  {topic:<24} {before:>8} {f'{now}/{count}':>8}", colour))
    if rows:
        yield f"  {'understood, by topic':<24} {'before':>8} {'now':>8}"
        yield from rows
        yield f"  {same} other topics as before" if same else ""
    before, now = (_share(difference, side) for side in (0, 1))
    change = f"{before[0]}/{before[1]} before, " if found.version is not None else ""
    yield f"  all test questions: {change}{now[0]}/{now[1]} now ({now[0] / max(now[1], 1):.1%})"


def _share(difference: "Difference", side: int) -> "Tuple[int, int]":
    counts = [sides[side] for sides in difference.topics.values()]
    return sum(right for right, _ in counts), sum(count for _, count in counts)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
