"""Forgetting and feedback, seen in the SQLite files themselves."""

from __future__ import annotations

import asyncio
import json
import socket
import sqlite3
import threading
import time
from typing import Any, List

import pytest
from sqlalchemy.exc import OperationalError

from hipbot.channel.retention import DAY, purge, purge_daily
from tests.channel import HOST, PATIENCE, WEBSITE, Served, served, standing  # noqa: F401 - fixtures

WORDS = "zebrafinch"


# forgetting --------------------------------------------------------------------------------------


def bytes_on_disk(served: Served) -> bytes:
    """All that the files hold, free pages and write-ahead log included."""
    folder = served.database.parent
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.db*")))


def senders(served: Served) -> List[str]:
    with sqlite3.connect(served.database) as connection:
        return [row[0] for row in connection.execute("select distinct sender_id from events")]


def test_delete_really_deletes(served):
    """No row, no byte, no memory, no answer for a retry, no feedback; the neighbour's stay."""
    mine, other = served.begin(), served.begin()
    served.say(mine, WORDS)
    served.say(other, "goldcrest")
    given = {"answer": "how_often", "helpful": False, "words": WORDS, "words_may_be_kept": True}
    assert served.post(mine, given, to="feedback").status == 204
    (me, _), (neighbour, _) = served.script.heard
    assert WORDS.encode() in bytes_on_disk(served) and me in served.store._recent
    assert served.delete(mine).status == 204
    left = bytes_on_disk(served)
    assert WORDS.encode() not in left and me.encode() not in left
    assert b"goldcrest" in left and neighbour in senders(served)
    assert me not in served.store._recent and me not in served.store._spare
    assert not [key for key in served.channel._turns._turns if key[0] == me]


def test_delete_stops_what_is_being_answered(served):
    """A late answer would write the conversation anew."""
    waits, begun = threading.Event(), threading.Event()

    async def play(message: Any) -> None:
        begun.set()
        await asyncio.get_running_loop().run_in_executor(None, waits.wait, PATIENCE)
        served.script.play = None
        await served.script.handle_message(message)

    served.script.play = play
    token, got = served.begin(), []
    thread = threading.Thread(target=lambda: got.append(served.say(token, WORDS)))
    thread.start()
    assert begun.wait(PATIENCE)
    assert served.delete(token).status == 204
    waits.set()
    thread.join(PATIENCE)
    assert got[0].lines[-1]["type"] == "error"
    assert WORDS.encode() not in bytes_on_disk(served)


def test_a_message_whose_body_comes_after_the_delete(served):
    """Its head was in time; all the same the conversation is over."""
    token, body = served.begin(), json.dumps({"text": WORDS}).encode()
    lines = [f"POST {WEBSITE}/messages HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", "Content-Type: application/json",
             "Idempotency-Key: key-of-a-test", f"Content-Length: {len(body)}", "Expect: 100-continue", "Connection: close"]  # fmt: skip
    with socket.create_connection((HOST, served.port), timeout=PATIENCE) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        assert b"100 Continue" in connection.recv(1_000)  # the server has read the head and waits for the body
        assert served.delete(token).status == 204
        connection.sendall(body)
        assert connection.recv(1_000).startswith(b"HTTP/1.1 410")
    assert not served.script.heard


def test_delete_that_fails_says_so(served, monkeypatch):
    """Never a 204 while something is left."""
    token = served.begin()
    served.say(token, WORDS)

    def stuck(*_: Any) -> None:
        raise OperationalError("delete", {}, Exception("disk failure"))

    with monkeypatch.context() as patched:
        patched.setattr(served.store, "_delete_rows", stuck)
        answer = served.delete(token)
    assert answer.status == 500 and answer.json["error"] == served.facts.say("website_not_deleted")
    assert served.delete(token).status == 204
    assert WORDS.encode() not in bytes_on_disk(served)


def test_old_conversations_go(tmp_path):
    """Whose last message is 30 days old, in file and memory, with their feedback; younger ones stay whole."""
    served, now = Served(tmp_path), time.time()
    served.clock.now = now
    try:
        for word in ("goldcrest", "firecrest"):
            token = served.begin()
            for key in ("key-number-1", "key-number-2"):
                served.say(token, word, key)
            given = {"answer": "how_often", "helpful": True, "words": word, "words_may_be_kept": True}
            assert served.post(token, given, to="feedback").status == 204
        old, young = dict.fromkeys(sender for sender, _ in served.script.heard)
        with sqlite3.connect(served.database) as events, sqlite3.connect(tmp_path / "feedback.db") as feedback:
            events.execute("update events set timestamp = ? where sender_id = ?", (now - 31 * DAY, old))
            events.execute("update events set timestamp = ? where sender_id = ?", (now - 29 * DAY, young))
            events.execute("update events set timestamp = ? where id = (select min(id) from events where sender_id = ?)", (now - 40 * DAY, young))
            feedback.execute("update feedback set at = ? where conversation = ?", (now - 31 * DAY, old))
        assert bytes_on_disk(served).count(b"goldcrest") >= 3
        purge(served.store, served.feedback, 30, now)
        left = bytes_on_disk(served)
        assert b"goldcrest" not in left and old.encode() not in left
        assert left.count(b"firecrest") >= 3 and senders(served) == [young]
    finally:
        served.stop()


def test_memory_of_old_conversations_goes_too(served):
    """What a failing database left in memory only."""
    served.say(served.begin(), WORDS)
    ((sender, _),) = served.script.heard
    recent = served.store._recent[sender]
    served.store.delete_before(max(event.timestamp for event in recent) + 1)
    assert sender not in served.store._recent and sender not in senders(served)


def test_purging_goes_on_after_a_failure(monkeypatch, caplog):
    """At the start and every day; a full disk today does not end it."""
    done: List[float] = []

    def failing(*_: Any) -> None:
        done.append(1)
        raise OSError("disk full")

    async def no_night(seconds: float) -> None:
        assert seconds == DAY
        if len(done) == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr("hipbot.channel.retention.purge", failing)
    monkeypatch.setattr("hipbot.channel.retention.asyncio.sleep", no_night)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(purge_daily(None, None, 30))
    assert len(done) == 3 and "could not be deleted" in caplog.text


# feedback ----------------------------------------------------------------------------------------


def rows(served: Served) -> List[Any]:
    with sqlite3.connect(served.database.parent / "feedback.db") as connection:
        found = connection.execute("select answer, topic, helpful, reason, words from feedback order by rowid").fetchall()
        connection.execute("delete from feedback")
    return found


def test_thumbs(served):
    """Topic and answer, perhaps a reason; words with consent only; the last thumb counts."""
    rows(served)
    token = served.begin()
    for given in (
        {"answer": "how_often:lean_back", "helpful": True},
        {"answer": "how_often:lean_back", "helpful": False, "reason": "unclear"},
        {"answer": "sitting", "helpful": False, "words": WORDS, "words_may_be_kept": True},
        {"answer": "evidence", "helpful": True, "words": "", "words_may_be_kept": False},
    ):
        assert served.post(token, given, to="feedback").status == 204
    refused = served.post(token, {"answer": "pelvic_tilt", "helpful": False, "words": WORDS}, to="feedback")
    assert refused.status == 400
    assert rows(served) == [
        ("how_often:lean_back", "how_often", 0, "unclear", None),
        ("sitting", "sitting", 0, None, WORDS),
        ("evidence", "evidence", 1, None, None),
    ]


@pytest.mark.parametrize("answer", ["", "nothing", "greet", "how_often:", "how_often:headstand", ":lean_back", "how_often\n", "'; drop table"])
def test_feedback_on_nothing(served, answer):
    """Only answers of ours: the store is no place to write to."""
    rows(served)
    assert served.post(served.begin(), {"answer": answer, "helpful": True}, to="feedback").status == 400
    assert rows(served) == []
