"""The library: which words fit a situation, and that every text can be filled in."""

from __future__ import annotations

import itertools
import re
import shutil

import pytest
import yaml

from hipbot import project
from hipbot.content import Answer, Exercise, Library
from hipbot.content.library import ContentMissing, bullets, fact, fits, is_placeholder, read_yaml

LASTING = (None, "under_two_weeks", "returning", "two_weeks", "six_weeks", "twelve_weeks", "worse")
LEFT_OPEN = re.compile(r"\{[^}]*\}|\bNone\b(?! of)")  # a brace, or Python's None in place of a word


def ids(folder: str):
    return sorted(path.stem for path in (project.CONTENT / folder).glob("*.yml"))


ANSWERS = [topic for room in ("faq", "care", "clinic", "chat") for topic in ids(room)]
EXERCISES = ids("exercises")


def answer(**parts) -> Answer:
    return Answer(id="a", title="A", answer="plain", **parts)


# variants and notes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "when, situation, fitting",
    [
        ({}, {}, True),
        ({"sport": "golf"}, {"sport": "golf"}, True),
        ({"sport": "golf"}, {"sport": "running"}, False),
        ({"sport": "golf"}, {}, False),
        ({"sport": "golf"}, {"sport": None}, False),
        ({"sport": "any"}, {"sport": "curling"}, True),
        ({"sport": "any"}, {"sport": None}, False),
        ({"sport": "any"}, {}, False),
        ({"again": True, "lasting": "worse"}, {"again": True, "lasting": "worse"}, True),
        ({"again": True, "lasting": "worse"}, {"again": None, "lasting": "worse"}, False),
        ({"attempt": 2}, {"attempt": 2}, True),
        ({"attempt": 2}, {"attempt": 3}, False),
        ({"back_pain": True}, {"back_pain": None}, False),
    ],
)
def test_when_a_variant_fits(when, situation, fitting):
    """Every key must agree; `any` agrees with any value but none."""
    assert fits(when, situation) is fitting


def test_the_first_variant_that_fits_wins():
    """Order in the file decides: the special case stands before `any`."""
    variants = (
        {"when": {"sport": "golf"}, "answer": "golf"},
        {"when": {"sport": "any"}, "answer": "another sport"},
        {"when": {"sport": "golf"}, "answer": "never reached"},
    )
    entry = answer(variants=variants)
    assert entry.text({"sport": "golf"}) == "golf"
    assert entry.text({"sport": "judo"}) == "another sport"
    assert entry.text({"sport": None}) == "plain"
    assert entry.text({}) == "plain"


def test_fitting_notes_follow_the_words():
    """Notes come after the answer or its variant, each in a paragraph of its own."""
    notes = (
        {"when": {"back_pain": True}, "text": "Mind your back.\n"},
        {"when": {"sport": "golf"}, "text": "Mind your swing.\n"},
    )
    entry = answer(notes=notes, variants=({"when": {"sport": "golf"}, "answer": "golf\n"},))
    assert entry.text({"back_pain": True, "sport": "golf"}) == "golf\n\nMind your back.\n\nMind your swing."
    assert entry.text({"back_pain": True}) == "plain\n\nMind your back."
    assert entry.text({}) == "plain"


def test_whether_an_answer_has_words_of_its_own():
    """`has_variant` tells "and for golf?" whether the last answer can say it."""
    entry = answer(variants=({"when": {"sport": "golf"}, "answer": "golf"},))
    assert entry.has_variant(sport="golf")
    assert not entry.has_variant(sport="judo")


# filling in --------------------------------------------------------------------------------------


def test_facts_are_filled_in(library):
    """Each fact of clinic.yml is written once and said wherever its brace stands."""
    assert (
        library.fill("{clinic_name}: {emergency_number}") == f"MotionPlus Osteo: {library.clinic['emergency_number']}"
    )


def test_a_placeholder_shows_its_example(library):
    """Until the clinic has filled a fact in, its example stands there."""
    example = {"placeholder": "07 000 0000"}
    assert is_placeholder(example) and not is_placeholder("07 000 0000")
    assert fact(example) == "07 000 0000"
    filled = Library({}, {}, {}, {"phone": example}, {}).fill("Call {phone}.")
    assert filled == "Call 07 000 0000."


def test_an_unknown_placeholder_raises(library):
    """Nothing is said with a hole in it."""
    with pytest.raises(KeyError, match="fax"):
        library.fill("Send a {fax}.")


def test_what_is_given_beats_the_facts(library):
    """Words of the moment stand before facts of the same name."""
    assert library.fill("{phone}", phone="here") == "here"


def test_an_exercise_lends_its_words(library):
    """`{exercise}`, `{hold}` and the lists come from the exercise; what it has not is empty, not None."""
    stretch = library.exercises["kneeling_stretch"]
    assert library.fill("{exercise}: {hold}", stretch) == f"{stretch.name}: {stretch.hold}"
    bare = Exercise(id="e", title="E", name="bare one")
    assert library.fill("{exercise}|{hold}|{how_often}|{purpose}|{mistakes}|{stop_rules}", bare) == "bare one|||||"


def test_lists_are_bulleted():
    """One line each, in a form that a terminal and the widget show alike."""
    assert bullets(("one", "two")) == "- one\n- two"
    assert bullets(()) == ""


# finding entries ---------------------------------------------------------------------------------


def test_follow_ups_find_answers_and_exercises(library):
    """A follow-up names an answer, or an exercise with `exercise:` before it; anything else is None."""
    assert library.entry("how_often").id == "how_often"
    assert library.entry("exercise:lean_back").id == "lean_back"
    assert library.entry("lean_back") is None
    assert library.entry("exercise:how_often") is None
    assert library.entry("") is None


def test_every_title_leads_back_to_its_entry(library):
    """A pressed button is understood whatever its case and the blanks round it; no two share a title."""
    for group in (library.answers, library.exercises):
        for entry in group.values():
            assert library.by_title(f"  {entry.title.upper()} ") is entry
    assert library.by_title("") is None


def test_no_title_is_a_move_of_an_exercise(library):
    """A button of an answer is never taken for "Next" or "Stop"."""
    moves = {library.phrases[move].lower() for move in ("next", "back", "repeat", "stop", "yes", "no", "not_sure")}
    assert not moves & {entry.title.lower() for entry in (*library.answers.values(), *library.exercises.values())}


def test_sources_are_named_once(library):
    """The payload's sources: id and title, each article once, in the order they are cited."""
    entry = answer(sources=({"article": "S2"}, {"article": "S0"}, {"article": "S2"}))
    assert [source["id"] for source in library.sources(entry)] == ["S2", "S0"]
    assert all(source["title"] == library.articles[source["id"]].title for source in library.sources(entry))


# every text, in every situation ------------------------------------------------------------------


def _values(when_key: str, library: Library, usual: tuple) -> tuple:
    """The usual values of a key, and every value that some answer names."""
    named = {
        part["when"][when_key]
        for entry in library.answers.values()
        for part in (*entry.variants, *entry.notes)
        if when_key in part["when"]
    }
    return tuple(dict.fromkeys((None, *usual, *sorted(map(str, named)))))


@pytest.mark.parametrize("topic", ANSWERS)
def test_every_answer_fills_in_every_situation(library, topic):
    """No brace and no "None" is left, whatever is known of exercise, sport, time, fact, reason and back."""
    entry = library.answers[topic]
    keys = {key for part in (*entry.variants, *entry.notes) for key in part["when"]}
    grid = {
        "exercise": (None, *library.exercises),
        "sport": _values("sport", library, ("curling",)),
        "lasting": LASTING,
        "fact": _values("fact", library, ("moon",)),
        "reason": _values("reason", library, ("moon",)),
        "back_pain": (None, True),
        "again": (None, True),
        "care": (None, "emergency", "same_day", "gp_soon", "book"),
        "attempt": (None, 2, 3),
    }
    assert keys <= set(grid) | {"flag"}, f"{topic}: a variant hangs on something that nobody knows: {keys - set(grid)}"
    asked = [key for key in grid if key in keys or key == "exercise"]
    for values in itertools.product(*(grid[key] for key in asked)):
        situation = dict(zip(asked, values, strict=True))
        exercise = library.exercises.get(situation["exercise"] or "")
        text = library.fill(entry.text(situation), exercise, duration="six weeks")
        assert text.strip() and not LEFT_OPEN.search(text), f"{topic} in {situation}"
    if entry.why:
        assert not LEFT_OPEN.search(library.fill(entry.why))


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_can_be_said(library, name):
    """Every phrase of the guide fills with every exercise, and its own texts hold no brace."""
    exercise = library.exercises[name]
    more = {"number": 1, "total": 4, "left": 3, "step": "x", "start": "x", "progression": "x"}
    for phrase in (p for p in library.phrases if p.startswith("guide_")):
        assert not LEFT_OPEN.search(library.say(phrase, exercise, **more)), phrase
    own = [exercise.purpose, exercise.start, exercise.hold, exercise.how_often, exercise.progression]
    for text in (*filter(None, own), *exercise.steps, *exercise.mistakes, *exercise.stop_rules):
        assert not LEFT_OPEN.search(text)


def test_every_phrase_can_be_said(library):
    """The short sentences between the answers have no brace that nobody fills."""
    more = {"duration": "six weeks", "number": 1, "total": 4, "left": 3, "step": "x", "start": "x", "progression": "x"}
    more["days"] = 30
    for phrase in (name for name, text in library.phrases.items() if isinstance(text, str)):
        assert not LEFT_OPEN.search(library.say(phrase, library.exercises["lean_back"], **more)), phrase


# files that cannot be used -----------------------------------------------------------------------


@pytest.fixture
def copied(tmp_path):
    """content/ and clinic.yml, to be damaged."""
    shutil.copytree(project.CONTENT, tmp_path / "content")
    shutil.copy(project.CLINIC, tmp_path / "clinic.yml")
    return tmp_path


@pytest.mark.parametrize("name", ["content/phrases.yml", "content/articles.yml", "clinic.yml"])
def test_a_missing_file_is_named(copied, name):
    """The error names the file and what to run."""
    (copied / name).unlink()
    with pytest.raises(ContentMissing, match=f"{name.rpartition('/')[2]}.*hipbot check"):
        Library.load(copied / "content", copied / "clinic.yml")


@pytest.mark.parametrize(
    "damage", [b"id: [", b"\xff\xfe\xfa", b"a: b: c", b"\x00"], ids=["open", "no utf-8", "colons", "nul"]
)
def test_a_damaged_file_is_named(copied, damage):
    """What is no YAML is named too, wherever it stands."""
    (copied / "content/faq/how_often.yml").write_bytes(damage)
    with pytest.raises(ContentMissing, match="how_often.yml"):
        Library.load(copied / "content", copied / "clinic.yml")


@pytest.mark.parametrize(
    "damage",
    ["", "just words\n", "- a\n- list\n", "title: no id\n", "id: how_often\ntitle: t\nsurprise: field\n"],
    ids=["empty", "words", "list", "no id", "unknown field"],
)
def test_a_file_that_is_no_entry_is_named(copied, damage):
    """`Library.load`: "Raises ContentMissing if a file cannot be read as an entry"."""
    (copied / "content/faq/how_often.yml").write_text(damage, "utf-8")
    with pytest.raises(ContentMissing, match="how_often.yml"):
        Library.load(copied / "content", copied / "clinic.yml")


def test_an_added_answer_needs_no_code(copied):
    """Staff add a topic by adding a file."""
    entry = {"id": "ask_parking", "title": "Where can I park?", "answer": "Behind the {city} clinic."}
    (copied / "content/faq/ask_parking.yml").write_text(yaml.safe_dump(entry), "utf-8")
    library = Library.load(copied / "content", copied / "clinic.yml")
    assert library.fill(library.answers["ask_parking"].text({})) == "Behind the Hamilton clinic."
    assert library.by_title("where can i park?").room == "faq"


def test_read_yaml_keeps_text_as_text(tmp_path):
    """UTF-8 in, the same letters out."""
    (tmp_path / "a.yml").write_text("word: āe 🙂\n", "utf-8")
    assert read_yaml(tmp_path / "a.yml") == {"word": "āe 🙂"}
