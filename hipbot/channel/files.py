"""The widget's files as they are sent: read, filled in and compressed once, at the start. Used by `pages.py`.

A request is looked up by name among them and never touches the disk: there is no path to climb.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, Mapping, Tuple

logger = logging.getLogger(__name__)

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
PICTURE_TYPES = (".png", ".svg")
MARKER = b"/* clinic facts */ null"  # in hipbot.js; becomes the facts, so that they stand when the server is down
LAUNCHER = "hipbot.js"
SECONDS = 300  # in the browser's cache: short, for launcher and modules must fit together


@dataclass(frozen=True)
class File:
    """One file, ready to be sent."""

    type: str
    plain: bytes
    packed: bytes
    tag: str

    @classmethod
    def of(cls, name: str, content: bytes) -> "File":
        tag = hashlib.sha256(content).hexdigest()[:20]
        return cls(TYPES[Path(name).suffix], content, gzip.compress(content, 9, mtime=0), tag)

    def response(self, headers: Mapping[str, str]) -> Tuple[int, Dict[str, str], bytes]:
        """(status, headers, body) for a request with these headers."""
        packed = _takes_gzip(headers.get("accept-encoding", "")) and len(self.packed) < len(self.plain)
        tag = f'"{self.tag}-gz"' if packed else f'"{self.tag}"'
        sent = {"ETag": tag, "Cache-Control": f"public, max-age={SECONDS}", "Vary": "Accept-Encoding, Origin"}
        if _names(headers.get("if-none-match", ""), tag):
            return 304, sent, b""
        sent.update({"Content-Type": self.type, "Cross-Origin-Resource-Policy": "cross-origin"})
        if packed:
            sent["Content-Encoding"] = "gzip"
        return 200, sent, self.packed if packed else self.plain


def read(widget: Path, pictures: Path, facts: Mapping[str, Any]) -> Dict[str, File]:
    """Name -> file: the widget's own, and the drawings under `pictures/`. Missing folders are empty ones."""
    found = {name: File.of(name, content) for name, content in _inside(widget, tuple(TYPES))}
    for name, content in _inside(pictures, PICTURE_TYPES):
        found[f"pictures/{name}"] = File.of(name, content)
    if LAUNCHER in found:
        found[LAUNCHER] = File.of(LAUNCHER, filled(found[LAUNCHER].plain, facts))
    return found


def filled(script: bytes, facts: Mapping[str, Any]) -> bytes:
    """The launcher with the clinic's facts in its marked line."""
    if script.count(MARKER) != 1:
        logger.warning("widget/%s has not one place for the clinic's facts: %s", LAUNCHER, MARKER.decode())
        return script
    text = json.dumps(facts, separators=(",", ":"))  # ASCII only; "<" would end a script written into a page
    return script.replace(MARKER, text.replace("<", "\\u003c").encode())


def _inside(folder: Path, types: Tuple[str, ...]) -> Iterator[Tuple[str, bytes]]:
    """Files of these types right inside a folder; none that is hidden, or is a link to elsewhere."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        sound = path.is_file() and path.suffix in types and not path.name.startswith(".")
        if sound and path.resolve().parent == folder.resolve():
            yield path.name, path.read_bytes()


def _takes_gzip(accepted: str) -> bool:
    for item in accepted.lower().split(","):
        name, _, weight = item.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _names(header: str, tag: str) -> bool:
    """Whether If-None-Match names this version."""
    tags = [item.strip() for item in header.split(",")]
    return "*" in tags or any(item.removeprefix("W/") == tag for item in tags)
