"""Draws the eight pictures of the widget for README and docs: `.venv/bin/python -m tests.widget.pictures`.

With the fonts of an Android phone, if they are here (Debian: fonts-roboto-unhinted); the words are the clinic's own.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Tuple

from hipbot import project
from hipbot.channel.facts import Facts
from hipbot.content import Library
from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from tests.widget.browser import ARGUMENTS, Visit, chromium
from tests.widget.stub import WIDGET, Server, Stub, message, reply

PICTURES = project.ROOT / "docs/pictures"
WIDE: Dict[str, Any] = {"viewport": {"width": 1080, "height": 790}, "device_scale_factor": 1.5}
NARROW: Dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
COLOURS = 128  # of the palette: text stays crisp, files small
QUESTION = "How often should I do the kneeling stretch?"


def answer(library: Library) -> List[Dict[str, Any]]:
    entry = library.answers["how_often"]
    text = entry.text({"exercise": "kneeling_stretch"})
    asked = [reply("How long should I hold it?"), reply("When is a good time?")]
    return [message(text, buttons=asked, sources=library.sources(entry), answer={"id": entry.id, "topic": entry.id})]


def step(library: Library) -> List[Dict[str, Any]]:
    exercise = library.exercises["kneeling_stretch"]
    drawn = exercise.picture(2)
    picture = {"src": f"/widget/pictures/{drawn.file}", "alt": drawn.alt}
    card = {"kind": "exercise", "title": exercise.title, "step": 2, "of": len(exercise.steps), "picture": picture}
    return [message(exercise.steps[1], card=card, buttons=[reply(title) for title in ("Next", "Back", "Say it again", "Stop")])]


def safety(library: Library) -> List[Dict[str, Any]]:
    text = "Please call 111 now and ask for an ambulance. Or have someone take you to the nearest emergency department.\n\nDon't drive yourself."
    card = {"kind": "safety", "level": "emergency", "heading": "Get help now", "numbers": [{"title": "Call 111", "href": "tel:111"}]}
    return [message(text, links=[{"text": "111", "href": "tel:111"}], card=card)]


State = Tuple[Dict[str, Any], Callable[[Visit, Stub, Library], None]]


def _closed(one: Visit, stub: Stub, library: Library) -> None:
    pass


def _empty(one: Visit, stub: Stub, library: Library) -> None:
    one.open()
    one.button(stub.suggestions[0]).wait_for()


def _answer(one: Visit, stub: Stub, library: Library) -> None:
    stub.says(*answer(library))
    one.open()
    one.ask(QUESTION, "Every day")
    one.page.locator("hipbot-chat summary").click()
    one.page.locator("hipbot-chat li").last.scroll_into_view_if_needed()
    one.page.mouse.move(0, 0)


def _step(one: Visit, stub: Stub, library: Library) -> None:
    stub.says(*step(library))
    one.open()
    one.ask("Next", "Step 2")


def _safety(one: Visit, stub: Stub, library: Library) -> None:
    stub.says(*safety(library))
    one.open()
    one.ask("I've gone numb between my legs", "Please call")


def _offline(one: Visit, stub: Stub, library: Library) -> None:
    one.open()
    one.context.set_offline(True)
    one.say(QUESTION)
    one.alert.get_by_role("button").wait_for()


STATES: Dict[str, State] = {
    "closed": (WIDE, _closed),
    "empty": (WIDE, _empty),
    "answer-sources": (WIDE, _answer),
    "exercise-step": (NARROW, _step),
    "safety": (NARROW, _safety),
    "phone": (NARROW, _empty),
    "dark": ({**WIDE, "color_scheme": "dark"}, _answer),
    "offline": (NARROW, _offline),
}


def drawn(browser: Browser, server: Server) -> Iterator[Tuple[str, bytes]]:
    """(name, PNG) of each state."""
    library = Library.load(project.CONTENT, project.CLINIC)
    for name, (options, reach) in STATES.items():
        stub = server.reset()
        stub.pages["/"] = (WIDGET / "demo.html").read_text(encoding="utf-8")
        settings = Facts.load(project.CONTENT, project.CLINIC).settings()
        stub.facts, stub.suggestions, stub.privacy = settings["clinic"], settings["suggestions"], settings["privacy"]
        stub.instead = dict.fromkeys(("hipbot.js", "demo.css"), lambda text: text.replace('system-ui,-apple-system,"Segoe UI",', "").replace('system-ui, -apple-system, "Segoe UI", ', ""))
        one = Visit(browser, server, {**options, "reduced_motion": "reduce"})
        one.go()
        expect(one.page).to_have_title("MotionPlus Osteo")
        reach(one, stub, library)
        one.page.evaluate("document.activeElement.shadowRoot?.activeElement?.blur()")
        yield f"widget-{name}.png", _small(one.page.screenshot())
        one.context.set_offline(False)
        one.close()


def _small(png: bytes) -> bytes:
    packed = BytesIO()
    image = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(packed, "PNG", optimize=True)
    return packed.getvalue()


def main(folder: Path = PICTURES) -> int:
    server = Server()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for name, png in drawn(browser, server):
            (folder / name).write_bytes(png)
            print(f"{name}: {len(png) // 1000} kB")
        browser.close()
    server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
