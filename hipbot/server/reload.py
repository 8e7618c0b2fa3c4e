"""A running server takes a newly published version by itself: loaded beside the old one, swapped in between two turns.

Called by `hipbot serve --published`. A turn belongs to one version from its first to its last word: whoever is being
answered at that moment is answered by the old one, the next message goes to the new one. Locks and store are shared, so
the order of a conversation's turns stays.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import Any, Callable, Optional

from hipbot import project
from hipbot.apology import where_it_failed
from hipbot.publish.answers import core_of
from hipbot.publish.versions import Version, Versions
from hipbot.server.processor import HipbotAgent, HipbotProcessor, settle_memory

logger = logging.getLogger(__name__)
LOOK = 1.0  # s between two looks at the pointer file

After = Callable[[Version], Any]


def speak(version: Version) -> None:
    """From now on this process takes the clinic's words and facts from a published version, not from the working copy.
    """
    project.CONTENT, project.CLINIC = version.content, version.clinic


async def follow(agent: HipbotAgent, versions: Versions, serving: Version, after: Optional[After] = None) -> None:
    """Watch what is published and take it over, for ever. A version that cannot be loaded is left alone.

    Args:
        serving: the version that `agent` has loaded.
        after: called with each version that was taken over, for whoever else keeps facts of it.
    """
    seen = serving
    while True:
        await asyncio.sleep(LOOK)
        version = versions.current()
        if version is None or version == seen:
            continue
        seen = version
        try:
            processor = await asyncio.get_running_loop().run_in_executor(None, _load, agent, version)
        except Exception as error:  # noqa: BLE001 - whatever it is: patients go on being answered by the old one
            logger.error("Version %s cannot be loaded, the old one stays: %s", version.name, where_it_failed(error))
            continue
        agent.take(processor)  # on the event loop: no turn is between two of its steps here
        speak(version)
        if after:
            after(version)
        logger.warning("Now answering with version %s.", version.name)
        await asyncio.get_running_loop().run_in_executor(None, _drop_the_old)


def _load(agent: HipbotAgent, version: Version) -> HipbotProcessor:
    return agent.processor_of(version.model, core_of(version.content, version.clinic))


def _drop_the_old() -> None:
    gc.unfreeze()  # the old model was put out of the collector's sight after loading
    settle_memory()
