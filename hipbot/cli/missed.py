"""What patients asked and the bot did not understand, was unsure of, or got a thumbs down for:

alike ones together, most frequent first.

Names, numbers and addresses were taken out before anything was stored. Messages are kept for 30 days, and only where
clinic.yml says so.
"""

from __future__ import annotations

import argparse
import shlex
import textwrap
from typing import TYPE_CHECKING, List, Sequence

if TYPE_CHECKING:
    from hipbot.missed import Group

MOST_GROUPS, MOST_WORDINGS = 20, 4  # shown
OFF = """Missed messages are not stored: that is the setting, and it is the right one until your privacy notice says that you do.
Once it does: in clinic.yml, under `privacy`, write `keep_missed_messages: true`. Then publish."""
NOTHING = "Nothing was missed in the last {days} days."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(options: argparse.Namespace) -> int:
    import time

    import hipbot.quiet  # noqa: F401 - before spaCy comes
    from hipbot import project
    from hipbot.missed.keeper import is_wanted
    from hipbot.missed.store import KEEP_DAYS, MissedStore

    store = MissedStore(project.MISSED)
    store.forget_old(time.time())
    stored = _not_taught_since(store.all())
    on = any(is_wanted(clinic) for clinic in _clinics())
    if not stored:
        print(NOTHING.format(days=KEEP_DAYS) if on else OFF)
        return 0
    from hipbot.language.minilm import shared_encoder
    from hipbot.missed.groups import grouped

    groups = grouped(stored, shared_encoder().encode, _topics())
    print(as_text(groups))
    if not on:
        print("\nStoring has been switched off since; what is left goes after 30 days.")
    return 0


def as_text(groups: "Sequence[Group]") -> str:
    """Groups with their wordings and the command that would teach them."""
    total = sum(group.messages for group in groups)
    parts = [f"{_count(total, 'message')} in {_count(len(groups), 'group')}, most frequent first."]
    parts += [_one(number, group) for number, group in enumerate(groups[:MOST_GROUPS], 1)]
    if len(groups) > MOST_GROUPS:
        parts.append(f"and {len(groups) - MOST_GROUPS} more groups. Teach these first.")
    parts.append("Read each command before you use it: the topic is a guess. Then: hipbot compare")
    return "\n\n".join(parts)


def _one(number: int, group: "Group") -> str:
    why = ", ".join(f"{reason} {count}" for reason, count in group.why.items())
    lines = [f"{number}. {_count(group.messages, 'message')} ({why})"]
    lines += [textwrap.shorten(text, 100, placeholder=" ...") for text in group.texts[:MOST_WORDINGS]]
    if len(group.texts) > MOST_WORDINGS:
        lines.append(f"and {len(group.texts) - MOST_WORDINGS} more wordings")
    return "\n     ".join([*lines, *_teach(group)])


def _teach(group: "Group") -> "List[str]":
    if group.example is None:
        return ["(nothing to teach: each has something personal in it, or a word that nobody knows)"]
    if group.topic is None:
        return ["-> no topic fits: hipbot new faq"]
    return [f"-> hipbot add {quoted(group.example)} --to {group.topic}"]


def quoted(text: str) -> str:
    """The text as a terminal takes it: in double quotes, unless something in it means more there."""
    return shlex.quote(text) if any(c in text for c in '"$`\\!') else f'"{text}"'


def _clinics() -> list:
    """The clinic.yml that patients' server reads, and the working copy's."""
    from hipbot import project, publish

    version = publish.published().current()
    return [version.clinic, project.CLINIC] if version else [project.CLINIC]


def _topics() -> "set[str]":
    return {topic.rpartition("/")[2] for topic in _training().topics}


def _not_taught_since(stored: list) -> list:
    """Without what stands in data/nlu.yml by now."""
    from hipbot.check.nlu import folded

    taught = (
        {folded(example.text) for examples in _training().topics.values() for example in examples} if stored else set()
    )
    return [message for message in stored if folded(message.text) not in taught]


def _training() -> "object":
    from hipbot import project
    from hipbot.check import nlu
    from hipbot.check.files import Files

    return nlu.read(Files(project.ROOT).document("data/nlu.yml"))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
