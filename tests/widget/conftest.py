"""One browser and one stub server for all of tests/widget.

The browser ends with this folder's last test: Playwright keeps an event loop that other tests would trip over.
"""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Iterator, List

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.widget.browser import ARGUMENTS, SIZES, Visit, chromium
from tests.widget.stub import Server, Stub


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    asyncio.set_event_loop(before := asyncio.new_event_loop())  # `asyncio.run`, in a test before, leaves none
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()
    asyncio.set_event_loop(before)


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def stub(server: Server) -> Stub:
    return server.reset()


@pytest.fixture
def visit(browser: Browser, server: Server, stub: Stub) -> Iterator[Callable[..., Visit]]:
    """visit("desktop" or "phone", script to run in each page, options of the browser's context) -> a Visit."""
    visits: List[Visit] = []

    def begin(size: str = "desktop", script: str = "", **options: Any) -> Visit:
        visits.append(Visit(browser, server, {**SIZES[size], **options}, script))
        return visits[-1]

    yield begin
    for one in visits:
        one.close()


@pytest.fixture(params=list(SIZES))
def size(request: Any) -> str:
    return str(request.param)
