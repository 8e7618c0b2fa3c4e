"""A new FAQ before it is written: its fields, its text in content/faq/, and what is wrong with it.

Called by `teach.py` and by `hipbot new faq`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, List, Mapping, Tuple

from hipbot.check import check
from hipbot.check.entries import NO_SOURCE
from hipbot.check.fault import Fault, shown
from hipbot.check.files import Files
from hipbot.check.placeholders import filled
from hipbot.check.readability import LONGEST_SENTENCE, grade, sentences, words
from hipbot.check.texts import GRADE
from hipbot.check.words import FILLERS
from hipbot.check.yaml_lines import parse
from hipbot.staff.saving import Refused

FEWEST_MESSAGES = 8
MOST_FOLLOW_UPS = 3
ID = re.compile(r"[a-z][a-z0-9_]*")
_SMALL = frozenset(
    "a about all an and any are at be by can could do does for from get give have hip hips how i in is it me my of on "
    "or our should so tell that the their them there these they this to us was we what when where which who why will with "
    "would you your".split()
)
_LONGEST_ID = 3  # words
_FIELDS = ("question", "answer", "messages", "sources", "follow_ups", "id", "why", "says_who")

EXAMPLE = """\
# A new FAQ. Fill in, save, then: hipbot new faq --from answers.yml
question: Do you treat children?          # 4 to 40 characters: it stands on a button
answer: |
  Yes. Children are welcome, and a parent stays in the room.

  Call {phone} to ask for a time, or book at {booking_link}.
sources: []                               # such as - {article: S0, passage: "FAQ 3"}; with [], says_who is needed
says_who: Anna, reception                 # who at the clinic says so
messages:                                 # eight or more, each as another patient would type it
  - do you treat children
  - can I bring my daughter to the clinic
  - are kids allowed as patients
  - is there an osteopath for a ten year old
  - my son needs an appointment, do you see under 16s
  - how young can patients be at your clinic
  - do u see kids
  - would you have a look at a toddler
follow_ups: [book_appointment, clinic_info]
"""


@dataclass(frozen=True)
class Faq:
    """A new FAQ.

    Attributes:
        question: its title, as it stands on a button.
        sources: (article, passage); where there are none, `says_who` names who at the clinic says so.
        messages: as patients would ask it.
        follow_ups: names of answers, or `exercise:` and the name of one.
    """

    question: str
    answer: str
    messages: Tuple[str, ...]
    id: str
    sources: Tuple[Tuple[str, str], ...] = ()
    follow_ups: Tuple[str, ...] = ()
    says_who: str = ""
    why: str = ""

    @property
    def topic(self) -> str:
        return f"faq/{self.id}"

    @property
    def file(self) -> str:
        return f"content/faq/{self.id}.yml"

    def text(self) -> str:
        """The file of content/faq/, in the form of its neighbours."""
        note = f"{NO_SOURCE} it is how the clinic does it. Said by {self.says_who}." if not self.sources else None
        sources = "".join(f"\n  - {{article: {_inline(a)}, passage: {_quoted(p)}}}" for a, p in self.sources) or " []"
        return (
            "# yaml-language-server: $schema=../../schemas/answer.schema.json\n"
            f"id: {self.id}\n"
            f"title: {_inline(self.question)}\n"
            f"answer: |\n{_block(self.answer)}"
            + (f"why: |\n{_block(self.why)}" if self.why else "why: null\n")
            + "variants: []\nnotes: []\n"
            f"sources:{sources}\n"
            f"follow_ups: [{', '.join(_quoted(f) if ':' in f else f for f in self.follow_ups)}]\n"
            "reviewed: {by: null, date: null}\n"
            f"editors_note: {_inline(note) if note else 'null'}\n"
        )


def from_file(path: Path, taken: Mapping[str, Any]) -> Faq:
    """An FAQ from a file such as `EXAMPLE`.

    Args:
        path: the file.
        taken: names of answers that there are already, for the proposed id.

    Raises:
        Refused: with every fault of the file's form.
    """
    try:
        document = parse(path.name, path.read_bytes())
    except OSError as error:
        raise Refused(f"{path} cannot be opened ({error.strerror}).") from error
    data = document.data
    if document.faults or not isinstance(data, dict):
        faults = [str(fault) for fault in document.faults]
        raise Refused(*faults, f"`hipbot new faq --example` shows how {path.name} is written.")
    wrong = [
        f"{path.name}:{document.line(key)}: `{key}` is not known. Known are: {', '.join(_FIELDS)}."
        for key in data
        if key not in _FIELDS
    ]
    for key in ("question", "answer", "messages"):
        if not data.get(key):
            wrong.append(f"{path.name}:1: `{key}` is missing. `hipbot new faq --example` shows how it is written.")
    for key, kind, word in (("question", str, "a text"), ("answer", str, "a text"), ("messages", list, "a list"),
                            ("sources", list, "a list"), ("follow_ups", list, "a list"), ("id", str, "a name"),
                            ("why", str, "a text"), ("says_who", str, "a name")):  # fmt: skip
        if data.get(key) and not isinstance(data[key], kind):
            wrong.append(f"{path.name}:{document.line(key)}: `{key}` must be {word}.")
    sources = data.get("sources") if isinstance(data.get("sources"), list) else []
    for number, source in enumerate(sources or ()):
        if not isinstance(source, dict) or not {"article", "passage"} == set(source):
            line = document.line("sources", number)
            wrong.append(f'{path.name}:{line}: write a source like {{article: S0, passage: "FAQ 3"}}.')
    if wrong:
        raise Refused(*wrong)
    return Faq(
        question=" ".join(data["question"].split()),
        answer=data["answer"].strip(),
        messages=tuple(cleaned(str(message)) for message in data["messages"]),
        id=data.get("id") or proposed_id(data["question"], taken),
        sources=tuple((str(s["article"]), str(s["passage"])) for s in sources or ()),
        follow_ups=tuple(map(str, data.get("follow_ups") or ())),
        says_who=data.get("says_who") or "",
        why=(data.get("why") or "").strip(),
    )


def cleaned(message: str) -> str:
    """A message in one line, without the dash that people copy with it."""
    return re.sub(r"^(?:[-*•](?:\s+|$))+", "", " ".join(message.split()))


def proposed_id(question: str, taken: Mapping[str, Any]) -> str:
    """A short name from the question's own words, which no answer has yet: `treat_children`."""
    found = re.findall(r"[a-z0-9]+", question.lower().replace("'", "").replace("’", ""))
    telling = [word for word in found if word not in _SMALL] or found or ["question"]
    name = "_".join(telling[:_LONGEST_ID])
    name = name if name[0].isalpha() else f"about_{name}"
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def faults(faq: Faq, files: Files) -> List[Fault]:
    """What `hipbot check` would say of this entry, with the lines of the file as it would be written."""
    found = check(files.but({faq.file: faq.text().encode("utf-8")}), likeness=False).faults
    no_messages = f"data/nlu.yml has no `{faq.topic}`"
    return [fault for fault in found if fault.file == faq.file and fault.wrong != no_messages]


def form(faq: Faq, files: Files) -> List[str]:
    """What is wrong with the FAQ besides the words of its answer and messages."""
    wrong = []
    if not ID.fullmatch(faq.id):
        wrong.append(
            f"The name {shown(faq.id)} cannot be used. Write small letters, digits and _, such as treat_children."
        )
    elif files.exists(faq.file) or faq.id in {d.name for d in files.answers()}:
        wrong.append(f"There is an answer called {faq.id} already. Take another name, or change that one.")
    if not faq.sources and not faq.says_who.strip():
        wrong.append("No article is named as a source. Name one, or write who at the clinic says so (says_who).")
    if len(faq.messages) < FEWEST_MESSAGES:
        wrong.append(f"There are {len(faq.messages)} messages. Write at least {FEWEST_MESSAGES}, each in other words.")
    return wrong


def reading(answer: str) -> str:
    """One line on how hard an answer is to read."""
    text = filled(answer, FILLERS)
    longest = max((len(words(sentence)) for sentence in sentences(text)), default=0)
    hardness = f"Reading grade {grade(text):.1f} ({GRADE:.0f} at most)"
    return f"{hardness}, longest sentence {longest} words ({LONGEST_SENTENCE} at most)."


def _block(text: str) -> str:
    return "".join(f"  {line.strip()}\n" if line.strip() else "\n" for line in text.strip().splitlines())


def _inline(text: str) -> str:
    """A text as a YAML scalar of one line: plain where that reads back the same, else in quotes."""
    text = " ".join(text.split())
    plain = parse("a.yml", f"a: {text}\n".encode("utf-8", "replace"))
    return text if not plain.faults and plain.data == {"a": text} else _quoted(text)


def _quoted(text: str) -> str:
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    yaml, out = YAML(), StringIO()
    yaml.width, yaml.allow_unicode = 100_000, True
    yaml.dump([DoubleQuotedScalarString(" ".join(text.split()))], out)
    return out.getvalue()[2:].rstrip("\n")
