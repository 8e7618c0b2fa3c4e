"""Judges a message that somebody wants to teach: known already, too near another topic, kept for tests, alarming.

Called by `teach.py`, and by the command line and the page after each message that is typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

from hipbot.check import nlu, questions
from hipbot.check.alike import SHORT, VECTORS, Alike, Taught, has_letters, leads_to_help, too_near
from hipbot.check.fault import FAULT, WARNING, shown
from hipbot.check.files import Files, as_list, as_map
from hipbot.dialogue.topics import URGENT

LONGEST = 1_000  # characters; hipbot/language/reader.py reads no further
ALARMING = ("crisis", "emergency", "same_day")  # the milder ones come with many a harmless question


@dataclass(frozen=True)
class Remark:
    """Something to say about a message.

    Attributes:
        wrong: what is wrong, a whole sentence.
        write_instead: what to do, a whole sentence.
        severity: a fault refuses the message; a warning wants a second look.
    """

    wrong: str
    write_instead: str
    severity: str = FAULT

    def __str__(self) -> str:
        return f"{self.wrong} {self.write_instead}"


class Judge:
    """Everything that a new message is held to, loaded once for many messages.

    Args:
        files: the project's files.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self.training = nlu.read(files.document(nlu.FILE))
        examples = [*self.training.examples(), *nlu.read(files.document(nlu.RED_FLAGS)).examples()]
        self._same = {nlu.folded(e.text): e for e in examples}
        self._taught = Taught(examples, files.root / VECTORS)

    @property
    def compares_meaning(self) -> bool:
        """Whether likeness by meaning is known; else by letters only."""
        return bool(self._taught.by_meaning and self._encoder)

    def remarks(self, message: str, topic: str, earlier: Tuple[str, ...] = ()) -> List[Remark]:
        """What is to be said about teaching `message` to `topic`; [] where all is well.

        Args:
            message: as a patient would type it, with or without entities marked.
            topic: as in data/nlu.yml, such as `faq/sitting`; it need not be there yet.
            earlier: messages of the same draft, not written yet.
        """
        faults = (
            list(self._form(message)) or list(self._known(message, topic, earlier)) or list(self._near(message, topic))
        )
        return faults or list(self._alarm(message, topic))

    def near(self, message: str, most: int = 5) -> List[Alike]:
        """The taught messages nearest to this one."""
        return self._taught.near(message, self._vector(message), most)

    def _form(self, message: str) -> Iterator[Remark]:
        if not nlu.folded(message):
            yield Remark("This message is empty.", "Write it as a patient would type it.")
        elif len(message) > LONGEST:
            yield Remark(f"This message has {len(message):,} characters.", f"Write {LONGEST:,} at most.")
        elif len(message.splitlines()) > 1:
            yield Remark("This message has several lines.", "Write it in one line.")
        else:
            yield from _brackets(message)

    def _known(self, message: str, topic: str, earlier: Tuple[str, ...]) -> Iterator[Remark]:
        """The very same message, whatever its capitals and marks."""
        key = nlu.folded(message)
        before = self._same.get(key)
        if before:
            where = f"{before.place} ({before.topic})"
            known = "this topic has it already" if before.topic == topic else "another topic has it already"
            yield Remark(f"{shown(message)}: {known}, {where}.", "Write another wording.")
        elif key in {nlu.folded(other) for other in earlier}:
            yield Remark(f"{shown(message)}: you have written this one already.", "Write another wording.")
        elif key in self._untaught:
            where = self._untaught[key]
            advice = "The bot may not learn it, or the test would prove nothing. Write another wording."
            yield Remark(f"{shown(message)}: this message is kept for testing the bot, in {where}.", advice)

    def _near(self, message: str, topic: str) -> Iterator[Remark]:
        """Another topic's message that says nearly the same."""
        for alike in self.near(message):
            other = alike.example
            if other.topic != topic and too_near(alike) and not _may_be_alike(topic, other.topic):
                wrong = f"{shown(message)} is nearly the same as {shown(nlu.bare(other.text))}, in {other.place}."
                yield Remark(wrong, _elsewhere(other.topic))
                return

    def _alarm(self, message: str, topic: str) -> Iterator[Remark]:
        """A warning sign must lead to help: no other topic should learn it."""
        if topic in URGENT or not self._safety:
            return
        finding = self._safety.screen(nlu.bare(message))
        if finding.level in ALARMING:
            sign = f"{finding.flag} ({finding.level})".replace("_", " ")
            wrong = f"{shown(message)} raises a warning sign: {sign}."
            advice = f"Whoever writes it is sent to help first. Is it really a message for {topic}?"
            yield Remark(wrong, advice, WARNING)

    @cached_property
    def _untaught(self) -> Dict[str, str]:
        """file:line of each message of tests/questions."""
        found: Dict[str, str] = {}
        for file in self._files.names(questions.FOLDER):
            document = self._files.document(file)
            for number, row in enumerate(as_list(document.data)):
                text = as_map(row).get("text", row)
                found[nlu.folded(str(text))] = f"{file}:{document.line(number)}"
        return found

    @cached_property
    def _encoder(self) -> Any:
        """The sentence encoder; None on a machine that has not been set up."""
        if not self._taught.by_meaning:
            return None
        from hipbot.language.minilm import shared_encoder

        try:
            return shared_encoder()
        except FileNotFoundError:
            return None

    def _vector(self, message: str) -> Optional[Any]:
        text = nlu.bare(message)
        return self._encoder.encode([text])[0] if has_letters(text) and self._encoder else None

    @cached_property
    def _safety(self) -> Any:
        """The red-flag layer; None where its own files are damaged, which `hipbot check` reports."""
        content = self._files.root / "content"
        files = sorted((content / "safety").glob("*.yml"))
        return red_flags(content, tuple((path.name, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=1)
def red_flags(content: Path, state: Tuple[Tuple[str, int], ...]) -> Any:
    """The red-flag layer of a content folder, compiled once (a second) for as long as its files stay as they are."""
    from hipbot.safety.loading import safety_of

    try:
        return safety_of(content)
    except Exception:  # noqa: BLE001 - whatever is wrong there is not this message's fault
        return None


def _brackets(message: str) -> Iterator[Remark]:
    advice = 'Leave the brackets out, or write them like [leanback]{"entity":"exercise","value":"lean_back"}.'
    try:
        list(nlu.annotations(message))
    except (ValueError, AttributeError):
        yield Remark(f"{shown(message)}: the brackets cannot be read.", advice)


def _may_be_alike(topic: str, other: str) -> bool:
    """Short things that the talk decides, and whatever leads to help either way."""
    return topic in SHORT and other in SHORT or leads_to_help(topic) and leads_to_help(other)


def _elsewhere(topic: str) -> str:
    """What to do with a message that is nearly another topic's."""
    if topic.startswith(nlu.RED_FLAG):
        flag = topic[len(nlu.RED_FLAG) :].replace("_", " ")
        return f"That one is a warning sign ({flag}): whoever writes so is sent to help. Leave it out."
    return f"That one belongs to {topic}. Write it in other words, or teach it there."
