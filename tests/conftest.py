"""What several test files need: the project's library, and one bot for the whole run."""

from __future__ import annotations

import asyncio
import gc
from collections import defaultdict
from typing import Any, Dict, Iterator, List

import pytest

import hipbot.quiet

hipbot.quiet.be_quiet()

from hipbot import project, training  # noqa: E402
from hipbot.content import Library  # noqa: E402
from hipbot.safety.loading import safety_of  # noqa: E402
from hipbot.safety.screen import Safety  # noqa: E402


LOOP = asyncio.new_event_loop()  # of all conversations of the run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="write what the bot says into tests/conversations/")


def pytest_collection_finish() -> None:
    """Put what the tests' imports have built (TensorFlow, Rasa, spaCy) out of the collector's sight: an eighth of the quick tests' time."""
    gc.collect()
    gc.freeze()


class Talk:
    """One conversation with the bot, as the REST channel would show it."""

    counter = 0

    def __init__(self, bot: Any) -> None:
        self._bot = bot
        Talk.counter += 1
        self.sender = f"test-{Talk.counter}"

    def say(self, text: str) -> List[Dict[str, Any]]:
        """Send one message; returns all messages of the bot."""
        return asyncio.get_event_loop().run_until_complete(self._bot.answer(self.sender, text))

    def payload(self, text: str) -> Dict[str, Any]:
        """Send one message; returns the turn's only payload."""
        payloads = [message["custom"] for message in self.say(text) if "custom" in message]
        assert len(payloads) == 1, f"{text!r}: {len(payloads)} payloads in one turn"
        return payloads[0]


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.load(project.CONTENT, project.CLINIC)


@pytest.fixture(scope="session")
def safety() -> Safety:
    return safety_of(project.CONTENT)


@pytest.fixture(scope="session")
def read_once() -> Iterator[None]:
    """From here on all who ask one model outside a conversation share what it has read: several tests ask the same thousands."""
    from hipbot.proof.asker import Asker

    load, understood = Asker.__init__, defaultdict(dict)  # by model

    def loaded(asker: Any, *of: Any) -> None:
        load(asker, *of)
        asker._understood = understood[asker._agent.model_id]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Asker, "__init__", loaded)
        yield


@pytest.fixture(scope="session")
def asker(read_once: None) -> Any:
    """The working copy's model and content for all who ask the safety set."""
    from hipbot.publish.answers import Asker

    return Asker(training.ensure_model(), project.CONTENT, project.CLINIC)


@pytest.fixture(scope="session")
def bot() -> Any:
    from hipbot.server.bot import Bot

    asyncio.set_event_loop(LOOP)
    return Bot(training.ensure_model())


@pytest.fixture(autouse=True)
def one_loop() -> None:
    """`asyncio.run`, in a test before, leaves none; which test that is depends on how they are shared out."""
    asyncio.set_event_loop(LOOP)


@pytest.fixture
def talk(bot: Any) -> Talk:
    """A fresh conversation."""
    return Talk(bot)


@pytest.fixture(scope="session")
def new_talk(bot: Any) -> Any:
    """Makes fresh conversations."""
    return lambda: Talk(bot)
