"""Entities: which words name an exercise, a sport, a clinic fact or a duration. From the phrases of data/nlu.yml."""

from __future__ import annotations

import json

import pytest
import yaml
from rasa.shared.nlu.training_data.training_data import TrainingData

from hipbot import project
from hipbot.content import Library
from hipbot.content.library import YamlLoader
from hipbot.language.reader import Reader, Speller, english_words
from hipbot.nlu.entities import PhraseExtractor, taught_phrases
from hipbot.nlu.reader import patients_words

CONTENT = Library.load(project.CONTENT, project.CLINIC)

EXERCISES = {
    "lean_back": [
        "how do I do the lean-back", "lean backs", "the leanback", "Lean Back exercise", "how often should I lein back",
        "seated lean-back", "hip flexor lean-back", "the one where you sit on a bench and lean back",
        "that exercise where I sit on the bench and lean backwards", "the one where you sit tall and recline slowly",
    ],
    "hip_aeroplane": [
        "hip aeroplane", "hip airplane", "the aeroplane one", "hip areoplane",
        "the one where you balance on one leg like an aeroplane",
        "the balance one where you stand on one leg and turn your hips",
    ],
    "couch_stretch": [
        "couch stretch", "the couch strecth", "sofa stretch", "active couch stretch",
        "the one with your hands behind you where you push the hips forward",
    ],
    "kneeling_stretch": [
        "kneeling stretch", "half-kneeling hip flexor stretch", "the kneling one", "lunge stretch",
        "kneeling hip flexor strech", "the one on one knee",
    ],
    "side_lying_stretch": [
        "side-lying stretch", "side lying", "floor stretch", "the floor one",
        "the one where you lie on your side and grab your ankle",
        "the stretch on the floor where you hold your ankle and tip over",
    ],
    "neutral_strengthening": ["neutral strengthening", "training step 2", "strengthening in neutral"],
    "shortened_strengthening": [
        "shortened position", "training step three", "the one where you lift your foot over an object",
        "the exercise where you lift your leg over something that gets higher",
    ],
    "lengthened_strengthening": [
        "lengthened strengthening", "training step 4", "leg lowering", "the one where you lower your leg down slowly",
    ],
    None: [
        "how often should I stretch", "I sit on the couch all day", "my knee hurts when kneeling",
        "which one is the best",
        "I lie on my side at night", "what is the exercise when you feel sick", "my dog sits on the couch",
        "the one thing that helps is heat", "my back aches", "is stretching enough", "", "🙂",
    ],
}  # fmt: skip
DESCRIBED = [
    ("the stretch where you kneel down and tuck your tailbone under", "kneeling_stretch"),
    ("the one where one knee is on the floor and the other foot is in front", "kneeling_stretch"),
    ("the stretch where your foot is up on the sofa behind you", "couch_stretch"),
    ("the one on a chair where you tilt back with your feet flat", "lean_back"),
    ("that one where you stand on one leg and twist", "hip_aeroplane"),
    ("the exercise where I lift my foot over a shoe box", "shortened_strengthening"),
    ("the one where it hurts most", None),
    ("the one where my wife pays", None),
    ("the stretch that I do every morning", None),
]
NOT_YET = [
    ("I lean back in my chair at work", None, "a name of two everyday words is taken wherever it stands"),
    ("I was on an aeroplane all night", None, "the lone word 'aeroplane' is taught as a name"),
]  # fmt: skip
OTHERS = [
    ("and for golf?", "sport", "golf"),
    ("I play soccer", "sport", "football"),
    ("toes-to-bar", "sport", "crossfit"),
    ("training for a half-marathon", "sport", "running"),
    ("is it good for Hyrox", "sport", "hyrox"),
    ("I lift weights", "sport", "gym"),
    ("I do waka ama", "sport", "kayaking"),
    ("what about my back?", "body_part", "lower_back"),
    ("a bulging disc", "body_part", "lower_back"),
    ("front of my hip", "body_part", "hip"),
    ("how much does it cost", "fact", "price"),
    ("are you open on Saturday", "fact", "hours"),
    ("where are you", "fact", "address"),
    ("is there parking", "fact", "parking"),
    ("do you take ACC", "fact", "acc"),
    ("what should I wear", "fact", "wear"),
    ("do I need a referral", "fact", "referral"),
    ("can I take ibuprofen", "reason", "medicine"),
    ("ice or heat", "reason", "heat_ice"),
    ("should I get an MRI", "reason", "scan"),
    ("how many reps", "reason", "reps"),
    ("my shoulder hurts", "reason", "other_body_part"),
]


@pytest.fixture(scope="module")
def taught():
    """Lookups and synonyms of data/nlu.yml, as Rasa hands them over."""

    def lines(block):
        return [line[2:] for line in block["examples"].splitlines()]

    blocks = yaml.load((project.DATA / "nlu.yml").read_text("utf-8"), YamlLoader)["nlu"]
    return TrainingData(
        lookup_tables=[{"name": b["lookup"], "elements": lines(b)} for b in blocks if "lookup" in b],
        entity_synonyms={words: b["synonym"] for b in blocks if "synonym" in b for words in lines(b)},
    )


@pytest.fixture(scope="module")
def find(taught):
    """Text -> entities, with spelling mended as in the pipeline."""
    extractor = PhraseExtractor(PhraseExtractor.get_default_config(), None, None)
    extractor._learn(taught_phrases(taught))
    english = english_words(project.ENCODER_FOLDER / "tokenizer.json")
    reader = Reader(Speller(patients_words(taught), english))
    return lambda text: extractor.find(text, reader.read(text))


def values(entities, name):
    return [entity["value"] for entity in entities if entity["entity"] == name]


@pytest.mark.parametrize(
    "text, exercise",
    [(text, exercise) for exercise, texts in EXERCISES.items() for text in texts],
    ids=lambda v: v or "none",
)
def test_which_exercise_is_meant(find, text, exercise):
    """By name, by slip of the name, by description; and none where none is meant."""
    assert set(values(find(text), "exercise")) == ({exercise} if exercise else set())


@pytest.mark.parametrize("text, exercise", DESCRIBED)
def test_an_exercise_described_without_its_name(find, text, exercise):
    """By what is said of it; a description of no exercise is none."""
    assert set(values(find(text), "exercise")) == ({exercise} if exercise else set())


@pytest.mark.parametrize("text, exercise, reason", NOT_YET, ids=[text for text, *_ in NOT_YET])
def test_hard_exercises(find, text, exercise, reason, request):
    """Not read right yet: each turns red when it is, and moves up."""
    request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    assert set(values(find(text), "exercise")) == ({exercise} if exercise else set())


@pytest.mark.parametrize("name", sorted(CONTENT.exercises))
@pytest.mark.parametrize("field", ["name", "title"])
def test_the_clinics_own_names_are_understood(find, name, field, request):
    """ "How often the <name>?": whatever the bot calls an exercise, the patient may too."""
    entry = CONTENT.exercises[name]
    assert set(values(find(f"how often the {getattr(entry, field)}?"), "exercise")) == {name}


@pytest.mark.parametrize("text, entity, value", OTHERS, ids=[text for text, *_ in OTHERS])
def test_sports_parts_facts_and_reasons(find, text, entity, value):
    """Each wording leads to the value that the content's variants are named by."""
    assert value in values(find(text), entity)


def test_every_value_of_a_variant_can_be_said(taught):
    """No variant of content/ hangs on a sport, fact or reason that no phrase leads to."""
    known = {(entity, value) for _, entity, value in taught_phrases(taught)}
    for entry in CONTENT.answers.values():
        for part in (*entry.variants, *entry.notes):
            for key, value in part["when"].items():
                if key in ("sport", "fact", "reason", "exercise") and value != "any":
                    assert (key, value) in known or value in ("under_16", "new_hip", "lump"), (
                        f"{entry.id}: {key} {value}"
                    )


def test_every_exercise_of_the_data_is_in_the_content(taught):
    """One exercise, one name, in both rooms."""
    assert {value for _, entity, value in taught_phrases(taught) if entity == "exercise"} == set(CONTENT.exercises)


def test_a_duration_is_an_entity(find):
    """Grade, weeks and the patient's words, for the answer and for booking."""
    (duration,) = values(find("my hip has been tight for six weeks"), "duration")
    assert duration == {"grade": "six_weeks", "weeks": 6, "words": "six weeks"}
    assert values(find("3 times a week"), "duration") == []


def test_the_longest_phrase_wins(find):
    """ "Hip flexor lean back" is one exercise, not a hip and a lean-back."""
    found = find("the hip flexor lean back")
    assert [(e["entity"], e["value"]) for e in found] == [("exercise", "lean_back")]


@pytest.mark.parametrize(
    "text",
    [
        "My BACK hurts, can I do the couch strecth or golf for 6 weeks?",
        "🙂 lean-back 🙂 golf",
        "“kneeling stretch” – and the floor one",
        "the one where you sit tall and recline slowly",
        "hi\u0301p and lean back, three months",
        pytest.param("İİİİ three months"),
        pytest.param("sore for three-months"),
    ],
)  # fmt: skip
def test_places_are_those_of_the_message(find, text):
    """`start` and `end` cut the words out of the message as typed; in its order; JSON can carry them."""
    found = find(text)
    assert found
    json.dumps(found)
    assert [e["start"] for e in found] == sorted(e["start"] for e in found)
    for entity in found:
        assert 0 <= entity["start"] < entity["end"] <= len(text)
        if entity["entity"] == "duration":
            assert text[entity["start"] : entity["end"]].lower().replace("-", " ") == entity["value"]["words"]
        assert entity["extractor"] == "PhraseExtractor"


def test_taught_phrases_take_every_word_of_a_value():
    """A lookup's elements and the synonyms of its values; a synonym of nothing is left out."""
    data = TrainingData(
        lookup_tables=[{"name": "sport", "elements": ["golf"]}],
        entity_synonyms={"golfing": "golf", "Golf swing": "golf", "stray": "nothing"},
    )
    assert taught_phrases(data) == [
        ("Golf swing", "sport", "golf"), ("golf", "sport", "golf"), ("golfing", "sport", "golf"),
    ]  # fmt: skip


def test_nothing_taught_finds_nothing():
    """An empty lookup is no failure."""
    extractor = PhraseExtractor(PhraseExtractor.get_default_config(), None, None)
    text = "the one where you sit on a bench"
    assert extractor.find(text, Reader(Speller([], set())).read(text)) == []
