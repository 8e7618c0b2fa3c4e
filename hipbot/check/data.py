"""What patients say (data/nlu.yml; both files of data/, where they meet) held to what the clinic answers (content/): one topic, one name, both ways."""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, List, Tuple

from hipbot.check.alike import Taught
from hipbot.check.entries import ids
from hipbot.check.fault import WARNING, Fault, shown
from hipbot.check.files import ROOMS, Files, as_list, as_map
from hipbot.check.nlu import Example, TrainingFile, annotations, folded
from hipbot.check.rasa_form import BY_GRAMMAR
from hipbot.dialogue.topics import LEANING

FAQ = "faq/"
GUIDED = "exercise_howto"  # answered by the exercises themselves
NEVER_ASKED = frozenset({"safety_check", "clarify", "fallback"})  # the bot's own moves, no patient's topic
FEWEST, ENOUGH, ENOUGH_FOR_SMALL = 8, 80, 10  # messages a topic: below the first a fault, below the others a warning


def check(files: Files, training: TrainingFile, dangers: TrainingFile) -> Iterator[Fault]:
    """Everything about data/nlu.yml that other files decide; likeness apart, as it takes longest.

    Args:
        training: data/nlu.yml.
        dangers: data/red_flags.yml.
    """
    yield from training.faults
    if training.topics:
        yield from _answered(files, training)
        yield from _asked(files, training)
    yield from _doubles((*training.examples(), *dangers.examples()))
    yield from _sizes(training)
    yield from _lookups(files, training)
    yield from _annotations(files, training, (*training.examples(), *dangers.examples()))


def _answered(files: Files, training: TrainingFile) -> Iterator[Fault]:
    """No messages without an answer."""
    faqs, answers = ids(files, "faq"), {name for room in ROOMS for name in ids(files, room)}
    for topic, line in training.lines.items():
        if topic.startswith(FAQ):
            name = topic[len(FAQ) :]
            if name not in faqs:
                wrong, advice = f"content/faq/{name}.yml is missing", "Write it, or remove this block."
                yield Fault(training.document.file, line, topic, wrong, advice)
        elif topic not in answers | LEANING | {GUIDED}:
            advice = f"Write one in content/care, clinic or chat ({topic}.yml), or name the topic faq/{topic}."
            yield Fault(training.document.file, line, topic, "no answer has this topic's name", advice)
        elif topic in faqs:
            wrong = f"content/faq/{topic}.yml answers it, so the topic is an FAQ"
            yield Fault(training.document.file, line, topic, wrong, f"Write: - intent: faq/{topic}")


def _asked(files: Files, training: TrainingFile) -> Iterator[Fault]:
    """No answer without messages."""
    for room in ROOMS:
        for document in files.entries(room):
            topic = f"{FAQ if room == 'faq' else ''}{document.name}"
            if topic not in training.topics and document.name not in NEVER_ASKED:
                advice = f"Write a block `- intent: {topic}` there with some twenty messages."
                yield Fault(
                    document.file, document.line("id"), document.name, f"data/nlu.yml has no `{topic}`", advice
                )


def _doubles(messages: Iterable[Example]) -> Iterator[Fault]:
    """The same sentence twice teaches nothing; under two topics it teaches doubt."""
    seen: Dict[str, Example] = {}
    for example in messages:
        before = seen.setdefault(folded(example.text), example)
        if before is not example:
            under = f", under {before.topic}" if before.topic != example.topic else ""
            wrong = f"{shown(example.text)} stands in {before.seen_from(example)}{under} too"
            yield Fault(example.file, example.line, example.topic, wrong, "Keep it where it belongs.")


def alike(taught: Taught) -> Iterator[Fault]:
    """Nearly the same message under two topics: told, as it may be meant."""
    for example, near in taught.pairs():
        wrong = (
            f"{shown(example.text)} is nearly {shown(near.example.text)} ({near.example.seen_from(example)}, "
            f"under {near.example.topic}), by {near.by}"
        )
        advice = "Keep it where a good receptionist would file it, or write it in other words."
        yield Fault(example.file, example.line, example.topic, wrong, advice, WARNING)


def _sizes(training: TrainingFile) -> Iterator[Fault]:
    for topic, examples in training.topics.items():
        small, count = topic in LEANING, len(examples)
        enough = ENOUGH_FOR_SMALL if small else ENOUGH
        if count >= enough:
            continue
        wrong = f"the topic has {count} messages"
        if not small and count < FEWEST:
            advice = f"Write at least {FEWEST}, better {ENOUGH}, in as many wordings as you can think of."
            yield Fault(training.document.file, training.lines[topic], topic, wrong, advice)
        else:
            advice = f"Add more when you meet them; {enough} are a good number."
            yield Fault(training.document.file, training.lines[topic], topic, wrong, advice, WARNING)


def _lookups(files: Files, training: TrainingFile) -> Iterator[Fault]:
    """Values of entities, their wordings, and the exercises of content/."""
    file, line = training.document.file, training.document.line("nlu")
    values = {value for lookup in training.lookups.values() for value in lookup}
    exercises = ids(files, "exercises")
    if training.topics:
        for value in sorted(set(training.lookups.get("exercise", ())) - exercises):
            advice = f"Write content/exercises/{value}.yml, or remove it."
            yield Fault(
                file, _line_of(training, "exercise"), value, "lookup exercise: no exercise has this id", advice
            )
        for value in sorted(exercises - set(training.lookups.get("exercise", ()))):
            advice = "Add it to `- lookup: exercise`, and a `- synonym:` with its wordings."
            yield Fault(f"content/exercises/{value}.yml", 1, value, "patients cannot name this exercise", advice)
    for value, examples in training.synonyms.items():
        if value not in values:
            at = examples[0].line - 2 if examples else line
            yield Fault(
                file, at, value, "no lookup has this value, so its wordings are never found", "Add it to a lookup."
            )
    yield from _shared_wordings(training)


def _line_of(training: TrainingFile, lookup: str) -> int:
    blocks = as_list(as_map(training.document.data).get("nlu"))
    number = next((n for n, block in enumerate(blocks) if as_map(block).get("lookup") == lookup), None)
    return training.document.line("nlu", number) if number is not None else 1


def _shared_wordings(training: TrainingFile) -> Iterator[Fault]:
    """A wording stands for one value: of two, the extractor keeps whichever comes last."""
    seen: Dict[str, Tuple[str, int]] = {}
    for value, examples in training.synonyms.items():
        for example in examples:
            before, line = seen.setdefault(example.text.casefold(), (value, example.line))
            if before != value:
                wrong = f"{shown(example.text)} also stands for {before} (line {line})"
                yield Fault(training.document.file, example.line, value, wrong, "Keep it under one of the two.")


def _annotations(files: Files, training: TrainingFile, messages: Iterable[Example]) -> Iterator[Fault]:
    entities = set(map(str, as_list(files.mapping("domain.yml").get("entities"))))
    for example in messages:
        if "](" in example.text or "]{" in example.text:
            yield from _annotation(training, example, sorted(entities))


def _annotation(training: TrainingFile, example: Example, entities: List[str]) -> Iterator[Fault]:
    file = example.file
    try:
        found = list(annotations(example.text))
    except (ValueError, AttributeError):
        advice = 'Write it like [leanback]{"entity":"exercise","value":"lean_back"}.'
        yield Fault(file, example.line, example.topic, f"{shown(example.text)}: the brackets cannot be read", advice)
        return
    for entity, value in found:
        if entity not in entities:
            wrong = f"{shown(entity)} is no entity of domain.yml"
            yield Fault(file, example.line, example.topic, wrong, f"Write one of: {', '.join(entities)}.")
        elif entity != BY_GRAMMAR and value not in _values(training, entity):
            wrong = f"{shown(value)} is no known {entity}"
            yield Fault(
                file, example.line, example.topic, wrong, f"Write a value of `- lookup: {entity}`, or add it there."
            )


def _values(training: TrainingFile, entity: str) -> List[str]:
    """The values of an entity, and the wordings that stand for them."""
    values = training.lookups.get(entity, [])
    return [*values, *(example.text for value in values for example in training.synonyms.get(value, []))]
