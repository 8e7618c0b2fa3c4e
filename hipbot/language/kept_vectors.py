"""A file of texts and their vectors. Called by `minilm.py`: test messages are asked again after each edit, and stay what they are."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Dict, Iterable, List, Mapping

import numpy as np


def read(file: Path, encoder: str) -> Dict[str, np.ndarray]:
    """Vectors by text; {} where there are none, or none of this encoder."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            if str(kept["encoder"]) != encoder:
                return {}
            return dict(zip(separate(kept["texts"]), kept["vectors"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def write(file: Path, encoder: str, vectors: Mapping[str, np.ndarray]) -> None:
    """Whole or not at all; a file that cannot be written is no reason to stop."""
    fresh = file.with_suffix(".new.npz")
    try:
        fresh.parent.mkdir(parents=True, exist_ok=True)
        np.savez(fresh, encoder=encoder, texts=joined(vectors), vectors=np.array(list(vectors.values()), dtype=np.float32))
        fresh.replace(file)
    except OSError:
        fresh.unlink(missing_ok=True)


def joined(texts: Iterable[str]) -> np.ndarray:
    """Texts without a NUL as one row of bytes: as an array of strings, each takes the room of the longest."""
    return np.frombuffer("\0".join(texts).encode("utf-8"), dtype=np.uint8)


def separate(row: np.ndarray) -> List[str]:
    """The texts that were `joined`; none comes back as one empty text.

    Raises:
        ValueError: if the row is of another kind.
    """
    if row.dtype != np.uint8:
        raise ValueError("not a row of joined texts")
    return row.tobytes().decode("utf-8").split("\0")
