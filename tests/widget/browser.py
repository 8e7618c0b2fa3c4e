"""The machine's own Chromium and what tests do in it. For tests/widget."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Dict, List, Optional

from hipbot import project
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from tests.widget.stub import Server

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESKTOP: Dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: Dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIZES = {"desktop": DESKTOP, "phone": PHONE}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A clinic</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/host.css">
</head><body><header><nav><a href="/other">Start</a></nav></header><main><h1>A clinic</h1><p>Some words. <a href="/other">Another page</a></p><button>Not ours</button></main><footer>The end</footer>
<script src="/widget/hipbot.js" async {attributes}></script>
<noscript><p>Questions? Call <a href="tel:070000000">07 000 0000</a>.</p></noscript></body></html>"""
AXE = project.ROOT / "node_modules/axe-core/axe.min.js"
WATCH = """addEventListener('securitypolicyviolation', (event) =>
  (window.reports = window.reports || []).push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));"""
# What axe itself does against the policy (a style of its own) is not the widget's.
RUN_AXE = """async () => { const before = window.reports;
  const found = await axe.run(document, { resultTypes: ['violations'] });
  await new Promise((done) => setTimeout(done, 50));
  window.reports = before;
  return found; }"""
FOCUSED = """() => { let one = document.activeElement;
  while (one && one.shadowRoot && one.shadowRoot.activeElement) one = one.shadowRoot.activeElement;
  return one ? [one.localName, one.id, one.className, one.textContent].join('|') : 'nothing'; }"""


def chromium() -> str:
    """Where Chromium is.

    Raises:
        RuntimeError: with what to install.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    found = found or (MAC if Path(MAC).exists() else None)
    if not found:
        raise RuntimeError("The widget's tests need Chromium. Run `make test`, or scripts/setup_browser says what to install.")
    return found


class Visit:
    """One visitor with one page. Whatever a test does, nothing may break, be reported or go to another address."""

    def __init__(self, browser: Browser, server: Server, options: Dict[str, Any], script: str = "") -> None:
        self.server, self.scripted = server, options.get("java_script_enabled", True)
        self.context: BrowserContext = browser.new_context(**options)
        self.context.add_init_script(WATCH + script)
        self.context.set_default_timeout(8_000)
        self.requests: List[Request] = []
        self.errors: List[str] = []
        self.allowed = {server.origin}
        self.context.on("request", lambda request: self.requests.append(request))
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def go(self, path: str = "/", attributes: str = "") -> "Visit":
        """To a page with the widget, until the launcher is there."""
        pages = self.server.stub.pages
        pages.setdefault("/", PAGE.format(attributes=attributes))
        pages.setdefault("/other", PAGE.format(attributes=attributes))
        self.page.goto(self.server.origin + path)
        self.launcher.wait_for(state="attached")
        return self

    def open(self) -> "Visit":
        self.launcher.click()
        self.dialog.wait_for()
        return self

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def ask(self, text: str, answer: str) -> Locator:
        """Say something and wait until the answer stands there; returns its bubble."""
        self.say(text)
        return self.answered(answer)

    def answered(self, answer: str) -> Locator:
        said = self.log.locator(".said", has_text=answer).last
        said.wait_for()
        expect(self.dots).to_be_hidden()
        return said

    def button(self, name: str, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    @property
    def launcher(self) -> Locator:
        return self.page.locator("hipbot-chat .launch")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def dots(self) -> Locator:
        return self.page.locator("hipbot-chat .dots")

    @property
    def alert(self) -> Locator:
        return self.dialog.get_by_role("alert")

    @property
    def status(self) -> Locator:
        return self.dialog.get_by_role("status")

    @property
    def field(self) -> Locator:
        return self.page.locator("hipbot-chat #field")

    def focused(self) -> str:
        """tag|id|class|text of the element that has the focus, in the shadow too."""
        return str(self.page.evaluate(FOCUSED))

    def stored(self) -> Optional[Dict[str, Any]]:
        raw = self.page.evaluate("sessionStorage.getItem('hipbot')")
        return json.loads(raw) if raw else None

    def axe(self) -> List[str]:
        """Rules broken, each with where."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(RUN_AXE)
        return [f"{one['id']}: {node['target']} {node.get('failureSummary', '')}" for one in found["violations"] for node in one["nodes"]]

    def close(self) -> None:
        """The end of the visit, and what must hold after each."""
        pages = self.context.pages if self.scripted else []
        reports = [page.evaluate("window.reports || []") for page in pages if page.url.startswith("http")]
        self.context.close()
        elsewhere = [r.url for r in self.requests if r.url.startswith("http") and not any(map(r.url.startswith, self.allowed))]
        assert not elsewhere, "statement 4: a request to another origin"
        assert not self.errors
        assert not sum(reports, []), "statement 6: a CSP report"
