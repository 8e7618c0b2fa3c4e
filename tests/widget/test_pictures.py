"""The pictures in docs/pictures can still be drawn, are small, and README shows two of them."""

from __future__ import annotations

import pytest
from hipbot import project
from playwright.sync_api import Browser

from tests.widget import pictures
from tests.widget.stub import Server

LARGEST = 150_000  # bytes


@pytest.mark.slow
def test_every_state_can_be_drawn(browser: Browser, server: Server) -> None:
    """So that `python -m tests.widget.pictures` works on the day when somebody needs it."""
    drawn = dict(pictures.drawn(browser, server))
    assert len(drawn) == 8
    assert all(png.startswith(b"\x89PNG") and len(png) < LARGEST for png in drawn.values())


def test_the_pictures_are_there_and_small() -> None:
    for name in pictures.STATES:
        file = pictures.PICTURES / f"widget-{name}.png"
        assert file.exists() and file.stat().st_size < LARGEST, file.name


def test_readme_shows_two_of_them() -> None:
    readme = (project.ROOT / "README.md").read_text(encoding="utf-8")
    assert sum(f"docs/pictures/widget-{name}.png" in readme for name in pictures.STATES) == 2
