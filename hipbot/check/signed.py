"""What a clinician has signed, what has changed since, and what nobody has signed. Used by `hipbot check` and `hipbot sign`."""

from __future__ import annotations

from typing import Any, Iterator, List, Optional, Tuple

import yaml

from hipbot.check.fault import WARNING, Fault, shown
from hipbot.check.files import Files, as_map
from hipbot.check.yaml_lines import Document
from hipbot.signatures import FLAGS_FIELD, State, day, entry_state, is_filled_in, red_flags_digest, state

FOLDERS = ("faq", "care", "exercises")  # what needs a clinician; clinic facts and small talk do not
TextLoader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml: ten times faster where it is there
SAFETY = tuple(f"content/safety/{name}.yml" for name in ("words", "signs", "red_flags"))
RED_FLAGS = SAFETY[2]
HOW = '`hipbot sign {file} --name "First Last" --registration "number"`'


def check(files: Files) -> Iterator[Fault]:
    """A warning for everything that was edited after it was signed."""
    for document, signature in _changed(files):
        by, on = shown(signature.get("by")), day(signature)
        wrong = f"the signature of {by} ({on}) is not for this text: it was edited since, or filled in by hand"
        file = "safety" if document.file == RED_FLAGS else document.file
        advice = f"Have a clinician read it again, who then signs it with {HOW.format(file=file)}."
        yield Fault(document.file, document.line(_field(document)), _name(document), wrong, advice, WARNING)


def live(files: Files) -> Iterator[Fault]:
    """Nothing that patients rely on may be without a signature that fits."""
    for file in unsigned(files):
        document = files.document(file)
        wrong = "what stands here is not signed by a clinician"
        advice = f"A registered clinician reads it, then signs it with {HOW.format(file=file)}."
        yield Fault(file, document.line("reviewed"), document.name, wrong, advice)
    if red_flags(files) is not State.SIGNED:
        wrong = "the red flags, as they stand now, are not signed by a clinician"
        advice = f"A registered clinician reads docs/safety/red-flags.md, then signs with {HOW.format(file='safety')}."
        yield Fault(RED_FLAGS, files.document(RED_FLAGS).line(FLAGS_FIELD), FLAGS_FIELD, wrong, advice)


def unsigned(files: Files) -> List[str]:
    """Files without a signature that fits what they say."""
    return [d.file for d in entries(files) if entry_state(as_map(d.data)) is not State.SIGNED]


def red_flags(files: Files) -> State:
    """Of the three files of content/safety together."""
    signature = files.mapping(RED_FLAGS).get(FLAGS_FIELD)
    return state(signature, digest_of_red_flags(files) or "") if is_filled_in(signature) else State.UNSIGNED


def digest_of_red_flags(files: Files) -> Optional[str]:
    """None where one of the files cannot be read. What the check's own reader refuses libyaml's composer may die of."""
    if any(files.document(file).data is None for file in SAFETY):
        return None
    try:
        words, signs, flags = (yaml.load(files.raw(file), Loader=TextLoader) for file in SAFETY)
        return red_flags_digest(words, signs, flags)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError):
        return None


def entries(files: Files) -> List[Document]:
    """Everything with a signature of its own."""
    return [document for folder in FOLDERS for document in files.entries(folder)]


def _changed(files: Files) -> Iterator[Tuple[Document, Any]]:
    for document in entries(files):
        data = as_map(document.data)
        if entry_state(data) is State.CHANGED:
            yield document, data["reviewed"]
    if red_flags(files) is State.CHANGED:
        yield files.document(RED_FLAGS), files.mapping(RED_FLAGS)[FLAGS_FIELD]


def _field(document: Document) -> str:
    return FLAGS_FIELD if document.file == RED_FLAGS else "reviewed"


def _name(document: Document) -> str:
    return FLAGS_FIELD if document.file == RED_FLAGS else document.name
