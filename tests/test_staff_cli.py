"""`hipbot new`, `add` and `try` as staff use them: through the command line, in a copy of the project."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from hipbot import check, project, training
from hipbot.check import nlu
from hipbot.check.files import Files
from hipbot.cli import try_
from hipbot.staff import faq as faqs
from hipbot.staff.trial import trial
from tests.copies import copy_project, environment, hipbot, snapshot

NLU = "data/nlu.yml"
PATIENCE = 120  # seconds; loading the sentence encoder takes a few, more on a busy machine


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_project(tmp_path)


def readable(file: int, seconds: float) -> bool:
    """Whether there is something to read, or its end; `select.select` takes no file above 1,023, and a long run has as many open."""
    waiting = select.poll()
    waiting.register(file, select.POLLIN)
    return bool(waiting.poll(seconds * 1_000))


class Terminal:
    """Somebody at a terminal: types when asked, sees what is shown."""

    def __init__(self, root: Path, *words: str) -> None:
        self._screen, inside = pty.openpty()
        command = [sys.executable, "-m", "hipbot.cli.main", *words]
        self._process = subprocess.Popen(
            command, stdin=inside, stdout=inside, stderr=inside, env=environment(root), cwd=project.ROOT,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl-C reaches it
        )  # fmt: skip
        os.close(inside)
        self.shown, self._seen = "", 0

    def until(self, words: str) -> None:
        """Wait for words that have not been waited for yet."""
        end = time.monotonic() + PATIENCE
        while words not in self.shown[self._seen :]:
            assert time.monotonic() < end, f"{words!r} never came:\n{self.shown}"
            if readable(self._screen, 1):
                try:
                    self.shown += os.read(self._screen, 4096).decode("utf-8", "replace")
                except OSError:  # the other end is closed
                    assert words in self.shown[self._seen :], f"{words!r} never came:\n{self.shown}"
        self._seen = self.shown.index(words, self._seen) + len(words)

    def types(self, asked: str, said: str) -> None:
        self.until(asked)
        os.write(self._screen, f"{said}\n".encode())

    def presses_ctrl_c(self) -> None:
        """Again after a while, as people do: readline misses one that comes while it is only drawing the prompt."""
        for _ in range(12):
            os.write(self._screen, b"\x03")
            try:
                self._process.wait(5)
                return
            except subprocess.TimeoutExpired:
                pass

    def leaves(self) -> int:
        """The exit code, with all that was shown until then."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            gone = self._process.poll() is not None
            try:
                while readable(self._screen, 0.2):
                    self.shown += os.read(self._screen, 4096).decode("utf-8", "replace")
            except OSError:  # the other end is closed
                pass
            if gone:
                return self._process.returncode
        self._process.kill()
        raise AssertionError(f"it did not end:\n{self.shown}")


QUESTIONS = [
    ("Question:", "Do you treat children?"),
    ("Name:", ""),
    ("full stop `.`):", "Yes. Children are welcome."),
    ("", "."),
    ("Write it again?", ""),
    ("Source:", ""),
    ("who at the clinic says so:", "Anna"),
    ("1.", "do you treat children"),
    ("2.", "can I bring my daughter to the clinic"),
    ("3.", "are kids allowed as patients"),
]


def asked_up_to(terminal: Terminal, count: int) -> None:
    for asked, said in QUESTIONS[:count]:
        terminal.types(asked, said)


@pytest.mark.slow
@pytest.mark.parametrize("count, waits_for", [(0, "Question:"), (3, ""), (9, "3."), (10, "4.")])
def test_ctrl_c_anywhere_leaves_all_as_it_was(root, count, waits_for):
    """In the question, in the middle of the answer, among the messages: no file changes, none is left over."""
    before = snapshot(root)
    terminal = Terminal(root, "new", "faq")
    asked_up_to(terminal, count)
    terminal.until(waits_for)
    terminal.presses_ctrl_c()
    assert terminal.leaves() == 130
    assert "Traceback" not in terminal.shown and "Stopped." in terminal.shown
    assert snapshot(root) == before


@pytest.mark.slow
def test_somebody_edits_the_same_file_meanwhile(root):
    """A colleague saves data/nlu.yml in an editor while the questions are asked: both edits are there."""
    terminal = Terminal(root, "new", "faq")
    asked_up_to(terminal, 10)
    raw = (root / NLU).read_text("utf-8")
    theirs = "    - is it because of the winter that my hips are so stiff\n"
    head = "- intent: faq/why_tight\n  examples: |\n"
    (root / NLU).write_text(raw.replace(head, head + theirs), "utf-8")
    more = ("an osteopath for youngsters?", "do u see kids", "would you look at a toddler",
            "how young can patients be with you", "is my boy welcome as a patient")  # fmt: skip
    for n, said in enumerate(more, 4):
        terminal.types(f"{n}.", said)
    for asked, said in (("9.", ""), ("Next:", ""), ("Write it?", "y")):
        terminal.types(asked, said)
    assert terminal.leaves() == 0, terminal.shown
    now = (root / NLU).read_text("utf-8")
    assert theirs in now and "- intent: faq/treat_children" in now
    assert (root / "content/faq/treat_children.yml").is_file()
    assert not check.check(Files(root), likeness=False).of(check.FAULT)


@pytest.mark.slow
def test_two_add_at_the_same_time(root):
    """Three colleagues press Enter at once: three lines more, none lost."""
    said = [
        "is my gaming chair to blame",
        "does the tractor seat do that to me",
        "my office stool has wrecked my hips, has it",
    ]
    command = [sys.executable, "-m", "hipbot.cli.main", "add"]
    running = [
        subprocess.Popen(
            [*command, words, "--to", "sitting"],
            env=environment(root),
            cwd=project.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for words in said
    ]
    shown = [process.communicate(timeout=PATIENCE)[0].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], shown
    taught = [e.text for e in nlu.read(Files(root).document(NLU)).topics["faq/sitting"]]
    assert sorted(taught[-3:]) == sorted(said)


@pytest.mark.slow
def test_add_says_what_it_did_and_what_it_did_not(root):
    """Exit code and words for both; a script is never asked, so a warning sign is refused there."""
    done = hipbot(root, "add", "is my gaming chair to blame", "--to", "sitting")
    assert done.returncode == 0 and re.search(r"Written into data/nlu.yml:\d+, topic faq/sitting", done.stdout), done
    before = snapshot(root)
    done = hipbot(root, "add", "cannot pee and my saddle area is numb", "--to", "sitting")
    assert done.returncode == 1 and "raises a warning sign" in done.stdout, done
    assert snapshot(root) == before


@pytest.mark.slow
def test_a_warning_sign_at_a_terminal_is_asked_about(root):
    """Enter alone means no."""
    before = snapshot(root)
    terminal = Terminal(root, "add", "cannot pee and my saddle area is numb", "--to", "sitting")
    terminal.types("Teach it all the same?", "")
    assert terminal.leaves() == 1 and snapshot(root) == before


@pytest.mark.slow
def test_a_new_faq_from_a_file(root, tmp_path):
    """The printed example, saved and given back; the second time it is refused, and says why."""
    example = hipbot(root, "new", "faq", "--example")
    assert example.stdout == faqs.EXAMPLE
    file = tmp_path / "answers.yml"
    file.write_text(example.stdout, "utf-8")
    done = hipbot(root, "new", "faq", "--from", str(file))
    assert done.returncode == 0 and "content/faq/treat_children.yml:1" in done.stdout, done
    before = snapshot(root)
    done = hipbot(root, "new", "faq", "--from", str(file))
    assert done.returncode == 1 and "another topic has it already" in done.stdout
    assert snapshot(root) == before


def test_input_that_ends_writes_nothing(root):
    """Ctrl-D, or a file that is too short."""
    before = snapshot(root)
    done = hipbot(root, "new", "faq", typed="Do you treat children?\n\nYes.\n")
    assert done.returncode == 1 and "Nothing was written" in done.stderr
    assert snapshot(root) == before


# try ---------------------------------------------------------------------------------------------

SCREENS = {
    "a clear question": ("is my gaming chair to blame for my stiff hips",
        ["answers from sitting", "faq/sitting", "no warning sign", "data/nlu.yml:"]),
    "two questions": ("how often should i do the lean back and is it ok with a bad back?",
        ["Split into", "1. how often", "exercise: lean_back"]),
    "a warning sign": ("my back is sore and i have gone numb between my legs",
        ["sends the patient to help first", "cauda equina signs: emergency", '"numb between my legs"',
         "Please call 111", "Classifier    cauda equina signs ", "data/red_flags.yml:"]),
    "a warning sign that no pattern knows": ("the whole of my left side went floppy and my mouth wont work",
        ["Safety        chest: emergency", "Patterns      no warning sign", "Classifier    chest "]),
    "words that do not say enough": ("next", ["asks back"]),
    "no words": ("...", ["asks back"]),
    "several lines of a long message": ("so my hips " + "are very very tight " * 30, ["Topic", "The patient sees"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Path:
    return training.ensure_model()


@pytest.mark.slow
@pytest.mark.parametrize("message, words", SCREENS.values(), ids=SCREENS.keys())
def test_try_on_one_screen(model, message, words, monkeypatch):
    """What was understood and why, in 80 columns, without colour where it is no terminal."""
    monkeypatch.setenv("COLUMNS", "200")
    shown = try_.as_text(trial(project.ROOT, model, message))
    for part in words:
        assert part in " ".join(shown.split()) or part in shown, shown
    assert max(map(len, shown.split("The patient sees")[0].splitlines())) <= 80
    assert "\x1b" not in shown


@pytest.mark.slow
def test_try_shows_what_came_of_patterns_and_classifier(model):
    """Patterns alone, the classifier's best three with their confidence, and the finding that the bot acts on."""
    tried = trial(project.ROOT, model, "the whole of my left side went floppy and my mouth wont work")
    assert (tried.finding.flag, tried.decided.flag, tried.decided.level) == (None, "chest", "emergency")
    assert len(tried.red_flags) == 3 and tried.red_flags[0][1] >= tried.red_flags[1][1] and "/" not in tried.red_flags[0][0]
    rows = {row[:14].strip(): row[14:] for row in try_.as_text(tried).splitlines()}
    assert rows["Classifier"].startswith(f"{tried.red_flags[0][0].replace('_', ' ')} {tried.red_flags[0][1]:.0%}")
    assert rows["Safety"] == try_._said(tried.decided) and rows["Patterns"] == try_._said(tried.finding)


@pytest.mark.slow
def test_try_is_honest_about_asking_back(model):
    """An unsure reading says so, with the limit that config.yml has."""
    tried = trial(project.ROOT, model, "is it me or the chair or the running")
    assert f"threshold: {tried.threshold}\n" in (project.ROOT / "config.yml").read_text("utf-8")
    assert not tried.sure and tried.asked_back
    assert "asks back: it is not sure enough" in " ".join(try_.as_text(tried).split())
    sure = trial(project.ROOT, model, "how often should i do the kneeling stretch")
    assert sure.sure and not sure.asked_back and sure.answered == "how_often"
    assert 0.9 < sure.topics[0][1] <= 1 and sure.near[0].example.topic == "faq/how_often"


@pytest.mark.slow
def test_try_through_the_command_line():
    """The verb is `try`, the message may come without quotes."""
    done = hipbot(project.ROOT, "try", "is", "sitting", "bad", "for", "me")
    assert done.returncode == 0, done.stderr
    assert "faq/sitting" in done.stdout and "The patient sees" in done.stdout
