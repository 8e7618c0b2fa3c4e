"""`hipbot ask`: one JSON line in, one out, in order, and nothing else on standard output."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from hipbot import project, training
from hipbot.cli import ask

KEYS = {"topic", "exercise", "care", "options", "sources", "reviewed"}
WRONG = {
    "no json": "this is no JSON",
    "half": '{"sender": "a"',
    "a list": '["a", "b"]',
    "a text": '"how often?"',
    "null": "null",
    "no sender": '{"message": "hi"}',
    "empty sender": '{"sender": "  ", "message": "hi"}',
    "sender a number": '{"sender": 7, "message": "hi"}',
    "no message": '{"sender": "a"}',
    "message null": '{"sender": "a", "message": null}',
    "message a list": '{"sender": "a", "message": ["hi"]}',
    "brackets": "[" * 50_000,
}


class Echo:
    """A bot that says back what it hears."""

    async def answer(self, sender, text):
        return [{"recipient_id": sender, "text": text}]


def answer(monkeypatch, lines: bytes, bot=None):
    """(exit code, turns) of `hipbot ask` with these lines."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(lines)))
    out = io.StringIO()
    code = asyncio.new_event_loop().run_until_complete(ask._answer_lines(bot or Echo(), out))
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def line(sender, message) -> bytes:
    return json.dumps({"sender": sender, "message": message}).encode() + b"\n"


def test_one_line_for_each_in_order(monkeypatch):
    """As many turns as lines, in the order asked, with what was asked."""
    code, turns = answer(monkeypatch, b"".join(line(f"s{n % 3}", f"message {n}") for n in range(50)))
    assert code == 0
    assert [(t["sender"], t["message"]) for t in turns] == [(f"s{n % 3}", f"message {n}") for n in range(50)]
    assert all(set(t) == {"sender", "message", "messages"} for t in turns)
    assert all(t["messages"][0]["text"] == t["message"] for t in turns)


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_line_is_named_and_the_rest_answered(monkeypatch, wrong):
    """Line number and what to write; exit code 1; the lines round it are answered."""
    code, turns = answer(monkeypatch, line("a", "one") + wrong.encode() + b"\n" + line("a", "three"))
    assert code == 1
    assert len(turns) == 3
    assert turns[1]["error"].startswith("line 2: ") and '"sender"' in turns[1]["error"]
    assert turns[1]["messages"] == []
    assert turns[0]["messages"][0]["text"] == "one" and turns[2]["messages"][0]["text"] == "three"


def test_blank_lines_are_passed_over_and_counted(monkeypatch):
    """The number named is that of the editor."""
    code, turns = answer(monkeypatch, b"\n   \n" + line("a", "x") + b"\nwrong\n")
    assert code == 1 and len(turns) == 2
    assert turns[1]["error"].startswith("line 5: ")


@pytest.mark.parametrize(
    "message",
    ["", "āe 🙂", "\x00", "\ud83d", "line\nbreak", "x" * 100_000],
    ids=["empty", "letters", "nul", "half", "break", "long"],
)
def test_any_text_goes_through(monkeypatch, message):
    """A text is a text; each turn stays on one line."""
    code, turns = answer(monkeypatch, line("a", message))
    assert code == 0 and [turn["message"] for turn in turns] == [message]


def test_bytes_that_are_no_utf8_are_read(monkeypatch):
    """A file of another encoding loses letters, not lines."""
    code, turns = answer(monkeypatch, b'{"sender": "a", "message": "caf\xe9"}\n')
    assert code == 0 and turns[0]["message"].startswith("caf")


def test_no_lines_no_answers(monkeypatch):
    """An empty file is no fault."""
    assert answer(monkeypatch, b"") == (0, [])


def hipbot(*arguments: str, lines: bytes = b"") -> subprocess.CompletedProcess:
    """The real command line, in a process of its own."""
    training.ensure_model()  # or the process would learn first
    environment = {**os.environ, "PYTHONPATH": str(project.ROOT)}
    command = [sys.executable, "-m", "hipbot.cli.main", *arguments]
    return subprocess.run(command, input=lines, capture_output=True, env=environment, timeout=180)


@pytest.mark.slow
def test_the_real_command_line():
    """Conversations by sender, order kept, wrong lines named, exit code 1, and only JSON on standard output."""
    lines = line("anna", "How do I do the kneeling stretch?") + line("ben", "hello") + b"wrong\n"
    lines += line("anna", "how often?") + line("ben", "/restart") + line("cara", "I'm numb between my legs")
    done = hipbot("ask", lines=lines)
    turns = [json.loads(answered) for answered in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [turn["sender"] for turn in turns] == ["anna", "ben", None, "anna", "ben", "cara"]
    assert turns[2]["error"].startswith("line 3: ")
    payloads = [[m["custom"] for m in turn["messages"] if "custom" in m] for turn in turns]
    assert [len(found) for found in payloads] == [1, 1, 0, 1, 1, 1]
    assert all(set(found[0]) == KEYS for found in payloads if found)
    assert (payloads[3][0]["topic"], payloads[3][0]["exercise"]) == ("how_often", "kneeling_stretch")
    assert payloads[5][0]["care"] == "emergency"
    assert b"numb" not in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.slow
def test_one_message_in_plain_words(library):
    """`hipbot ask where are you`: the answer to read, exit code 0."""
    done = hipbot("ask", "what", "is", "your", "phone", "number?")
    assert done.returncode == 0
    assert library.facts()["phone"] in done.stdout.decode()
    assert b"{" not in done.stdout
