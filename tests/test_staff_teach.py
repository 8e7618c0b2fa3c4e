"""Teaching from Python: what is refused and why, what is written and where, and that nothing else changes."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hipbot import check, project
from hipbot.check import nlu
from hipbot.check.files import Files
from hipbot.staff import faq as faqs
from hipbot.staff import teach
from hipbot.staff.faq import Faq, cleaned, proposed_id
from hipbot.staff.judge import Judge
from hipbot.staff.nlu_text import with_message, with_topic
from hipbot.staff.saving import Refused
from hipbot.staff.topics import follow_up_named, titles, topic_named
from tests.copies import copy_project, snapshot

pytestmark = pytest.mark.slow

NLU = "data/nlu.yml"
CHILDREN = Faq(
    question="Do you treat children?",
    answer="Yes. Children are welcome.\n\nCall {phone} to ask for a time.",
    messages=(
        "do you treat children",
        "can I bring my daughter to the clinic",
        "are kids allowed as patients",
        "is there an osteopath for youngsters",
        "my boy needs an appointment, do you see under 16s",
        "how young can patients be at your clinic",
        "do u see kids",
        "would you have a look at a toddler",
    ),
    id="treat_children",
    follow_ups=("book_appointment", "exercise:lean_back"),
    says_who="Anna",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_project(tmp_path)


@pytest.fixture(scope="module")
def refusing(tmp_path_factory) -> Path:
    """One copy for all that is refused: it must never change."""
    return copy_project(tmp_path_factory.mktemp("refusing"))


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(Files(project.ROOT))


def added_lines(before: bytes, after: bytes):
    """Lines that are new; fails where one is gone or changed."""
    rows = list(difflib.ndiff(before.decode().split("\n"), after.decode().split("\n")))
    assert not [row for row in rows if row.startswith("- ")]
    return [row[2:] for row in rows if row.startswith("+ ")]


# one message -------------------------------------------------------------------------------------


def test_a_message_is_one_new_line(root):
    """Last in its topic; every other byte of the project stays."""
    before, raw = snapshot(root), (root / NLU).read_bytes()
    taught = teach.add_message(root, "- is my gaming  chair to blame", "Does sitting make them tight?")
    after = (root / NLU).read_bytes()
    assert added_lines(raw, after) == ["    - is my gaming chair to blame"]
    assert taught.topic == "faq/sitting"
    file, _, line = taught.places[0].partition(":")
    assert (root / file).read_text("utf-8").split("\n")[int(line) - 1] == "    - is my gaming chair to blame"
    assert {name for name, hash_ in snapshot(root).items() if before[name] != hash_} == {NLU}


@pytest.mark.parametrize(
    "message, topic, words",
    [
        ("What causes tight hip-flexors?!", "why_tight", "this topic has it already, data/nlu.yml:23"),
        ("what causes tight hip flexors", "sitting", "another topic has it already, data/nlu.yml:23 (faq/why_tight)"),
        ("what causes tigth hip flexors", "sitting", "nearly the same as 'what causes tight hip flexors', in data/nlu.yml:23"),
        ("can weak hip flexors give you back pain?", "back_pain_link", "That one belongs to faq/weak_hip_flexors"),
        ("Sitting all day: hip flexors shorten? myth!", "sitting", "kept for testing the bot, in tests/questions/sitting.yml:20"),
        ("  - ", "sitting", "This message is empty"),
        ("is my chair bad " * 80, "sitting", "1,000 at most"),
        ("is my [chair]{bad} to blame", "sitting", "brackets cannot be read"),
        ("is my [chair](furniture) to blame", "sitting", "'furniture' is no entity"),
        ("is my gaming chair\u202e to blame", "sitting", "invisible character (U+202E)"),
        ("is my gaming chair to blame", "sittin", "There is no topic `sittin`. Did you mean: faq/sitting"),
        ("is my gaming chair to blame", "zzz", "There are: "),
        ("the chair made my bum numb and i cant pee", "sitting", "raises a warning sign: cauda equina signs (emergency)"),
    ],
)  # fmt: skip
def test_what_may_not_be_taught(refusing, message, topic, words):
    """Refused with the reason, the place, and what to do; nothing is written."""
    before = snapshot(refusing)
    with pytest.raises(Refused) as refused:
        teach.add_message(refusing, message, topic)
    assert words in str(refused.value)
    assert snapshot(refusing) == before


def test_a_message_nearly_a_red_flag_is_refused_for_a_harmless_topic(refusing):
    """The same words, or nearly, as an example of data/red_flags.yml: named with its line; where help is the topic, welcome."""
    flagged = nlu.read(Files(refusing).document(nlu.RED_FLAGS)).topics["red_flag/chest"]
    same = next(example for example in flagged if 40 < len(example.text) < 80)
    before = snapshot(refusing)
    with pytest.raises(Refused, match=f"another topic has it already, {same.place} .red_flag/chest."):
        teach.add_message(refusing, same.text.upper(), "sitting", lambda warning: True)
    with pytest.raises(Refused, match=f"nearly the same as .* in {same.place}.* is a warning sign .chest.: .* Leave it out"):
        teach.add_message(refusing, same.text[:-1] + "q", "sitting", lambda warning: True)
    assert snapshot(refusing) == before
    assert not [r for r in Judge(Files(refusing)).remarks(same.text[:-1] + "q", "urgent_care") if r.severity == check.FAULT]


def test_a_warning_sign_is_taught_only_when_somebody_says_so(root):
    """The second look is asked for; and a warning sign may go where warning signs are at home."""
    message, asked = "my bum is dead numb and i cant pee either", []
    teach.add_message(root, message, "sitting", lambda remark: asked.append(remark) or True)
    assert len(asked) == 1 and asked[0].severity == check.WARNING
    teach.add_message(root, "cannot pee at all and numb down there lol", "urgent_care")


def test_two_taught_in_a_row_are_compared_too(root):
    """A message of a minute ago counts, by letters, though no training has seen it."""
    teach.add_message(root, "is my gaming chair to blame for it all", "sitting")
    with pytest.raises(Refused, match="nearly the same"):
        teach.add_message(root, "is my gaming chair too blame for it all", "why_tight")


def test_a_marked_exercise_is_welcome(root):
    """Entities may be marked, as in the file."""
    teach.add_message(root, "may i do the [leanback]{\"entity\":\"exercise\",\"value\":\"lean_back\"} on a gaming chair", "exercise_howto")


def test_damaged_training_data_are_not_touched(root):
    """First the fault, then the message."""
    (root / NLU).write_bytes((root / NLU).read_bytes().replace(b"  examples: |", b"\texamples: |", 1))
    before = snapshot(root)
    with pytest.raises(Refused):
        teach.add_message(root, "is my gaming chair to blame", "sitting")
    assert snapshot(root) == before


def test_windows_lines_stay_windows_lines():
    """A file saved on Windows keeps its line ends; one without a last line end is no trouble."""
    raw = b"nlu:\r\n- intent: faq/a\r\n  examples: |\r\n    - one\r\n    - two"
    assert with_message(raw, "faq/a", "three") == raw + b"\r\n    - three\r\n"
    assert with_topic(raw, "faq/b", ["x"]) == raw + b"\r\n\r\n- intent: faq/b\r\n  examples: |\r\n    - x\r\n"


TEXT = st.text(min_size=1, max_size=40)


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(message=TEXT, topic=st.sampled_from(["faq/a", "b", "faq/c"]))
def test_any_message_is_written_as_it_is_or_not_at_all(message, topic):
    """Odd characters, quotes, braces: the line reads back the same, and all others stay."""
    raw = b'# hi\nnlu:\n\n- intent: faq/a  # one\n  examples: |\n    - one\n\n- intent: b\n  examples: |\n     - two\n# end\n- intent: faq/c\n  examples: |\n      - x\n\n- lookup: l\n  examples: |\n    - v\n'
    message = cleaned(message)
    if not nlu.folded(message):
        return
    before = {t: [e.text for e in es] for t, es in nlu.read(Files(Path("."), {NLU: raw}).document(NLU)).topics.items()}
    after = with_message(raw, topic, message) if message.isprintable() else None
    if after is None:
        return
    document = Files(Path("."), {NLU: after}).document(NLU)
    if not document.faults:
        now = {t: [e.text for e in es] for t, es in nlu.read(document).topics.items()}
        assert now == {**before, topic: [*before[topic], message]}
    assert len(after) - len(raw) == len(next(r for r in after.split(b"\n") if r not in raw.split(b"\n"))) + 1


# a new FAQ ---------------------------------------------------------------------------------------


def test_a_new_faq_is_two_edits(root):
    """One new file, one new block, nothing else; the project's own check has no fault with it."""
    before, raw = snapshot(root), (root / NLU).read_bytes()
    taught = teach.add_faq(root, CHILDREN)
    after = snapshot(root)
    assert {name for name in after if before.get(name) != after[name]} == {NLU, CHILDREN.file}
    block = ["- intent: faq/treat_children", "  examples: |", *(f"    - {m}" for m in CHILDREN.messages)]
    assert [row for row in added_lines(raw, (root / NLU).read_bytes()) if row] == block
    found = check.faults(root)
    assert [str(f) for f in found if f.severity == check.FAULT] == []
    told = [f.wrong for f in found if f.entry in ("treat_children", "faq/treat_children")]
    untested = "nothing tests this topic: tests/questions/treat_children.yml is missing"
    assert sorted(told) == [untested, "the topic has 8 messages"]
    assert taught.places[0] == "content/faq/treat_children.yml:1"


def test_taking_it_away_is_the_same_two_edits(root):
    """Back to what it was; a twin file that stays behind is named, and refuses nothing."""
    before = snapshot(root)
    raw = (root / NLU).read_bytes()
    teach.add_faq(root, CHILDREN)
    (root / "tests/questions/treat_children.yml").write_text("- do you look after little ones\n", "utf-8")
    (root / CHILDREN.file).unlink()
    (root / NLU).write_bytes(raw)
    found = check.check(Files(root), likeness=False).faults
    assert len([f for f in found if f.file == "tests/questions/treat_children.yml" and "left over" in f.wrong]) == 1
    assert not [f for f in found if f.severity == check.FAULT]
    (root / "tests/questions/treat_children.yml").unlink()
    assert snapshot(root) == before


@pytest.mark.parametrize(
    "change, words",
    [
        ({"id": "how_often"}, "There is an answer called how_often already"),
        ({"id": "greet"}, "There is an answer called greet already"),
        ({"id": "Treat children"}, "cannot be used"),
        ({"id": "../../x"}, "cannot be used"),
        ({"messages": CHILDREN.messages[:7]}, "There are 7 messages"),
        ({"messages": (*CHILDREN.messages, "do you TREAT children?")}, "you have written this one already"),
        ({"messages": (*CHILDREN.messages, "what causes tight hip flexors?")}, "another topic has it already"),
        ({"says_who": " "}, "who at the clinic says so"),
        ({"sources": (("S9", "there"),)}, "S9"),
        ({"answer": "We will cure every child."}, "it promises a cure"),
        ({"answer": "Call {fone}."}, "{fone} is not filled in"),
        ({"answer": "Call {phone."}, "a brace stands alone"),
        ({"answer": "Yes we do and " * 9 + "more."}, "a sentence of"),
        ({"answer": "Neuromusculoskeletal rehabilitation necessitates individualised consideration."}, "reading grade"),
        ({"question": "Hm?"}, "`title` has 3 characters"),
        ({"question": "How often should I do them?"}, "is also that of content/faq/"),
        ({"follow_ups": ("nowhere",)}, "the follow-up 'nowhere' does not exist"),
        ({"follow_ups": ("greet", "thanks", "sitting", "how_often")}, "4 entries"),
    ],
)  # fmt: skip
def test_what_is_refused_in_a_new_faq(refusing, change, words):
    """Each with its reason, all at once, and nothing is written."""
    before = snapshot(refusing)
    with pytest.raises(Refused) as refused:
        teach.add_faq(refusing, replace(CHILDREN, **change))
    assert words in str(refused.value)
    assert snapshot(refusing) == before


def test_all_reasons_at_once(refusing):
    """Staff mend everything in one go."""
    with pytest.raises(Refused) as refused:
        teach.add_faq(refusing, replace(CHILDREN, id="how_often", answer="We cure you.", messages=CHILDREN.messages[:2]))
    assert len(refused.value.reasons) >= 3


@settings(max_examples=150, deadline=None, derandomize=True)
@given(question=TEXT, answer=TEXT, who=TEXT, passage=TEXT)
def test_any_words_read_back_as_they_were_written(question, answer, who, passage):
    """Colons, hashes, quotes, emoji: the entry's file holds what was typed, or has a fault that says so."""
    faq = replace(CHILDREN, question=question, answer=answer, says_who=who, sources=(("S0", passage),))
    document = Files(Path("."), {"a.yml": faq.text().encode("utf-8", "replace")}).document("a.yml")
    if document.faults:
        assert not all(text.isprintable() for text in (question, answer, who, passage))
        return
    assert document.data["title"] == " ".join(question.split())
    assert document.data["sources"] == [{"article": "S0", "passage": " ".join(passage.split())}]
    assert document.data["answer"].split() == answer.split()


def test_names_are_proposed_from_the_question():
    """Short, from its telling words, and free."""
    assert proposed_id("Do you treat children?", {}) == "treat_children"
    assert proposed_id("Do you treat children?", {"treat_children": 1, "treat_children_2": 1}) == "treat_children_3"
    assert proposed_id("Can I park there?", {}) == "park"
    assert proposed_id("???", {}) == "question"
    assert proposed_id("24 hours?", {}) == "about_24_hours"


def test_answers_from_a_file(tmp_path):
    """The printed example is a good one; a faulty file is named line by line."""
    file = tmp_path / "answers.yml"
    file.write_text(faqs.EXAMPLE, "utf-8")
    faq = faqs.from_file(file, {})
    assert faq.id == "treat_children" and len(faq.messages) == 8
    file.write_text("question: 5\nanswers: x\nmessages: none\nsources:\n  - S0\n", "utf-8")
    with pytest.raises(Refused) as refused:
        faqs.from_file(file, {})
    told = str(refused.value)
    for words in ("answers.yml:2: `answers` is not known", "`answer` is missing", "answers.yml:1: `question` must be a text", "answers.yml:3: `messages` must be a list", "answers.yml:5: write a source like"):
        assert words in told
    file.write_text("a: [", "utf-8")
    with pytest.raises(Refused, match="--example"):
        faqs.from_file(file, {})
    with pytest.raises(Refused, match="cannot be opened"):
        faqs.from_file(tmp_path / "none.yml", {})


# names and likeness ------------------------------------------------------------------------------


def test_topics_and_follow_ups_go_by_name_and_title(judge):
    """However somebody writes it."""
    known = titles(Files(project.ROOT))
    for name in ("how_often", "faq/how_often", "How often", "how often should i do them?"):
        assert topic_named(name, judge.training, known) == "faq/how_often"
    for name in ("lean_back", "exercise:lean_back", "lean back"):
        assert follow_up_named(name, known) == "exercise:lean_back"
    with pytest.raises(Refused, match="clinic_info"):
        follow_up_named("clinik_info", known)


def test_likeness_by_meaning_finds_other_words(judge):
    """No letter in common is needed; pictures alone are like nothing."""
    assert judge.compares_meaning
    nearest = judge.near("my office work keeps me seated the whole day, is that harmful for the hips")[0]
    assert nearest.example.topic == "faq/sitting" and nearest.by == "meaning"
    assert not judge.remarks("🌵🌵🌵", "out_of_scope")


def test_without_vectors_letters_do(root):
    """Before the first training: slips are found all the same, and it is said that meaning is not known."""
    (root / ".hipbot/cache/vectors.npz").unlink()
    judge = Judge(Files(root))
    assert not judge.compares_meaning
    assert "nearly the same" in str(judge.remarks("what causes tigth hip flexors", "faq/sitting")[0])
    assert check.report(root).compared == 0
