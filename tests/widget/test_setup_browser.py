"""scripts/setup_browser: what it says where something is missing and cannot be installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hipbot import project

NEEDED = ("bash", "cat", "cksum", "dirname", "id")  # neither apt-get nor a browser nor Node


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A machine without all that the script could install."""
    for name in NEEDED:
        found = shutil.which(name)
        assert found
        (tmp_path / name).symlink_to(found)
    return tmp_path


def run(path: Path, **more: str) -> subprocess.CompletedProcess:
    environment = {"PATH": str(path), "HOME": str(path), **more}
    return subprocess.run([str(path / "bash"), "scripts/setup_browser"], cwd=project.ROOT, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.skipif(os.path.exists("/Applications/Google Chrome.app"), reason="a Mac's Chrome is found outside of PATH")
def test_it_fails_and_names_what_to_install(bare: Path) -> None:
    """No silent skip: the gate ends here."""
    done = run(bare)
    assert done.returncode == 1
    for words in ("chromium nodejs npm", "sudo apt install", "brew install", "CHROMIUM="):
        assert words in done.stderr


def test_a_browser_that_is_named_is_taken(bare: Path) -> None:
    assert "chromium" not in run(bare, CHROMIUM="/somewhere/chromium").stderr.split("\n")[1]


def test_the_lock_names_no_registry() -> None:
    """By name, version and hash only: where packages come from is each machine's own affair."""
    lock = (project.ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock and "://" not in lock.replace("https://github.com/sponsors", "").replace("https://opencollective.com", "")
    assert lock.count('"integrity": "sha512-') >= 3
