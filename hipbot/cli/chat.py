"""Talk to the bot in this terminal. Leave with Ctrl-D or "bye"."""

from __future__ import annotations

import argparse
import asyncio
import sys

LEAVE = {"bye", "exit", "quit", "/stop"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--show", action="store_true", help="show topic, exercise and care of each answer too")


def run(options: argparse.Namespace) -> int:
    import hipbot.quiet

    hipbot.quiet.be_quiet()
    from hipbot import training

    try:
        model = training.ensure_model()
    except training.TrainingFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    from hipbot.server.bot import Bot

    print('Ask away. "bye" or Ctrl-D ends it.\n')
    return asyncio.run(_talk(Bot(model), options.show))


async def _talk(bot: "Bot", show: bool) -> int:  # noqa: F821 - imported late, Rasa is slow to load
    from hipbot.cli.plain_text import as_text

    while True:
        try:
            said = input("you> ").strip()
        except EOFError:
            print()
            return 0
        messages = await bot.answer("chat", said)
        print(f"\n{as_text(messages)}\n")
        if show:
            payload = next(m["custom"] for m in messages if "custom" in m)
            print(f"[{payload['topic']}, exercise {payload['exercise']}, care {payload['care']}]\n")
        if said.lower() in LEAVE:
            return 0
