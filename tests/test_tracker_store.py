"""The tracker store: whole transcript in SQL, a window for Rasa, and a database that may fail."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, List

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from sqlalchemy import event
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError

from hipbot import project
from hipbot.server.tracker_store import IN_MEMORY, WINDOW, WindowedTrackerStore

SECRET = "zebrafinch"
SENDER = "anna"


@pytest.fixture(scope="module")
def domain():
    return Domain.from_file(str(project.ROOT / "domain.yml"))


@pytest.fixture
def store(domain, tmp_path):
    return WindowedTrackerStore(domain, db=str(tmp_path / "conversations.db"))


def wait(coroutine: Any) -> Any:
    return asyncio.get_event_loop_policy().new_event_loop().run_until_complete(coroutine)


def turn(store: WindowedTrackerStore, number: int, bubbles: int = 1, sender: str = SENDER, words: str = SECRET):
    """One turn as Rasa does it: fetch, add events, save."""
    tracker = wait(store.get_or_create_tracker(sender))
    parsed = {"intent": {"name": "faq", "confidence": 0.9}, "entities": [], "text": words}
    tracker.update_with_events(
        [
            UserUttered(f"{words} {number}", parsed["intent"], [], parsed, input_channel="rest"),
            ActionExecuted("action_reply"),
            *(BotUttered(f"answer {number}.{bubble}", {"custom": {"topic": "faq"}}) for bubble in range(bubbles)),
            SlotSet("memory", {"turns": number}),
            ActionExecuted("action_listen"),
        ],
        store.domain,
    )
    wait(store.save(tracker))


def talk(store: WindowedTrackerStore, turns: int, **more: Any) -> None:
    for number in range(1, turns + 1):
        turn(store, number, **more)


def fetch(store: WindowedTrackerStore, sender: str = SENDER):
    return wait(store.retrieve(sender))


def memory(store: WindowedTrackerStore, sender: str = SENDER) -> Any:
    return fetch(store, sender).get_slot("memory")


def execute(store: WindowedTrackerStore, statement: str) -> List[Any]:
    with store.engine.begin() as connection:
        found = connection.execute(sql(statement))
        return found.fetchall() if found.returns_rows else []


def messages_kept(store: WindowedTrackerStore) -> int:
    return execute(store, "select count(*) from events where type_name = 'user'")[0][0]


# the window --------------------------------------------------------------------------------------


def test_the_file_is_opened_once_for_many_turns(store):
    """Each opening costs a message some milliseconds."""
    opened = []
    event.listen(store.engine, "connect", lambda *_: opened.append(1))
    talk(store, 5)
    assert len(opened) == 1


def test_an_unknown_conversation_is_none(store):
    """Nothing is made up for a new patient."""
    assert fetch(store, "nobody") is None


def test_turn_sixty_costs_what_turn_ten_costs(store):
    """As many events are loaded after sixty turns as after ten, and no more than the window."""
    talk(store, 10)
    at_ten = len(fetch(store).events)
    talk(store, 50)
    assert len(fetch(store).events) == at_ten <= WINDOW + 1


@pytest.mark.parametrize("bubbles", [1, 3, 30])
def test_the_memory_is_always_there(store, bubbles):
    """Also where one turn alone is longer than the window."""
    for number in range(1, 13):
        turn(store, number, bubbles)
        assert memory(store) == {"turns": number}


def test_a_turn_without_memory_keeps_the_last(store):
    """Turns whose action failed set no slot: the memory before them still counts, however many they are."""
    turn(store, 1)
    for _ in range(10):
        tracker = fetch(store)
        tracker.update_with_events(
            [UserUttered("x"), ActionExecuted("action_reply"), BotUttered("sorry"), ActionExecuted("action_listen")],
            store.domain,
        )
        wait(store.save(tracker))
    assert memory(store) == {"turns": 1}


def test_words_that_look_like_an_event(store):
    """A patient who types `"event": "slot"` does not hide the memory."""
    turn(store, 1)
    for _ in range(10):
        tracker = fetch(store)
        tracker.update_with_events(
            [UserUttered('"event": "slot"'), BotUttered('{"event": "slot"}'), ActionExecuted("action_listen")],
            store.domain,
        )
        wait(store.save(tracker))
    assert memory(store) == {"turns": 1}


def test_the_whole_transcript_is_kept(store):
    """Nothing that was said is dropped, and nothing is stored twice."""
    talk(store, 60)
    texts = [row[0] for row in execute(store, "select data from events where type_name = 'user' order by id")]
    assert len(texts) == 60
    assert all(f"{SECRET} {number}" in text for number, text in enumerate(texts, 1))


def test_conversations_are_kept_apart(store):
    """One patient's memory is not another's."""
    turn(store, 1, sender="anna")
    turn(store, 9, sender="ben")
    assert (memory(store, "anna"), memory(store, "ben")) == ({"turns": 1}, {"turns": 9})


# events ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [
        UserUttered(
            "hello āe 🙂",
            {"name": "greet", "confidence": 0.9},
            [{"entity": "sport", "value": "golf"}],
            input_channel="rest",
        ),
        BotUttered(
            "line one\nline two", {"buttons": [{"title": "Next", "payload": "Next"}], "custom": {"topic": "greet"}}
        ),
        SlotSet("memory", {"turns": 3, "options": ["a", "b"]}),
        ActionExecuted("action_reply", policy="RulePolicy", confidence=1.0),
        SessionStarted(),
    ],
    ids=lambda event: event.type_name,
)
def test_events_come_back_as_they_went(store, event):
    """Type, content and time of each event survive the database."""
    tracker = wait(store.get_or_create_tracker(SENDER))
    tracker.update(event, store.domain)
    wait(store.save(tracker))
    came_back = list(fetch(store).events)[-1]
    assert type(came_back) is type(event)
    assert came_back.as_dict() == event.as_dict()


@pytest.mark.parametrize("text", ["", " ", "\x00", "🙂" * 1_000, "'; drop table events; --", "\u202eרטל", "{}", "null"])
def test_any_text_is_stored(store, text):
    """Words are data, whatever they look like."""
    turn(store, 1, words=text)
    assert any(isinstance(e, UserUttered) and e.text == f"{text} 1" for e in fetch(store).events)


def test_two_stores_on_one_file(domain, tmp_path):
    """A second process sees what the first has written, and goes on from there."""
    first, second = (WindowedTrackerStore(domain, db=str(tmp_path / "conversations.db")) for _ in range(2))
    turn(first, 1)
    assert memory(second) == {"turns": 1}
    turn(second, 2)
    turn(first, 3)
    assert memory(second) == {"turns": 3}
    assert messages_kept(first) == messages_kept(second) == 3


def test_a_restart_keeps_the_conversation(domain, tmp_path):
    """The server is stopped and started: the talk goes on."""
    turn(WindowedTrackerStore(domain, db=str(tmp_path / "conversations.db")), 1)
    assert memory(WindowedTrackerStore(domain, db=str(tmp_path / "conversations.db"))) == {"turns": 1}


def test_in_memory_keeps_nothing(domain):
    """`hipbot ask` leaves no file, and two such stores share nothing."""
    store = WindowedTrackerStore(domain, db=IN_MEMORY)
    turn(store, 1)
    assert memory(store) == {"turns": 1}
    assert fetch(WindowedTrackerStore(domain, db=IN_MEMORY)) is None


def test_the_folder_is_made(domain, tmp_path):
    """A first start needs no preparation."""
    WindowedTrackerStore(domain, db=str(tmp_path / "new" / "folder" / "conversations.db"))
    assert (tmp_path / "new" / "folder" / "conversations.db").is_file()


# a database that fails ---------------------------------------------------------------------------

REFUSE = "create trigger refuse before insert on events begin select raise(abort, 'disk full'); end"


def test_a_failing_write_loses_nothing(store):
    """While the database refuses, the talk goes on from memory; once it works, all of it is stored, once."""
    talk(store, 2)
    execute(store, REFUSE)
    for number in (3, 4, 5):
        turn(store, number)
        assert memory(store) == {"turns": number}
    assert messages_kept(store) == 2
    execute(store, "drop trigger refuse")
    turn(store, 6)
    assert memory(store) == {"turns": 6}
    assert messages_kept(store) == 6
    turn(store, 7)
    assert messages_kept(store) == 7


def test_a_missing_table_loses_nothing(store):
    """Neither read nor write for a while: the same."""
    talk(store, 2)
    execute(store, "alter table events rename to hidden")
    for number in (3, 4):
        turn(store, number)
        assert memory(store) == {"turns": number}
    execute(store, "alter table hidden rename to events")
    assert memory(store) == {"turns": 4}
    turn(store, 5)
    assert memory(store) == {"turns": 5}
    assert messages_kept(store) == 5


def test_a_long_failure_loses_nothing(store):
    """ "Whole transcript kept": ten turns while the database refuses are all stored afterwards."""
    execute(store, REFUSE)
    talk(store, 10)
    execute(store, "drop trigger refuse")
    turn(store, 11)
    assert messages_kept(store) == 11


def test_a_read_that_fails_once_loses_no_memory(store, monkeypatch):
    """A hiccup while reading does not make the bot forget what the patient has told it."""
    talk(store, 3)

    def refuse(sender_id):
        raise OperationalError("select", {}, Exception("locked"))

    with monkeypatch.context() as patched:
        patched.setattr(store, "_newest", refuse)
        tracker = wait(store.get_or_create_tracker(SENDER))
        tracker.update_with_events([UserUttered("x"), ActionExecuted("action_listen")], store.domain)
        wait(store.save(tracker))
        during = tracker.get_slot("memory")
    assert during == {"turns": 3}
    assert memory(store) == {"turns": 3}


@pytest.mark.parametrize("data", ["{", "null", '{"event": "from_the_future"}', '{"event": "user"}', "[]"])
def test_a_damaged_row_is_passed_over(store, data):
    """One unreadable event does not end a conversation."""
    turn(store, 1)
    execute(store, f"update events set data = '{data}' where id = (select max(id) from events where type_name = 'bot')")
    assert memory(store) == {"turns": 1}


@pytest.mark.parametrize(
    "statement",
    [REFUSE, "alter table events rename to hidden", "drop table events"],
    ids=["write", "hidden", "dropped"],
)
def test_the_log_quotes_no_words(store, statement, caplog, capfd):
    """SQL errors are logged by type and place; what the patient said stays out of log and terminal."""
    turn(store, 1)
    execute(store, statement)
    with caplog.at_level(logging.WARNING):
        turn(store, 2)
    assert "Tracker store cannot be" in caplog.text
    out, err = capfd.readouterr()
    assert SECRET not in caplog.text + out + err


def test_what_is_kept_meanwhile_is_bounded(store, monkeypatch):
    """A database that stays away does not fill the memory with conversations."""
    monkeypatch.setattr("hipbot.server.tracker_store.MOST_SPARE", 5)
    execute(store, REFUSE)
    for number in range(12):
        turn(store, 1, sender=f"patient {number}")
    assert len(store._spare) == 5
    assert memory(store, "patient 11") == {"turns": 1}
