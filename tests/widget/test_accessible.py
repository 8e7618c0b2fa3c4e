"""Statements 11 to 19: axe, keyboard, focus, live regions, sizes, zoom, motion, forced colours, contrast."""

from __future__ import annotations

import threading
from typing import Any, Callable, Dict

import pytest
from playwright.sync_api import expect

from tests.widget.browser import DESKTOP, PHONE, Visit
from tests.widget.stub import Refuse, Stub, message, reply

pytestmark = pytest.mark.slow
Begin = Callable[..., Visit]

PICTURE = {"src": "/widget/icon.svg", "alt": "Somebody kneels"}
LEVELS = ("emergency", "crisis", "same_day", "gp_soon")
NUMBERS = [{"title": "Call 111", "href": "tel:111"}]
PLAIN = message("Every day is fine.\n\nGood times:\n- after training\n- before bed\n\nCall 111.", image=PICTURE, links=[{"text": "111", "href": "tel:111"}],
                attachment={"href": "/guide.pdf", "title": "The guide"}, sources=[{"id": "S1", "title": "An article"}],
                answer={"id": "how_often", "topic": "how_often"}, buttons=[reply("How long?"), reply("When?")])  # fmt: skip
STEP = message("Tuck your pelvis under a little.", buttons=[reply("Next"), reply("Back"), reply("Say it again")],
               card={"kind": "exercise", "exercise": "k", "title": "Kneeling stretch", "step": 2, "of": 4, "picture": PICTURE})  # fmt: skip


def safety(level: str) -> Dict[str, Any]:
    return message("Please call 111 now.", links=[{"text": "111", "href": "tel:111"}],
                   card={"kind": "safety", "level": level, "heading": "Get help now", "numbers": NUMBERS})  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_statement_11_axe_finds_nothing(visit: Begin, stub: Stub, size: str, scheme: str) -> None:
    """0 violations in every state: contrast, names, roles, order."""
    stub.says(PLAIN)
    stub.says(STEP)
    stub.says(*(safety(level) for level in LEVELS))
    stub.says(Refuse(500))
    one = visit(size, color_scheme=scheme).go()
    broken = {"closed": one.axe()}
    one.open()
    expect(one.button("How often should I stretch?")).to_be_visible()
    broken["open and empty"] = one.axe()
    one.ask("How often?", "Every day")
    one.page.locator("hipbot-chat summary").click()
    broken["answer"] = one.axe()
    one.button("No").click()
    expect(one.page.get_by_text("What was wrong?").or_(one.page.get_by_text("Or in your own words"))).to_be_visible()
    broken["reason"] = one.axe()
    one.ask("show me", "Tuck your pelvis")
    broken["exercise"] = one.axe()
    one.ask("numb", "Please call")
    broken["safety"] = one.axe()
    one.say("x" * 900)
    expect(one.alert.get_by_role("button")).to_be_visible()
    one.field.fill("y" * 1001)
    broken["error and too long"] = one.axe()
    one.button("Options").click()
    one.button("Delete conversation").click()
    broken["options"] = one.axe()
    assert not {state: found for state, found in broken.items() if found}


def test_statement_11_axe_finds_nothing_while_it_waits(visit: Begin, stub: Stub, size: str) -> None:
    stub.says(gate := threading.Event(), message("Late."))
    one = visit(size).go().open()
    one.say("hello")
    expect(one.dots).to_be_visible()
    assert not one.axe()
    gate.set()
    one.answered("Late.")


def test_statement_12_by_keyboard_alone(visit: Begin, stub: Stub) -> None:
    stub.says(message("Choose.", buttons=[reply("This one"), reply("That one")]))
    one = visit().go()
    press = one.page.keyboard.press

    def tab_to(text: str) -> None:
        for _ in range(25):
            press("Tab")
            if text in one.focused():
                return
        raise AssertionError(f"Tab never reached {text!r}")

    tab_to("Ask a question")
    assert one.focused().startswith("button|")
    press("Enter")
    one.dialog.wait_for()
    expect(one.field).to_be_focused()
    one.page.keyboard.type("hello")
    press("Enter")
    one.answered("Choose.")
    press("Shift+Tab")
    assert "That one" in one.focused(), "right before the writing line"
    press("Shift+Tab")
    assert "This one" in one.focused()
    press("Enter")
    one.answered("Fine.")
    assert stub.requests("/messages")[-1].body["reply"].startswith("r-")
    press("Escape")
    expect(one.dialog).to_have_count(0)
    expect(one.launcher).to_be_focused()


def test_statement_13_the_focus_is_never_lost(visit: Begin, stub: Stub, size: str) -> None:
    """After sending, a quick reply, a retry, feedback, options, delete and close it is on something of ours."""
    stub.says(message("Choose.", buttons=[reply("This one")], answer={"id": "a", "topic": "a"}))
    stub.says(Refuse(500))
    one = visit(size).go().open()
    seen = {"open": one.focused()}
    one.field.fill("hello")
    one.button("Send").click()
    one.answered("Choose.")
    seen["send"] = one.focused()
    one.button("Yes").click()
    expect(one.log.get_by_text("Thank you.")).to_be_visible()
    seen["feedback"] = one.focused()
    one.button("This one").click()
    one.alert.get_by_role("button").wait_for()
    seen["quick reply"] = one.focused()
    one.button("Try again").click()
    one.answered("Fine.")
    seen["retry"] = one.focused()
    one.button("Options").click()
    seen["options"] = one.focused()
    one.button("Delete conversation").click()
    seen["delete?"] = one.focused()
    one.button("Keep it").click()
    seen["keep"] = one.focused()
    one.button("Delete conversation").click()
    one.button("Yes, delete").click()
    seen["delete"] = one.focused()
    one.button("Close").click()
    seen["close"] = one.focused()
    assert not {after: where for after, where in seen.items() if where.startswith(("body", "nothing", "hipbot-chat"))}, seen


def test_statement_14_one_log_each_message_once_the_restored_before_it_is_live(visit: Begin, stub: Stub) -> None:
    """New messages are added whole, in one piece; no live region inside another; errors are alerts, waiting is a status."""
    watch = """() => { window.added = []; const log = document.querySelector('hipbot-chat').shadowRoot.querySelector('[role=log]');
      new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach((node) => window.added.push(node.textContent)))).observe(log, { childList: true, subtree: true }); }"""
    stub.says(message("First bubble.", buttons=[reply("Go")]), message("Second bubble."))
    one = visit().go().open()
    one.page.evaluate(watch)
    one.ask("hello", "Second bubble.")
    assert one.page.evaluate("window.added") == ["You said:hello", "Assistant said:First bubble.Go", "Assistant said:Second bubble."]
    live = "[aria-live], [role=log], [role=status], [role=alert]"
    assert one.page.locator(f"hipbot-chat :is({live}) :is({live})").count() == 0
    assert one.page.locator("hipbot-chat [role=log]").count() == 1
    assert one.page.locator("hipbot-chat [role=log]").get_attribute("aria-live") in (None, "polite")
    order = """addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
      const log = document.querySelector('hipbot-chat')?.shadowRoot?.querySelector('[role=log]');
      if (log && window.restored === undefined) window.restored = log.childElementCount; }).observe(document, { childList: true, subtree: true }));"""
    one.context.add_init_script(order + """
      const attach = Element.prototype.attachShadow;
      Element.prototype.attachShadow = function (how) { const root = attach.call(this, how);
        new MutationObserver(() => { const log = root.querySelector('[role=log]'); if (log && window.restored === undefined) window.restored = log.childElementCount; })
          .observe(root, { childList: true, subtree: true }); return root; };""")
    one.page.reload()
    one.dialog.wait_for()
    assert one.page.evaluate("window.restored") == 3, "all three lines were in the log when it came into the page"


def test_statement_14_waiting_is_said_late_and_in_a_status(visit: Begin, stub: Stub) -> None:
    stub.says(gate := threading.Event(), message("Late."))
    one = visit()
    one.page.clock.install()
    one.go().open()
    one.say("hello")
    expect(one.dots).to_be_visible()
    expect(one.status).to_be_empty()
    one.page.clock.fast_forward(1_500)
    expect(one.status).to_have_text("The assistant is writing.")
    gate.set()
    one.answered("Late.")
    expect(one.status).to_be_empty()


def test_statement_15_quick_replies(visit: Begin, stub: Stub) -> None:
    """Buttons in a named group, large enough, wrapping at 320 px, gone once something was said."""
    titles = ["Yes", "No", "How often should I do the kneeling stretch in a week?", "When is a good time?", "Wort" * 20]
    stub.says(message("Choose.", buttons=[reply(title) for title in titles]))
    one = visit("phone", viewport={"width": 320, "height": 640}).go().open()
    one.ask("hello", "Choose.")
    group = one.dialog.get_by_role("group", name="Suggested answers")
    buttons = group.get_by_role("button")
    assert buttons.all_inner_texts() == titles
    for box in buttons.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().toJSON())"):
        assert box["width"] >= 44 and box["height"] >= 44
        assert box["left"] >= 0 and box["right"] <= 320
    one.button("Yes").click()
    one.answered("Fine.")
    expect(group).to_have_count(0)


CONTROLS = """() => [...document.querySelector('hipbot-chat').shadowRoot.querySelectorAll('button, a, textarea, summary, label:has(input)')]
  .filter((one) => one.checkVisibility()).map((one) => { const { width, height } = one.getBoundingClientRect();
  return [one.textContent.slice(0, 40) || one.id, Math.round(width * 10) / 10, Math.round(height * 10) / 10]; })
  .filter(([, width, height]) => width < 44 || height < 44)"""


def test_statement_16_controls_are_large_and_text_follows_the_reader(visit: Begin, stub: Stub, size: str) -> None:
    """Every control 44 x 44 or more, links in the text included; 16 px or more; root font 200 % gives 32 px."""
    stub.says(PLAIN, STEP, safety("emergency"))
    stub.says(Refuse(500))
    one = visit(size).go()
    assert one.page.evaluate(CONTROLS) == []
    one.open()
    one.ask("hello", "Please call")
    one.page.locator("hipbot-chat summary").click()
    one.button("Options").click()
    one.button("Delete conversation").click()
    one.say("again")
    one.alert.get_by_role("button").wait_for()
    assert one.page.evaluate(CONTROLS) == []
    sizes = "() => ['#field', '.bubble p', '.notice p', '.feedback button', '.card p', 'summary', '.person a', '.safety li, .safety p'].map((css) => parseFloat(getComputedStyle(document.querySelector('hipbot-chat').shadowRoot.querySelector(css)).fontSize))"
    assert min(one.page.evaluate(sizes)) >= 16
    one.page.evaluate("() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('html { font-size: 200% }'); document.adoptedStyleSheets = [sheet]; }")
    assert set(one.page.evaluate(sizes)) == {32}
    one.page.evaluate("() => document.adoptedStyleSheets[0].replaceSync('html { font-size: 10px }')")
    assert min(one.page.evaluate(sizes)) >= 16, "a page that makes its root small does not make the chat small"


def test_statement_17_at_400_per_cent_zoom(visit: Begin, stub: Stub) -> None:
    """320 x 256: header, 60 px of conversation, writing line and Send on screen; nothing scrolls sideways."""
    stub.says(PLAIN, STEP, safety("emergency"))
    one = visit("desktop", viewport={"width": 320, "height": 256}).go().open()
    one.ask("hello", "Please call")
    for part in (one.button("Close"), one.field, one.button("Send")):
        expect(part).to_be_in_viewport(ratio=1)
    room = one.page.locator("hipbot-chat .scroller").bounding_box()
    assert room and room["height"] >= 60
    for css in (".panel", ".scroller", ".head"):
        assert one.page.locator(f"hipbot-chat {css}").evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0, css
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("percent", [100, 125, 150])
def test_statement_17_at_320_px_with_every_text_size(visit: Begin, stub: Stub, percent: int) -> None:
    stub.says(PLAIN, STEP, safety("emergency"))
    one = visit("phone", viewport={"width": 320, "height": 568}).go().open()
    one.button("Options").click()
    one.button(f"{percent} %").click()
    one.button("Options").click()
    one.ask("hello", "Please call")
    for css in (".panel", ".scroller", ".head", ".card"):
        assert one.page.locator(f"hipbot-chat {css}").first.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0, css
    room = one.page.locator("hipbot-chat .scroller").bounding_box()
    assert room and room["height"] >= 60
    for part in (one.button("Close"), one.field, one.button("Send")):
        expect(part).to_be_in_viewport(ratio=1)


def test_statement_17_at_200_per_cent_zoom(visit: Begin, stub: Stub) -> None:
    """1280 x 800 at 200 % is 640 x 400: all of the window on screen, no sideways scrolling."""
    stub.says(PLAIN)
    one = visit("desktop", viewport={"width": 640, "height": 400}).go().open()
    one.ask("hello", "Every day")
    for part in (one.button("Close"), one.field, one.button("Send")):
        expect(part).to_be_in_viewport(ratio=1)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 640


def test_statement_18_nothing_moves_for_who_wants_no_motion(visit: Begin, stub: Stub) -> None:
    for motion, moving in (("no-preference", True), ("reduce", False)):
        stub.says(gate := threading.Event(), message("Late."))
        one = visit(reduced_motion=motion).go().open()
        one.say("hello")
        expect(one.dots).to_be_visible()
        running = one.page.evaluate("() => document.querySelector('hipbot-chat').shadowRoot.getAnimations().length + document.getAnimations().length")
        assert bool(running) == moving
        gate.set()
        one.answered("Late.")


def test_statement_18_forced_colours_outline_every_control(visit: Begin, stub: Stub) -> None:
    stub.says(PLAIN, STEP)
    one = visit(forced_colors="active").go()
    assert one.launcher.evaluate("(one) => getComputedStyle(one).borderTopStyle") == "solid"
    one.open()
    one.ask("hello", "Tuck")
    one.button("Options").click()
    look = """() => [...document.querySelector('hipbot-chat').shadowRoot.querySelectorAll('button, textarea')].filter((one) => one.checkVisibility())
      .map((one) => [one.textContent || one.id, getComputedStyle(one)]).filter(([, style]) => style.borderTopStyle !== 'solid' || parseFloat(style.borderTopWidth) < 1
      || style.borderTopColor === 'rgba(0, 0, 0, 0)' || style.borderTopColor === style.backgroundColor).map(([name]) => name)"""
    assert one.page.evaluate(look) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_statement_19_the_focus_ring_is_seen(visit: Begin, stub: Stub, scheme: str) -> None:
    """3 px, and 3 to 1 or more against what is around it, on each control that Tab reaches."""
    stub.says(PLAIN)
    one = visit(color_scheme=scheme).go().open()
    one.ask("hello", "Every day")
    look = """() => { let one = document.activeElement.shadowRoot?.activeElement; if (!one) return null;
      const style = getComputedStyle(one); let behind = parseFloat(style.outlineOffset) < 0 ? one : one.parentNode, ground;
      do { ground = getComputedStyle(behind).backgroundColor; behind = behind.parentElement; } while (/, 0\\)$/.test(ground) && behind);
      return [one.textContent || one.id, style.outlineStyle, style.outlineWidth, style.outlineColor, ground]; }"""
    seen = 0
    for _ in range(20):
        one.page.keyboard.press("Tab")
        found = one.page.evaluate(look)
        if not found:
            continue
        name, kind, width, ring, ground = found
        assert (kind, width) == ("solid", "3px"), name
        assert _contrast(ring, ground) >= 3, (name, ring, ground)
        seen += 1
    assert seen >= 8


def test_statement_20_what_a_screen_reader_is_given(visit: Begin, stub: Stub) -> None:
    """The accessibility tree: names, roles and order. (By ear: docs/widget-screen-readers.md.)"""
    stub.says(PLAIN, safety("emergency"))
    one = visit().go().open()
    one.ask("How often?", "Please call")
    tree = one.dialog.aria_snapshot()
    wanted = [
        'dialog "MotionPlus Osteo"', 'heading "MotionPlus Osteo" [level=2]', 'button "Options"', 'button "Close"', 'link "111"',
        'log "Conversation"', "You said:", "Assistant said:", "Every day is fine.", "list", 'img "Somebody kneels"',
        "Assistant said:", 'heading "Get help now" [level=3]', 'link "Call 111"', "Where this comes from", 'group "Did this help?"', 'textbox "Write your question"', 'button "Send"', 'link "Call 07 000 0000"',
    ]  # fmt: skip
    at = 0
    for piece in wanted:
        found = tree.find(piece, at)
        assert found >= 0, f"{piece!r} is missing or out of order in\n{tree}"
        at = found + len(piece)


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lights = sorted((light(one), light(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


assert DESKTOP["viewport"]["width"] == 1280 and PHONE["viewport"]["width"] == 390  # the widths of statement 11
