"""Statements 21 to 24: full screen, touch, the on-screen keyboard, Back, long answers."""

from __future__ import annotations

from typing import Callable

import pytest
from playwright.sync_api import expect

from tests.widget.browser import Visit
from tests.widget.stub import Stub, message, reply

pytestmark = pytest.mark.slow
Begin = Callable[..., Visit]
LONG = "\n\n".join(f"Paragraph {n}. " + "Some words that fill a line or two on a phone. " * 3 for n in range(12))


def test_statement_21_on_a_phone_it_fills_the_screen_and_shuts_the_page_off(visit: Begin) -> None:
    one = visit("phone").go().open()
    box = one.dialog.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert one.dialog.evaluate("(one) => one.matches(':modal')"), "what is behind is inert"
    for _ in range(30):
        one.page.keyboard.press("Tab")
        assert not one.page.evaluate("document.activeElement.matches('main *')")
    one.page.keyboard.press("Escape")
    expect(one.dialog).to_have_count(0)
    one.open()
    one.button("Close").tap()
    expect(one.dialog).to_have_count(0)


def test_statement_21_on_a_desktop_the_page_stays_usable(visit: Begin) -> None:
    one = visit().go().open()
    one.page.get_by_role("button", name="Not ours").click()
    expect(one.dialog).to_be_visible()
    assert not one.dialog.evaluate("(one) => one.matches(':modal')")


def test_statement_21_a_phone_that_is_turned_round(visit: Begin) -> None:
    """From narrow to wide and back, open all the time, with the draft."""
    one = visit("phone").go().open()
    one.field.fill("half a")
    one.page.set_viewport_size({"width": 844, "height": 390})
    expect(one.dialog).to_be_visible()
    assert not one.dialog.evaluate("(one) => one.matches(':modal')")
    one.page.set_viewport_size({"width": 390, "height": 844})
    expect(one.field).to_have_value("half a")
    assert one.dialog.evaluate("(one) => one.matches(':modal')")


def test_statement_22_touch_does_not_bring_up_the_keyboard(visit: Begin, stub: Stub) -> None:
    stub.says(message("Choose.", buttons=[reply("This one")]))
    one = visit("phone").go()
    one.launcher.tap()
    one.dialog.wait_for()
    assert not one.focused().startswith("textarea")
    one.button("How often should I stretch?").tap()
    one.answered("Choose.")
    assert not one.focused().startswith("textarea")
    one.button("This one").tap()
    one.answered("Fine.")
    assert not one.focused().startswith("textarea")


KEYBOARD = """(() => { const real = window.visualViewport, shown = new EventTarget(); let height = null;
  for (const name of ['height', 'offsetTop', 'width', 'scale']) Object.defineProperty(shown, name, { get: () => name === 'height' && height || real[name] });
  Object.defineProperty(window, 'visualViewport', { get: () => shown });
  window.keyboard = (left) => { height = left; shown.dispatchEvent(new Event('resize')); }; })();"""


def test_statement_23_the_keyboard_covers_neither_field_nor_last_message(visit: Begin, stub: Stub) -> None:
    """With 400 of 844 px left, as visualViewport reports it."""
    stub.says(message(LONG), message("The last line."))
    one = visit("phone", script=KEYBOARD).go().open()
    one.ask("hello", "The last line.")
    one.page.evaluate("keyboard(400)")
    for part in (one.field, one.button("Send"), one.log.get_by_text("The last line.")):
        expect(part).to_be_in_viewport(ratio=1)
        box = part.bounding_box()
        assert box and box["y"] + box["height"] <= 400
    one.page.evaluate("keyboard(844)")
    assert one.dialog.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}


def test_statement_23_back_closes_the_chat(visit: Begin, server: object) -> None:
    """And only the chat: the page stays; closed by hand, Back leads where it led before."""
    one = visit("phone").go("/other").go("/")
    here = one.page.url
    one.open()
    one.page.go_back()
    expect(one.dialog).to_have_count(0)
    assert one.page.url == here
    expect(one.launcher).to_be_visible()
    one.open()
    one.button("Close").tap()
    expect(one.dialog).to_have_count(0)
    one.page.wait_for_function("!history.state?.hipbot")
    one.page.go_back()
    assert one.page.url.endswith("/other")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_statement_24_a_long_answer_shows_its_first_line(visit: Begin, stub: Stub, size: str) -> None:
    stub.says(message(LONG), message("And one more thing."))
    one = visit(size).go().open()
    one.ask("hello", "And one more thing.")
    expect(one.log.get_by_text("Paragraph 0.")).to_be_in_viewport()
    expect(one.log.get_by_text("And one more thing.")).not_to_be_in_viewport()
    one.ask("again", "Fine.")
    expect(one.log.get_by_text("Fine.")).to_be_in_viewport(ratio=1)


def test_a_link_of_the_same_site_does_not_lead_under_the_chat(visit: Begin, stub: Stub, server: object) -> None:
    """On a phone the chat would cover the page that the visitor asked for."""
    stub.says(message("See the page.", links=[{"text": "the page", "href": "/other"}]))
    one = visit("phone").go().open()
    one.ask("hello", "See").get_by_role("link").tap()
    one.page.wait_for_url("**/other")
    one.launcher.wait_for()
    expect(one.dialog).to_have_count(0)
    one.open()
    expect(one.log.get_by_text("See the page.")).to_be_visible()
