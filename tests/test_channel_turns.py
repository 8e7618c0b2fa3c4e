"""Turns: answered once, one at a time, told again to whoever asks again in time. The clock is the test's own."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, List

import pytest

from hipbot.channel import turns as module
from hipbot.channel.turns import KEPT, Busy, OtherMessage, Turn, Turns
from tests.channel import Clock

FAILURE = {"type": "error", "text": "call the clinic"}
SECRET = "zebrafinch"


class Talk:
    """Turns with an answer that waits to be let go."""

    def __init__(self) -> None:
        self.clock, self.answers = Clock(), 0
        self.turns = Turns(self.clock, lambda: FAILURE)
        self.gate = asyncio.Event()

    async def at_once(self, turn: Turn) -> None:
        self.answers += 1
        turn.send({"type": "message", "text": f"answer {self.answers}"})

    async def slowly(self, turn: Turn) -> None:
        self.answers += 1
        turn.send({"type": "message", "text": "first"})
        await self.gate.wait()
        turn.send({"type": "message", "text": "last"})

    def turn(self, answer: Any, key: str = "key", conversation: str = "anna", message: bytes = b"m") -> Turn:
        return self.turns.turn(conversation, key, message, answer)


async def told(turn: Turn) -> List[str]:
    """Texts and ends, as a client reads them."""
    lines = [json.loads(line) async for line in turn.lines()]
    return [line.get("text") or line["type"] for line in lines]


def run(test: Any) -> None:
    asyncio.run(asyncio.wait_for(test(Talk()), 10))


def test_an_answer_and_its_end():
    async def test(talk: Talk) -> None:
        assert await told(talk.turn(talk.at_once)) == ["answer 1", "end"]

    run(test)


def test_lines_are_told_as_they_come():
    """The first bubble is with the client before the last is made."""

    async def test(talk: Talk) -> None:
        lines = talk.turn(talk.slowly).lines()
        assert b"first" in await lines.__anext__()
        talk.gate.set()
        assert [json.loads(line).get("text") async for line in lines] == ["last", None]

    run(test)


def test_the_same_key_at_the_same_time_is_the_same_turn():
    """Two requests in flight, one answer, both hear all of it."""

    async def test(talk: Talk) -> None:
        both = [asyncio.ensure_future(told(talk.turn(talk.slowly))) for _ in range(2)]
        await asyncio.sleep(0)
        late = asyncio.ensure_future(told(talk.turn(talk.slowly)))
        talk.gate.set()
        assert await asyncio.gather(*both, late) == [["first", "last", "end"]] * 3
        assert talk.answers == 1

    run(test)


def test_the_same_key_later_is_the_same_answer():
    """Up to ten minutes; then it would be a new message."""

    async def test(talk: Talk) -> None:
        await told(talk.turn(talk.at_once))
        talk.clock.now += KEPT - 1
        assert await told(talk.turn(talk.at_once)) == ["answer 1", "end"]
        talk.clock.now += 2
        assert await told(talk.turn(talk.at_once)) == ["answer 2", "end"]

    run(test)


def test_a_client_that_has_gone_changes_nothing():
    """The connection breaks after the first bubble; asked again, the turn is told from its beginning."""

    async def test(talk: Talk) -> None:
        gone = asyncio.ensure_future(told(talk.turn(talk.slowly)))
        await asyncio.sleep(0)
        gone.cancel()
        talk.gate.set()
        assert await told(talk.turn(talk.slowly)) == ["first", "last", "end"]
        assert talk.answers == 1

    run(test)


def test_a_key_belongs_to_its_message_and_its_conversation():
    async def test(talk: Talk) -> None:
        await told(talk.turn(talk.at_once))
        with pytest.raises(OtherMessage):
            talk.turn(talk.at_once, message=b"other")
        assert await told(talk.turn(talk.at_once, conversation="ben", message=b"other")) == ["answer 2", "end"]

    run(test)


def test_one_turn_at_a_time():
    """The second waits for the first; another conversation does not."""

    async def test(talk: Talk) -> None:
        first, second = talk.turn(talk.slowly), talk.turn(talk.at_once, key="next")
        assert await told(talk.turn(talk.at_once, conversation="ben")) == ["answer 2", "end"]
        assert second.silent
        talk.gate.set()
        assert await told(second) == ["answer 3", "end"]
        assert await told(first) == ["first", "last", "end"]

    run(test)


async def breaks(turn: Turn) -> None:
    raise ValueError(f"my {SECRET} hurts")


async def breaks_off(turn: Turn) -> None:
    turn.send({"type": "message", "text": "first"})
    raise ValueError(f"my {SECRET} hurts")


async def says_nothing(turn: Turn) -> None:
    pass


async def apologises(turn: Turn) -> None:
    turn.failed = True


async def never(turn: Turn) -> None:
    await asyncio.Event().wait()


FAILING = {"raises": (breaks, []), "breaks off": (breaks_off, ["first"]), "nothing": (says_nothing, []),
           "apology": (apologises, []), "never": (never, [])}  # fmt: skip


@pytest.mark.parametrize("answer, before", FAILING.values(), ids=FAILING)
def test_a_turn_that_fails_ends_with_the_clinics_phone(answer, before, monkeypatch, caplog):
    """Never a silence, no word of the visitor in the log; and the same key may try again."""
    monkeypatch.setattr(module, "ANSWER_WITHIN", 0.05)

    async def test(talk: Talk) -> None:
        assert await told(talk.turn(answer)) == [*before, "call the clinic"]
        assert await told(talk.turn(talk.at_once)) == ["answer 1", "end"]

    with caplog.at_level(logging.DEBUG):
        run(test)
    assert SECRET not in caplog.text


def test_a_turn_that_waits_for_one_that_hangs_fails_in_time(monkeypatch):
    """Thirty seconds from the message, not from its turn."""
    monkeypatch.setattr(module, "ANSWER_WITHIN", 0.05)

    async def test(talk: Talk) -> None:
        stuck, behind = talk.turn(never), talk.turn(never, key="next")
        assert await asyncio.gather(told(stuck), told(behind)) == [["call the clinic"]] * 2
        assert not talk.turns._open and not talk.turns._last

    run(test)


def test_a_turn_that_is_forgotten_before_it_begins_ends_too():
    """Or whoever follows it would wait for ever."""

    async def test(talk: Talk) -> None:
        turn = talk.turn(talk.at_once)
        await talk.turns.forget("anna")
        assert await told(turn) == ["call the clinic"] and not talk.answers

    run(test)


def test_there_is_an_end_to_what_is_open(monkeypatch):
    """More open turns than can be answered in time are refused, and let in once there is room."""
    monkeypatch.setattr(module, "MOST_OPEN", 2)

    async def test(talk: Talk) -> None:
        open_ = [talk.turn(talk.slowly, conversation=name) for name in ("anna", "ben")]
        with pytest.raises(Busy):
            talk.turn(talk.at_once, conversation="cara")
        assert talk.turn(talk.slowly, conversation="anna") is open_[0]
        talk.gate.set()
        await asyncio.gather(*map(told, open_))
        await asyncio.sleep(0)
        assert await told(talk.turn(talk.at_once, conversation="cara")) == ["answer 3", "end"]

    run(test)


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "MOST_KEPT", 10)

    async def test(talk: Talk) -> None:
        for number in range(100):
            await told(talk.turn(talk.at_once, key=str(number)))
        assert len(talk.turns._turns) <= 10

    run(test)


def test_a_forgotten_conversation_is_stopped_and_kept_nowhere():
    """What is being answered stops, what waits never starts, what was answered is not told again."""

    async def test(talk: Talk) -> None:
        await told(talk.turn(talk.at_once, key="done"))
        other = talk.turn(talk.slowly, conversation="ben")
        open_, waiting = talk.turn(talk.slowly), talk.turn(talk.at_once, key="next")
        await open_.lines().__anext__()
        before = talk.answers
        await talk.turns.forget("anna")
        assert await told(open_) == ["first", "call the clinic"] and await told(waiting) == ["call the clinic"]
        assert talk.answers == before
        assert {conversation for conversation, _ in talk.turns._turns} == {"ben"}
        talk.gate.set()
        assert await told(other) == ["first", "last", "end"]

    run(test)
