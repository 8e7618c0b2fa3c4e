"""Answer messages without a server.

With words, answers that one message in plain text:
    hipbot ask how often should I do the lean-back
Without, reads JSON lines {"sender": "...", "message": "..."} from standard input and writes one JSON line
{"sender", "message", "messages": [...]} for each, in the order asked. Each sender is a conversation.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any, Dict, Iterator, Optional, Tuple

WRONG = 'Write one object a line, like {"sender": "anna", "message": "how often?"}.'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="one message; none: JSON lines from standard input")


def run(options: argparse.Namespace) -> int:
    import hipbot.quiet

    hipbot.quiet.be_quiet()
    from hipbot import training

    out = _claim_stdout()
    try:
        model = training.ensure_model(say=lambda text: print(text, file=sys.stderr))
    except training.TrainingFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    from hipbot.server.bot import Bot

    bot = Bot(model)
    if options.words:
        return asyncio.run(_answer_one(bot, " ".join(options.words), out))
    return asyncio.run(_answer_lines(bot, out))


async def _answer_one(bot: Any, text: str, out: Any) -> int:
    from hipbot.cli.plain_text import as_text

    print(as_text(await bot.answer("ask", text)), file=out)
    return 0


async def _answer_lines(bot: Any, out: Any) -> int:
    faults = 0
    for line, entry, fault in _lines():
        if fault:
            faults += 1
            turn = {"sender": None, "message": None, "messages": [], "error": f"line {line}: {fault}"}
        else:
            messages = await bot.answer(entry["sender"], entry["message"])
            turn = {"sender": entry["sender"], "message": entry["message"], "messages": messages}
        print(json.dumps(turn), file=out, flush=True)
    return 1 if faults else 0


def _lines() -> Iterator[Tuple[int, Dict[str, str], Optional[str]]]:
    """(line number, entry, what is wrong with it)."""
    for number, raw in enumerate(sys.stdin.buffer, 1):
        if not raw.strip():
            continue
        try:
            entry = json.loads(raw.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            yield number, {}, f"this is no JSON. {WRONG}"
            continue
        yield number, entry, _fault(entry)


def _fault(entry: Any) -> Optional[str]:
    if not isinstance(entry, dict):
        return f"this is no JSON object. {WRONG}"
    sender, message = entry.get("sender"), entry.get("message")
    if not isinstance(sender, str) or not sender.strip():
        return f'"sender" must be a text that names the conversation. {WRONG}'
    if not isinstance(message, str):
        return f'"message" must be a text. {WRONG}'
    return None


def _claim_stdout() -> Any:
    """Standard output for answers only; whatever a library prints goes to standard error."""
    out, sys.stdout = sys.stdout, sys.stderr
    return out
