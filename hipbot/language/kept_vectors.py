"""A file of texts and their vectors. Called by `minilm.py`: test messages are asked again after each edit, and stay what they are."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Dict, Mapping

import numpy as np


def read(file: Path, encoder: str) -> Dict[str, np.ndarray]:
    """Vectors by text; {} where there are none, or none of this encoder."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            if str(kept["encoder"]) != encoder:
                return {}
            texts = kept["texts"].tobytes().decode("utf-8").split("\0")
            return dict(zip(texts, kept["vectors"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def write(file: Path, encoder: str, vectors: Mapping[str, np.ndarray]) -> None:
    """Whole or not at all; a file that cannot be written is no reason to stop."""
    fresh = file.with_suffix(".new.npz")
    try:
        fresh.parent.mkdir(parents=True, exist_ok=True)
        texts = np.frombuffer("\0".join(vectors).encode("utf-8"), dtype=np.uint8)
        np.savez(fresh, encoder=encoder, texts=texts, vectors=np.array(list(vectors.values()), dtype=np.float32))
        fresh.replace(file)
    except OSError:
        fresh.unlink(missing_ok=True)
