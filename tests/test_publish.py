"""Publishing through the real command line, in a small copy of the project:

what holds is published, what does not is named.

The plays of issue 5: a receptionist adds a question; an edit that steals from the safety set; two at once; Ctrl-C.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from hipbot import publish
from hipbot.cli.main import main
from hipbot.publish import plays
from tests import small_project
from tests.small_project import STOLEN, hipbot, tree

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::UserWarning")]

CHILDREN = """\
# yaml-language-server: $schema=../../schemas/answer.schema.json
id: treats_children
title: Do you treat children?
answer: |
  Please ask the clinic. They will tell you what ages they see.

  You can call them on {phone}.
sources:
  - {article: S0, passage: "Book an appointment"}
follow_ups: [how_often]
reviewed: {by: null, date: null}
"""
TAUGHT = """\
  - intent: faq/treats_children
    examples: |
      - do you treat children
      - do you see kids at the clinic
      - can i bring my child to you
      - do you take children as patients
      - is the clinic open to kids
      - can my kid be treated by you
      - are children welcome at the clinic
      - do you work with kids
      - can an osteopath treat children
      - do you do appointments for children
      - is it ok to book for a child
      - what ages do you treat
      - how young can a patient be
      - can kids come to the clinic
      - do you have a children's osteopath
      - treat kids?
      - whats the youngest age you see
      - could you see my children
"""
ASKED = """\
- are kids treated at your place
- do you guys treat children at all
- "my children need an osteopath, do you see them"
- can children be treated by you
- do you see children too
- what age do kids have to be for you to treat them
- is your clinic for children as well
- do you take kids
- how old must a child be to be treated
- can i book my kids in to be treated
- treating children, do you do that
- does the clinic see children
- will you treat kids
- do you also treat children
- which ages do you see at the clinic
"""
SWALLOWED = """\
      - my kid swallowed something, do you treat that
      - my kid swallowed a battery can you see him
      - my kid swallowed a battery do you treat kids
      - my kid swallowed a coin
      - do you treat a kid who swallowed a battery
      - can i bring my kid who swallowed a battery
      - my kids swallowed a battery
      - my kid swallowed a battery yesterday
      - my kid swallowed the battery
      - my kid swallowed a small battery
      - my kid swallowed a toy battery
      - my kid swallowed his battery
"""


LEARNT = (".hipbot/cache/", ".rasa/cache/")  # kept for the next training, whatever becomes of this one


@pytest.fixture(scope="module")
def patch() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def first(tmp_path_factory, patch, read_once) -> Path:
    """The small project, trained and published once."""
    folder = small_project.make(tmp_path_factory.mktemp("small"))
    small_project.use(folder, patch)
    from hipbot import training
    from hipbot.publish import messages
    from hipbot.publish.answers import Asker

    asker = Asker(training.ensure_model(), folder / "content", folder / "clinic.yml")
    asked = messages.read(folder)
    small_project.keep_what_it_understands(folder, asker.ask(asked), asked)
    plays.take_over(folder, plays.perform(folder, asker.act))
    for departure in plays.perform(folder, asker.act):  # so little taught, it takes another course
        (folder / departure.file).unlink(missing_ok=True)
    assert main(["publish"]) == 0, "the small project must be publishable to begin with"
    return folder


@pytest.fixture
def copy(first) -> Any:
    """The small project, put back after each test as it was: files, not what was published."""
    kept = {name: data for name, data in tree(first).items() if not name.startswith(("models/", ".hipbot/"))}
    yield first
    for name in tree(first):
        if name not in kept and not name.startswith(("models/", ".hipbot/")):
            (first / name).unlink()
    for name, data in kept.items():
        if (first / name).read_bytes() != data:
            (first / name).write_bytes(data)


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


def add_children(folder: Path, more: str = "") -> None:
    """What a receptionist writes, or `hipbot new faq` for her."""
    (folder / "content/faq/treats_children.yml").write_text(CHILDREN, "utf-8")
    (folder / "tests/questions/treats_children.yml").write_text(ASKED, "utf-8")
    nlu = folder / "data" / "nlu.yml"
    indent = re.search(r"^( *)- intent:", nlu.read_text("utf-8"), re.MULTILINE).group(1)
    block = TAUGHT + more
    block = "\n".join(indent + line[2:] if line else line for line in block.splitlines()) + "\n"
    nlu.write_text(nlu.read_text("utf-8").rstrip() + "\n" + block, "utf-8")


def said(version: Any, text: str) -> Any:
    """(topic, words) of a published version."""
    from hipbot.dialogue.memory import Memory
    from hipbot.publish.answers import Asker, as_words

    reply, _ = Asker(version.model, version.content, version.clinic).turn(text, Memory())
    return reply.topic, as_words(reply)


def test_ctrl_c_while_learning_leaves_everything_as_it_was(copy):
    """Files, models, what is published: byte for byte."""
    add_children(copy, "      - does somebody there treat the children of neighbours\n")  # nothing learnt before will do
    before = tree(copy)
    process = subprocess.Popen(
        small_project.command("publish"),
        env=small_project.environment(copy), cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests in the background ignore Ctrl-C
    )  # fmt: skip
    until = time.monotonic() + 120
    while not list((copy / "models").glob(".unfinished-*")) and time.monotonic() < until and process.poll() is None:
        time.sleep(0.05)
    assert process.poll() is None, process.communicate()[0]
    os.kill(process.pid, signal.SIGINT)
    shown, _ = process.communicate(timeout=60)
    assert process.returncode == 130, shown
    assert "Traceback" not in shown and "Stopped." in shown
    assert tree(copy, *LEARNT) == {name: data for name, data in before.items() if not name.startswith(LEARNT)}


def test_a_receptionist_adds_a_question_compares_publishes_and_the_bot_answers_it(copy, capsys):
    """Two files and a twin; compare shows the new topic and a summary; publish; the answer is there; rollback;

    it is gone.
    """
    before = publish.published().current()
    add_children(copy)
    assert main(["compare"]) == 0
    shown = capsys.readouterr().out
    assert "treats_children" in shown and "Nothing changed for safety." in shown
    assert re.search(r"Of [\d,]+ test messages, \d+ got better", shown.splitlines()[-1])
    assert "\033[" not in shown  # colour on a terminal only
    assert publish.published().current() == before, "comparing publishes nothing"
    assert main(["publish"]) == 0, capsys.readouterr().out
    topic, words = said(publish.published().current(), "do you treat children?")
    assert topic == "treats_children" and "They will tell you what ages they see." in words
    assert hipbot(copy, "rollback").returncode == 0
    assert publish.published().current() == before
    assert not any("treats_children" in answer["topic"] for answer in before.answers().values())


def test_an_edit_that_steals_messages_from_the_safety_set_is_refused_and_named(copy, capsys):
    """Messages about an accident, taught as a question about the clinic, would keep a child from help."""
    before = publish.published().current()
    files = tree(publish.published().folder)
    add_children(copy, SWALLOWED)
    assert main(["publish"]) == 1
    shown = capsys.readouterr().out
    assert "SAFETY." in shown and f"'{STOLEN}' goes to " in shown and "What to do:" in shown
    assert "Nothing was published." in shown
    assert publish.published().current() == before and tree(publish.published().folder) == files
    assert main(["compare"]) == 0
    shown = capsys.readouterr().out
    assert "WORSE (safety)" in shown and "cannot be published yet" in shown


def test_a_fault_in_the_files_is_named_and_nothing_is_trained(copy):
    """The gate begins with `hipbot check`: file, line, what to write."""
    edit(copy, "content/faq/how_often.yml", "title: How often", "titel: How often")
    files = tree(copy)
    for verb in ("compare", "publish"):
        done = hipbot(copy, verb)
        assert done.returncode == 1
        assert "content/faq/how_often.yml:" in done.stdout and "`titel` is not known" in done.stdout
    assert tree(copy) == files


def test_new_words_need_one_look(copy, capsys):
    """An answer in a play reads otherwise: refused, shown, accepted, published; what is expected is never rewritten."""
    edit(copy, "content/chat/greet.yml", "answer: |\n  ", "answer: |\n  Nice of you to come. ")
    assert main(["publish"]) == 1
    refused = capsys.readouterr().out
    assert "hipbot compare --accept-words" in refused and "patient_makes_small_talk.yml" in refused
    assert main(["compare", "--accept-words"]) == 0
    shown = capsys.readouterr().out
    assert "+ Nice of you to come." in shown and "greet: the answer reads otherwise" in shown
    assert main(["publish"]) == 0, capsys.readouterr().out
    kept = publish.published().current().answers().values()
    assert any("Nice of you to come." in answer["words"] for answer in kept)
    assert main(["rollback"]) == 0


def test_a_play_that_takes_another_course_cannot_be_accepted_away(copy, capsys):
    """`--accept-words` leaves a broken promise alone, and the gate stays shut."""
    play = copy / "tests/conversations/patient_makes_small_talk.yml"
    text = play.read_text("utf-8")
    play.write_text(re.sub(r"topic: \w+", "topic: book_appointment", text, count=1), "utf-8")
    broken = play.read_bytes()
    assert main(["compare", "--accept-words"]) == 0
    assert play.read_bytes() == broken
    assert main(["publish"]) == 1
    assert "should be topic book_appointment" in capsys.readouterr().out


def test_two_publishes_at_once(copy, capsys):
    """The second one is told so and changes nothing; the lock goes with whoever holds it, killed or not."""
    holder = "import sys, time\nfrom hipbot import publish\nwith publish.published().locked():\n    print('held', flush=True)\n    time.sleep(60)"
    environment = small_project.environment(copy)
    with subprocess.Popen([sys.executable, "-c", holder], env=environment, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        before = tree(copy)
        assert main(["publish"]) == 1 and main(["rollback"]) == 1
        assert "Somebody is publishing at this moment" in capsys.readouterr().err
        assert tree(copy) == before
        other.kill()
    assert main(["publish"]) == 0
    assert main(["rollback"]) == 0


def test_a_file_saved_meanwhile_is_not_published_untested(copy, monkeypatch, capsys):
    """What is published is what was tested, byte for byte."""
    before = publish.published().all()
    real = publish.Trial.reasons

    def reasons_and_an_edit(trial, *arguments):
        edit(copy, "content/chat/greet.yml", "answer: |\n  ", "answer: |\n  Untested words. ")
        return real(trial, *arguments)

    monkeypatch.setattr(publish.Trial, "reasons", reasons_and_an_edit)
    assert main(["publish"]) == 1
    assert "A file was saved while it was being tested" in capsys.readouterr().err
    assert publish.published().all() == before


def test_going_back_has_an_end(copy):
    """Without an earlier version, rollback says so and changes nothing."""
    while len(publish.published().all()) > 1:
        assert main(["rollback"]) == 0
    before = tree(copy)
    done = hipbot(copy, "rollback")
    assert done.returncode == 1 and "There is no earlier version" in done.stderr
    assert tree(copy) == before
