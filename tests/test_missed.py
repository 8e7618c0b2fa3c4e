"""Missed messages: kept only where the clinic wants it, scrubbed first, grouped, shown with what would teach them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, List

import numpy as np
import pytest

from hipbot import check, project
from hipbot.check.files import Files
from hipbot.cli import missed as command
from hipbot.missed import groups
from hipbot.missed.keeper import Keeper, is_wanted
from hipbot.missed.store import DAY, KEEP_DAYS, NOT_UNDERSTOOD, UNHELPFUL, UNSURE, Missed, MissedStore
from hipbot.server.processor import InProcessAction
from tests.small_project import environment

NOW = 1_800_000_000.0
SECRET = "021 555 1234"


class Clinic:
    """A keeper with a clock and a switch."""

    def __init__(self, folder: Path) -> None:
        self.on, self.now, self.loaded = True, NOW, 0
        self.file = folder / "missed.db"
        self.store = MissedStore(self.file)
        self.keeper = Keeper(lambda: self.on, self.store, self._load, lambda: self.now)

    def _load(self) -> Any:
        from hipbot.privacy import scrubber

        self.loaded += 1
        return scrubber(project.ROOT, project.ENCODER_FOLDER / "tokenizer.json")

    def turn(self, text: str, topic: str, sender: str = "anna", likely: str = "faq/sitting") -> None:
        parsed = {"text": text, "topics": [{"name": likely, "confidence": 0.4}, {"name": "greet", "confidence": 0.1}]}
        self.keeper.heard(sender, parsed, {"topic": topic})
        self.keeper.settle()

    def kept(self) -> List[Missed]:
        self.keeper.settle()
        return self.store.all()


@pytest.fixture
def clinic(tmp_path) -> Clinic:
    return Clinic(tmp_path)


# keeping -----------------------------------------------------------------------------------------


def test_off_nothing_is_kept_and_nothing_loaded(clinic):
    """The setting as it comes: no file, no scrubber, no memory of a message."""
    clinic.on = False
    clinic.turn("do you treat children", "fallback")
    clinic.keeper.thumbs_down("anna", "fallback")
    assert clinic.kept() == [] and not clinic.file.exists() and clinic.loaded == 0
    clinic.on = True
    clinic.keeper.thumbs_down("anna", "fallback")
    assert clinic.kept() == [], "what was said while it was off is not remembered"


def test_not_understood_and_unsure_are_kept_answered_ones_not(clinic):
    """By the topic of the answer; with what the bot was nearest to."""
    clinic.turn("do you treat children", "fallback")
    clinic.turn("kids?", "clarify")
    clinic.turn("how often", "how_often")
    kept = {m.text: m for m in clinic.kept()}
    assert {text: m.why for text, m in kept.items()} == {"do you treat children": NOT_UNDERSTOOD, "kids?": UNSURE}
    assert kept["kids?"].topics == (("sitting", 0.4), ("greet", 0.1))


def test_a_thumbs_down_keeps_the_message_that_it_is_about(clinic):
    """It comes later than the turn, and about an answer."""
    clinic.turn("how often the lean back", "how_often")
    clinic.turn("and sitting", "sitting")
    clinic.keeper.thumbs_down("anna", "how_often")
    clinic.keeper.thumbs_down("anna", "evidence")
    clinic.keeper.thumbs_down("ben", "how_often")
    assert [(m.text, m.why) for m in clinic.kept()] == [("how often the lean back", UNHELPFUL)]


def test_what_identifies_somebody_never_reaches_the_disk(clinic):
    """Not in the file, not in its write-ahead log."""
    clinic.turn(f"my name is Hemi Walker, ring {SECRET} about the zorbing", "fallback")
    assert clinic.kept()[0].text == "my name is [name] [name], ring [phone number] about the [word]"
    written = b"".join(path.read_bytes() for path in clinic.file.parent.iterdir())
    assert b"[phone number]" in written
    assert not [secret for secret in (b"Hemi", b"Walker", SECRET.encode()) if secret in written]


def test_a_scrubber_that_fails_keeps_nothing_and_logs_no_word(clinic, monkeypatch, caplog):
    """Better no list than a leak."""

    def failing() -> Any:
        def scrub(text: str) -> str:
            raise ValueError(text)

        return scrub

    monkeypatch.setattr(clinic.keeper, "_load_scrubber", failing)
    clinic.turn(f"ring {SECRET}", "fallback")
    assert clinic.kept() == []
    assert "was not kept: ValueError at" in caplog.text and SECRET not in caplog.text


def test_they_go_after_thirty_days_and_with_the_conversation(clinic):
    """As conversations do; what is deleted is overwritten."""
    clinic.turn("one old message", "fallback")
    clinic.now += KEEP_DAYS * DAY + 1
    clinic.turn("one message of hers", "fallback")
    clinic.turn("one message of his", "fallback", sender="ben")
    assert {m.text for m in clinic.kept()} == {"one message of hers", "one message of his"}
    clinic.keeper.forget("anna")
    assert {m.text for m in clinic.kept()} == {"one message of his"}
    clinic.keeper.thumbs_down("anna", "fallback")
    assert len(clinic.kept()) == 1
    assert b"one old" not in clinic.file.read_bytes() and b"of hers" not in clinic.file.read_bytes()


def test_the_server_hands_over_answered_turns_and_no_apologies(bot, new_talk):
    """At the one seam: conversation, what was read, the payload."""
    processor, heard = bot._agent.processor, []
    action = InProcessAction(processor._ours["action_reply"]._action, lambda *turn: heard.append(turn))
    kept, processor._ours = processor._ours, {"action_reply": action}
    try:
        talk = new_talk()
        talk.say("?!")
        action._action = type("Failing", (), {"name": lambda self: "action_reply", "run": lambda *_: 1 / 0})()
        talk.say("hello")
    finally:
        processor._ours = kept
    [(sender, parsed, payload)] = heard
    assert (sender, parsed["text"], payload["topic"]) == (talk.sender, "?!", "fallback")


# the setting -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("privacy:\n  keep_missed_messages: true\n", True),
        ("privacy:\n  keep_missed_messages: false\n", False),
        ('privacy:\n  keep_missed_messages: "true"\n', False),
        ("privacy:\n  keep_missed_messages: 1\n", False),
        ("privacy: true\n", False),
        ("city: Hamilton\n", False),
        ("\tnot yaml", False),
        ("", False),
    ],
)
def test_only_a_plain_true_switches_it_on(tmp_path, text, wanted):
    """Whatever else stands there, or cannot be read: off."""
    (tmp_path / "clinic.yml").write_text(text, "utf-8")
    assert is_wanted(tmp_path / "clinic.yml") is wanted
    assert is_wanted(tmp_path / "nowhere.yml") is False


def test_it_comes_switched_off():
    """In the repository."""
    assert is_wanted(project.ROOT / "clinic.yml") is False


@pytest.mark.slow
def test_check_reads_the_setting():
    """Anything but true or false is a fault; true is told, since it needs a privacy notice."""
    real = (project.ROOT / "clinic.yml").read_text("utf-8")

    def faults(value: str) -> List[str]:
        text = real.replace("keep_missed_messages: false", f"keep_missed_messages: {value}")
        files = Files(project.ROOT, {"clinic.yml": text.encode()})
        return [str(f) for f in check.check(files, likeness=False).faults if f.file == "clinic.yml"]

    assert faults("false") == []
    assert any("Write true or false, without quotes." in fault for fault in faults('"yes please"'))
    assert any("warning: missed messages are stored" in fault for fault in faults("true"))


# the list ----------------------------------------------------------------------------------------

MISSED = [
    *[Missed("do you treat children", NOT_UNDERSTOOD, (("health_out_of_scope", 0.3),), int(NOW))] * 3,
    Missed("do you see kids at the clinic", UNSURE, (("clinic_info", 0.2), ("health_out_of_scope", 0.25)), int(NOW)),
    Missed("can i bring my child", UNHELPFUL, (("health_out_of_scope", 0.3),), int(NOW)),
    Missed("is there parking at the clinic", NOT_UNDERSTOOD, (("clinic_info", 0.5),), int(NOW)),
    Missed("where can I park my car", NOT_UNDERSTOOD, (("clinic_info", 0.4),), int(NOW)),
    Missed("[name] said something about [word]", NOT_UNDERSTOOD, (("gone_topic", 0.9),), int(NOW)),
]
KNOWN = {"health_out_of_scope", "clinic_info"}


@pytest.fixture(scope="module")
def found() -> List[groups.Group]:
    from hipbot.language.minilm import shared_encoder

    return groups.grouped(MISSED, shared_encoder().encode, KNOWN)


def test_alike_ones_are_together_most_frequent_first(found):
    """Children, parking, and what fits nowhere; counts by message, not by wording."""
    assert [(group.messages, group.topic) for group in found] == [
        (5, "health_out_of_scope"),
        (2, "clinic_info"),
        (1, None),
    ]
    assert found[0].texts[0] == "do you treat children"
    assert found[0].why == {NOT_UNDERSTOOD: 3, UNSURE: 1, UNHELPFUL: 1}
    assert found[2].example is None, "nothing personal is ever taught"


def test_nothing_and_one_message():
    """The ends of the list."""
    assert groups.grouped([], lambda texts: np.zeros((0, 2)), KNOWN) == []
    [only] = groups.grouped(MISSED[:1], lambda texts: np.ones((1, 2)), KNOWN)
    assert only.example == "do you treat children"


def test_each_group_comes_with_the_command_that_teaches_it(found):
    """To be copied into the terminal."""
    shown = command.as_text(found)
    assert f'-> hipbot add "{found[0].example}" --to health_out_of_scope' in shown
    assert "8 messages in 3 groups, most frequent first." in shown
    assert "5 messages (not understood 3, unsure 1, thumbs down 1)" in shown
    assert "(nothing to teach:" in shown


@pytest.mark.parametrize(
    "text", ["do you treat kids", "what's up", 'say "hi"', "costs $5", "a `b` c", "wow!", "back\\slash"]
)
def test_the_command_is_safe_to_copy(text):
    """The shell hands over exactly the message."""
    echoed = subprocess.run(["bash", "-c", f"printf %s {command.quoted(text)}"], capture_output=True, text=True)
    assert echoed.stdout == text


@pytest.mark.slow
def test_the_command_line(tmp_path):
    """Off: how to switch it on. On and empty: so. With messages: the groups; taught ones are gone from them."""
    for name in ("data", "hipbot", "content", "actions"):
        (tmp_path / name).symlink_to(project.ROOT / name)
    (tmp_path / ".hipbot").mkdir()
    (tmp_path / ".hipbot" / "encoder").symlink_to(project.ENCODER_FOLDER)
    clinic = (project.ROOT / "clinic.yml").read_text("utf-8")
    (tmp_path / "clinic.yml").write_text(clinic, "utf-8")

    def missed() -> str:
        line = [sys.executable, "-m", "hipbot.cli.main", "missed"]
        done = subprocess.run(
            line, env=environment(tmp_path), cwd=tmp_path, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "keep_missed_messages: true" in missed() and "privacy notice" in missed()
    (tmp_path / "clinic.yml").write_text(clinic.replace("messages: false", "messages: true"), "utf-8")
    assert "Nothing was missed in the last 30 days." in missed()
    store = MissedStore(tmp_path / ".hipbot" / "missed.db")
    import time

    for message in MISSED:
        store.add("anna", Missed(message.text, message.why, message.topics, int(time.time())))
    store.add("anna", Missed("Why are my hip flexors always tight??", UNSURE, (("why_tight", 0.2),), int(time.time())))
    shown = missed()
    assert shown.startswith("8 messages in 3 groups") and "always tight" not in shown
    assert 'hipbot add "do you' in shown
