"""An answer as a person reads it in a terminal."""

from __future__ import annotations

import shutil
import textwrap
from typing import Any, Dict, List

WIDEST = 88


def as_text(messages: List[Dict[str, Any]]) -> str:
    """Bubbles as paragraphs, quick replies as a line, sources at the end."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    parts, sources, choices = [], [], []
    for message in messages:
        if "custom" in message:
            sources = message["custom"].get("sources", [])
        if message.get("text"):
            parts.append(_wrapped(message["text"], width))
        choices += [button["title"] for button in message.get("buttons") or ()]
    if choices:
        parts.append("You could say:  " + "  ·  ".join(choices))
    if sources:
        parts.append("From:  " + "\n       ".join(source["title"] for source in sources))
    return "\n\n".join(parts)


def _wrapped(text: str, width: int) -> str:
    """Each line wrapped, list items hanging."""
    return "\n".join(
        textwrap.fill(line, width, subsequent_indent="  " if line.startswith("- ") else "")
        for line in text.splitlines()
    )
