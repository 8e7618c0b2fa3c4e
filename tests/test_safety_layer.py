"""The red-flag patterns alone, as they work when everything else fails. The whole bot: tests/test_safety.py.

The floors are those of the safety guide, 3.1 (H1, H2); a miss prints its message.
"""

from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import pytest
import yaml

from hipbot import project
from hipbot.safety.loading import safety_of
from hipbot.safety.reading import safety_reader
from hipbot.safety.screen import Safety
from hipbot.safety.data import SafetyDataError, _words_yaml, load
from hipbot.safety.reading import _texts

DATA = Path(__file__).parent / "safety"
FOLDER = project.CONTENT / "safety"
ALARMS = ("emergency", "same_day", "crisis")
NEVER_MISSED = ("cauda_equina_signs", "both_legs", "injury", "hot_joint", "chest", "testicle", "crisis")
FLAGGED_FLOOR = 0.97
MOST_SURE_ALARMS = 0.04  # of benign messages; the classifier turns most of them into questions
MOST_QUESTIONS = 0.04


@pytest.fixture(scope="module")
def safety() -> Safety:
    return safety_of(project.CONTENT)


def _yaml(name: str):
    return yaml.safe_load((DATA / name).read_text("utf-8"))


def _messages(name: str) -> List[Tuple[str, str]]:
    return [(kind, str(message)) for kind, messages in _yaml(name).items() for message in messages]


def _misses(safety: Safety, rows) -> Iterator[str]:
    for row, message in rows:
        found = safety.screen(message)
        if found.level not in ALARMS or (row == "crisis" and found.level != "crisis"):
            yield f"{row}: '{message}' gave {found.flag} ({found.level})"


def test_flagged_messages_raise_an_alarm_or_the_closed_question(safety):
    """At least 97 of 100 red-flag messages lead to help or to one closed question."""
    rows = _messages("flagged.yml")
    misses = list(_misses(safety, rows))
    assert len(misses) <= (1 - FLAGGED_FLOOR) * len(rows), "\n".join(misses)


@pytest.mark.parametrize("row", NEVER_MISSED)
def test_rows_that_may_never_be_missed(safety, row):
    """Saddle, both legs, injury, hot joint, chest, testicle and crisis: every message counts."""
    misses = list(_misses(safety, [(row, str(message)) for message in _yaml("flagged.yml")[row]]))
    assert not misses, "\n".join(misses)


def test_benign_messages_raise_no_alarm(safety):
    """Idioms, denials, other people and everyday questions are left in peace."""
    rows = _messages("benign.yml")
    found = [(kind, message, safety.screen(message)) for kind, message in rows]
    alarms = [f"{k}: '{m}' gave {f.flag}" for k, m, f in found if f.level in ALARMS and f.sure]
    asked = [f"{k}: '{m}' asked {f.ask}" for k, m, f in found if f.level in ALARMS and not f.sure]
    assert len(alarms) <= MOST_SURE_ALARMS * len(rows), "\n".join(alarms)
    assert len(asked) <= MOST_QUESTIONS * len(rows), "\n".join(asked)


@pytest.mark.parametrize(
    "turns, level",
    [
        (["my back's been bad for weeks", "I can't pee properly"], "emergency"),
        (["I've got a fever", "and my hip is really sore"], "same_day"),
        (["had breast cancer four years ago", "what stretch is best", "my hip aches at night"], "same_day"),
        (["I've got a fever", "how often should I stretch?"], None),
    ],
)
def test_halves_in_two_turns_make_one_flag(safety, turns, level):
    """A half in one turn and a half in a later one count as if said at once."""
    halves, complaint, found = (), False, None
    for turn in turns:
        found = safety.screen(turn, halves, complaint)
        halves, complaint = found.halves, complaint or found.complaint
    assert found.level == level


@pytest.mark.parametrize(
    "message, exclusion",
    [
        ("I'm 20 weeks pregnant, can I do the couch stretch?", "pregnant_or_baby"),
        ("I'm 14, which stretch?", "under_16"),
        ("I have a new hip, can I do the lean-back?", "new_hip"),
        ("I have osteoporosis, can I do the lean-back?", "fragile_bones"),
        ("had breast cancer in 2015, which stretch?", "cancer_history"),
        ("it pinches at the front of my hip when I squat", "squat_pinch"),
        ("pain shoots down my left leg to the foot", "radiating"),
    ],
)
def test_exclusions_are_named(safety, message, exclusion):
    """Whoever must not get exercise steps is named, also where nothing is urgent."""
    assert exclusion in safety.screen(message).exclusions


@pytest.mark.parametrize(
    "message, flag",
    [
        ("my back pain is 10/10", "unbearable_pain"),
        ("your bot is 10/10, my hips feel great", None),
        ("i've had blood clots and my leg aches", "leg_clot"),
    ],
)
def test_strokes_and_lists(safety, message, flag):
    """A stroke is read as a blank, so a pattern writes 10_10; a list in quotes was one pattern that nothing fits."""
    assert safety.screen(message).flag == flag


def test_the_end_of_a_long_message_is_read(safety):
    """The website's limit of 1,000 characters does not bound safety."""
    assert safety.screen("my hips are tight and I sit a lot " * 60 + "and I can't feel when I wipe").level == "emergency"


@pytest.mark.parametrize("text", ["I CAN'T PEE", "I DON'T WANT TO LIVE", "I CAN’T FEEL WHEN I WIPE", "Can'T Pee"])
def test_capitals_change_nothing(safety, text):
    """A frightened person may shout: "CAN'T" is "can't"."""
    assert safety.screen(text) == safety.screen(text.lower()) and safety.screen(text).level in ALARMS


def test_works_without_the_list_of_english_words():
    """No encoder file: the layer still finds what is spelled right, and slips in long words."""
    bare = Safety.load(FOLDER, safety_reader(FOLDER))
    assert bare.screen("numb between my legs").level == "emergency"
    assert bare.screen("sudden testicle pain").level == "emergency"
    assert bare.screen("how long do I hold the stretch").level is None


def test_every_flag_has_its_words_for_patient_and_doctor():
    """`says` is one short sentence; every uncertain rule has its question."""
    for flag in load(FOLDER).flags.values():
        assert flag.tell_them
        assert len(flag.says.split()) <= 20, flag.id
        assert flag.ask or all(sure for _, _, sure in flag.rules), flag.id


def test_faults_of_the_data_are_all_reported(tmp_path):
    """An unknown level, question and sign are named in one error."""
    for name in ("words.yml", "signs.yml", "red_flags.yml"):
        (tmp_path / name).write_text((FOLDER / name).read_text("utf-8"), "utf-8")
    flags = (tmp_path / "red_flags.yml").read_text("utf-8")
    broken = flags.replace("when: [lump, ", "when: [lumpp, ").replace("ask: hot_joint", "ask: nothing")
    (tmp_path / "red_flags.yml").write_text(broken, "utf-8")
    with pytest.raises(SafetyDataError) as error:
        load(tmp_path)
    assert "lumpp" in str(error.value) and "nothing" in str(error.value)


def test_short_words_are_words(tmp_path):
    """In lists of words `no`, `on`, `yes` and `12` are words, whichever YAML reader the machine has."""
    file = tmp_path / "words.yml"
    file.write_text("words: {denies: [no, on, yes, off, 12, null, ~]}\n", "utf-8")
    assert list(_texts(_words_yaml(file))) == ["no", "on", "yes", "off", "12", "null", "~"]


@pytest.mark.parametrize(
    "text, excluded",
    [
        ("14M sprinter need stronger hip flexors fast", True),
        ("my hip hurts (15f)", True),
        ("im 13m and sore", True),
        ("24F netballer", False),
        ("10m sprints make me tight", False),
        ("14m tall crane", False),
    ],
)
def test_age_and_sex_as_in_a_forum(safety, text, excluded):
    """"14M" is a boy of 14; "10m sprints" are metres."""
    assert ("under_16" in safety.screen(text).exclusions) == excluded


@pytest.mark.parametrize("text", ["exercise for someone with myeloma? asking for myself", "somebody in her third trimester. That's me"])
def test_somebody_who_is_oneself(safety, text):
    """Whoever says so in the end is excluded."""
    assert safety.screen(text).exclusions


@pytest.mark.parametrize(
    "text, flag",
    [
        ("I fell off the garage roof in my twenties and walked away laughing", None),
        ("I fell off the garage roof and can't walk", "injury"),
        ("fell off a ladder years ago and now both my legs go numb", "both_legs"),
        ("my nan had a blood clot in her leg years ago and lived to 93", None),
        ("had a blood clot years ago and my calf is swollen again", "leg_clot"),
        ("Mum had breast cancer in 2003 and she's been clear ever since. Is yoga enough for tight hips?", None),
        ("I had breast cancer in 2015, my hip aches every night", "cancer_history"),
        ("my husband had lung cancer cut out in 2022 and he has this new pain in the hip", "cancer_history"),
    ],
)
def test_what_is_long_over(safety, text, flag):
    """A clause that says "years ago" is over, the next one may be today's; cancer counts as long as it hurts."""
    assert safety.screen(text).flag == flag


@pytest.mark.parametrize(
    "text, level",
    [
        ("No, my legs aren't weak or numb. I only asked how long to hold it!", None),
        ("my legs are weak and numb, not sore", "emergency"),
        ("hip bone aches deep every night since the melanoma, no injury", "same_day"),
    ],
)
def test_a_no_within_the_words(safety, text, level):
    """"Legs are not numb" is as harmless as "no numb legs"; a "no" behind the words denies something else."""
    assert safety.screen(text).level == level


@pytest.mark.parametrize(
    "text, asked",
    [
        ("Writing an assignment on hip fractures in older adults.", True),
        ("I'm reading a crime novel where the victim is found with a broken hip.", True),
        ("Studying for my exam: which bladder and bowel changes make up the classic cauda equina list?", True),
        ("I'm writing an essay and I can't feel when I wipe", False),
        ("Watched a documentary all weekend. My foot drags since then.", False),
    ],
)
def test_what_is_told_of_others_is_asked_about(safety, text, asked):
    """A book, a film, a course: the closed question instead of an alarm, but not where "I" or "my" stands with it."""
    found = safety.screen(text)
    assert found.level in ALARMS
    assert found.sure != asked
