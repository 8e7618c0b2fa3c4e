"""Statements 31 to 36, and the options: what the tab keeps, what deleting does, what a request carries, strings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable

import pytest
from playwright.sync_api import expect

from tests.widget.browser import Visit
from tests.widget.stub import WIDGET, Refuse, Server, Stub, message, reply

pytestmark = pytest.mark.slow
Begin = Callable[..., Visit]


def delete(one: Visit) -> None:
    one.button("Options").click()
    one.button("Delete conversation").click()
    one.button("Yes, delete").click()


def test_statement_31_it_survives_reload_and_page_change(visit: Begin, stub: Stub, size: str) -> None:
    """Conversation, quick replies, open state, text size and draft; and the focus stays where it was."""
    stub.says(message("Choose.", buttons=[reply("This one")], sources=[{"id": "S1", "title": "An article"}]))
    one = visit(size).go().open()
    one.ask("hello", "Choose.")
    one.button("Options").click()
    one.button("125 %").click()
    one.field.fill("half a quest")
    one.page.reload()
    expect(one.field).to_have_value("half a quest")
    assert one.log.locator(".bubble").all_inner_texts() == ["hello", "Choose."]
    expect(one.dialog).to_have_attribute("data-size", "125")
    if size == "desktop":
        assert one.focused().startswith("body"), "a page that loads keeps the focus to itself"
    one.go("/other")
    one.button("This one").click()
    one.answered("Fine.")
    assert len(stub.tokens) == 1, "the same conversation"
    one.button("Close").click()
    one.page.reload()
    one.launcher.wait_for()
    expect(one.dialog).to_have_count(0)


def test_statement_31_gone_with_the_tab(visit: Begin, stub: Stub) -> None:
    """Nothing lasts longer than the tab: no cookie, no localStorage; another tab begins anew."""
    one = visit().go().open()
    one.ask("hello", "Fine.")
    assert one.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie.length]") == [0, 1, 0]
    one.page = one.new_page()
    one.go()
    expect(one.dialog).to_have_count(0)
    one.open()
    expect(one.log.locator(".said")).to_have_count(0)


def test_statement_31_gone_after_half_an_hour(visit: Begin, stub: Stub) -> None:
    """In an open page, and in one that is loaded later."""
    one = visit()
    one.page.clock.install()
    one.go().open()
    one.ask("hello", "Fine.")
    one.page.clock.fast_forward("29:00")
    expect(one.log.locator(".said")).to_have_count(2)
    one.page.clock.fast_forward("01:30")
    expect(one.log.locator(".said")).to_have_count(0)
    expect(one.status).to_contain_text("half an hour")
    assert one.stored() is None
    one.ask("again", "Fine.")
    assert len(stub.tokens) == 2
    one.page.evaluate("() => { const kept = JSON.parse(sessionStorage.hipbot); kept.until -= 31 * 60000; sessionStorage.hipbot = JSON.stringify(kept); }")
    one.page.reload()
    one.launcher.wait_for()
    expect(one.dialog).to_have_count(0)
    one.open()
    expect(one.log.locator(".said")).to_have_count(0)
    assert one.stored() is not None and one.stored()["entries"] == []  # type: ignore[index]


def test_statement_31_two_tabs_do_not_mix(visit: Begin, stub: Stub) -> None:
    one = visit().go().open()
    one.ask("first tab", "Fine.")
    first, one.page = one.page, one.new_page()
    one.go().open()
    one.ask("second tab", "Fine.")
    assert len(stub.tokens) == 2
    one.page = first
    one.page.reload()
    expect(one.log.locator(".user")).to_have_count(1)
    expect(one.log.locator(".user")).to_contain_text("first tab")


def test_statement_31_a_turn_that_the_reload_cut_off(visit: Begin, stub: Stub) -> None:
    """It is not sent again by itself; one press brings its answer, with the key of the first try."""
    stub.says(Refuse(500))
    one = visit().go().open()
    one.say("hello")
    one.alert.get_by_role("button").wait_for()
    one.page.reload()
    expect(one.alert).to_contain_text("no answer yet")
    assert len(stub.requests("/messages")) == 1
    one.button("Try again").click()
    one.answered("Fine.")
    assert len({request.headers["Idempotency-Key"] for request in stub.requests("/messages")}) == 1
    assert one.log.locator(".user").count() == 1


@pytest.mark.parametrize("kept", ["{", "null", "7", '{"until": 1e15}', '{"entries": 3, "until": "x"}'])
def test_statement_31_nonsense_in_the_storage_is_no_harm(visit: Begin, stub: Stub, kept: str) -> None:
    one = visit(script=f"if (!sessionStorage.seen) {{ sessionStorage.seen = 1; sessionStorage.hipbot = {kept!r}; }}").go().open()
    one.ask("hello", "Fine.")


def test_statement_31_without_any_storage_it_works_as_long_as_the_page(visit: Begin, stub: Stub) -> None:
    one = visit(script="Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('shut', 'SecurityError'); } });").go().open()
    one.ask("hello", "Fine.")
    delete(one)
    expect(one.log.locator(".said")).to_have_count(0)


def test_statement_32_delete_empties_all_and_begins_anew(visit: Begin, stub: Stub, size: str) -> None:
    """Screen and storage at once, the server by a DELETE; the next message has a conversation of its own."""
    one = visit(size).go().open()
    one.ask("hello", "Fine.")
    one.field.fill("draft")
    delete(one)
    expect(one.log.locator(".said")).to_have_count(0)
    expect(one.field).to_have_value("")
    expect(one.status).to_have_text("The conversation is deleted.")
    assert "hello" not in str(one.stored()) and stub.tokens[0] not in str(one.stored())
    gone = stub.requests("/conversation")
    assert [(request.method, request.headers["Authorization"]) for request in gone] == [("DELETE", f"Bearer {stub.tokens[0]}")]
    expect(one.button("How often should I stretch?")).to_be_visible()
    one.ask("anew", "Fine.")
    assert len(stub.tokens) == 2 and stub.requests("/messages")[-1].headers["Authorization"].endswith(stub.tokens[1])


def test_statement_32_a_deletion_that_does_not_reach_the_server_says_so(visit: Begin, stub: Stub) -> None:
    stub.broken["/webhooks/website/conversation"] = 500
    one = visit().go().open()
    one.ask("hello", "Fine.")
    delete(one)
    expect(one.log.locator(".said")).to_have_count(0)
    expect(one.alert).to_contain_text("could not be reached")
    stub.broken.clear()
    one.button("Try again").click()
    expect(one.status).to_have_text("The conversation is deleted.")
    expect(one.alert).to_be_empty()
    assert [request.headers["Authorization"] for request in stub.requests("/conversation")] == [f"Bearer {stub.tokens[0]}"] * 2


def test_statement_33_no_cookie_no_referrer_a_random_key(visit: Begin, stub: Stub, server: Server) -> None:
    """The id is the server's; nothing of the visitor is in any request."""
    one = visit()
    one.context.add_cookies([{"name": "shop", "value": "anna", "url": server.origin}])
    one.go("/?patient=anna").open()
    one.ask("hello", "Fine.")
    one.button("Options").click()
    ours = [request for request in stub.asked if request.path.startswith("/webhooks/")]
    assert {request.path.rsplit("/", 1)[1] for request in ours} == {"settings", "conversations", "messages"}
    for request in ours:
        assert not {"Cookie", "Referer"} & set(request.headers)
    assert stub.requests("/conversations")[0].body == {}
    keys = [request.headers["Idempotency-Key"] for request in stub.requests("/messages")]
    one.ask("again", "Fine.")
    keys.append(stub.requests("/messages")[-1].headers["Idempotency-Key"])
    assert all(re.fullmatch(r"(\d{1,10}-){3}\d{1,10}", key) for key in keys), "four random words of 32 bits"
    assert len(set(keys)) == 2


@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844), (320, 568), (844, 500)])
def test_statement_34_the_note_stands_before_any_message(visit: Begin, stub: Stub, viewport: Any) -> None:
    """Automatic, not a doctor, the emergency number as a link; also while the server is down."""
    stub.broken["/webhooks/website/settings"] = 500
    one = visit("desktop", viewport={"width": viewport[0], "height": viewport[1]}).go().open()
    note = one.dialog.locator(".notice")
    expect(note).to_be_in_viewport(ratio=1)
    expect(note).to_contain_text("automatic helper, not a doctor")
    expect(note).to_contain_text("In an emergency, call 111.")
    expect(note.get_by_role("link", name="111")).to_have_attribute("href", "tel:111")


def test_statement_34_the_emergency_line_is_not_said_twice(visit: Begin, stub: Stub) -> None:
    """The server's note may end with it already."""
    assert stub.facts
    stub.facts["notice"] = "I'm an automatic helper, not a doctor. In an emergency, call 111."
    one = visit().go().open()
    assert one.dialog.locator(".notice").inner_text().count("In an emergency") == 1


def test_statement_34_without_facts_the_fixed_line_stands(visit: Begin, stub: Stub) -> None:
    """Served by something that does not fill in the clinic's facts."""
    stub.facts = None
    one = visit().go().open()
    expect(one.dialog.locator(".notice")).to_contain_text("In an emergency, call your local emergency number.")
    assert not one.axe()


def test_statement_35_saved_as_text_printed_and_larger(visit: Begin, stub: Stub, tmp_path: Path) -> None:
    stub.says(message("Every day.", sources=[{"id": "S1", "title": "An article"}]))
    stub.says(message("Call 111.", card={"kind": "safety", "level": "emergency", "heading": "Get help now", "numbers": []}))
    one = visit(script="window.print = () => { window.printed = true; };").go().open()
    one.ask("How often?", "Every day.")
    one.ask("numb", "Call 111.")
    one.button("Options").click()
    with one.page.expect_download() as download:
        one.button("Save as text").click()
    download.value.save_as(tmp_path / "saved.txt")
    lines = (tmp_path / "saved.txt").read_text(encoding="utf-8").split("\n")
    assert lines[0] == "MotionPlus Osteo, automatic assistant"
    assert re.search(r"\d{4}", lines[1])
    assert lines[2:] == ["", "You said:", "How often?", "", "Assistant said:", "Every day.", "An article", "", "You said:", "numb", "", "Assistant said:", "Get help now", "Call 111."]
    with one.context.expect_page() as paper:
        one.button("Print").click()
    assert "How often?" in paper.value.inner_text("body")
    assert paper.value.evaluate("window.printed")
    size = "(one) => parseFloat(getComputedStyle(one).fontSize)"
    bubble = one.log.locator(".bubble p").first
    for percent in (100, 125, 150):
        one.button(f"{percent} %").click()
        assert bubble.evaluate(size) == 16 * percent / 100
        expect(one.button(f"{percent} %")).to_have_attribute("aria-pressed", "true")


def german(source: str) -> str:
    """strings.js with a second table, whose every word begins with a sign of its own."""
    words = re.findall(r"^  (\w+): '(.*)',$", source, re.M)
    table = ", ".join(f"{name}: {'«' + text!r}" for name, text in words if name not in ("lang", "dir"))
    return source.replace("{ en: EN }", "{ en: EN, de: { lang: 'de', dir: 'rtl', " + table + " } }")


def test_statement_36_a_second_language_from_right_to_left(visit: Begin, stub: Stub) -> None:
    """Every word on screen comes from the table; each message has its own language and direction."""
    stub.instead["strings.js"] = german
    stub.instead["hipbot.js"] = lambda source: source.replace("en: {", "de: { open: '«Fragen', opening: '«...', failed: '«Fehler', call: '«Anruf' },\n    en: {", 1)
    stub.says(message("مرحبا بك", lang="ar", buttons=[reply("نعم")], sources=[{"id": "S", "title": "مقال"}], answer={"id": "a", "topic": "a"}), message("Hello."),
              message("Step.", card={"kind": "exercise", "title": "t", "step": 2, "of": 4, "picture": None}))  # fmt: skip
    one = visit().go(attributes='data-lang="de"')
    expect(one.launcher).to_have_text("«Fragen")
    one.open()
    one.ask("שלום", "Step.")
    one.button("«Options").click()
    arabic = one.log.locator(".said[lang=ar]")
    assert arabic.locator("p").first.evaluate("(one) => getComputedStyle(one).direction") == "rtl"
    assert one.log.get_by_text("Hello.").evaluate("(one) => getComputedStyle(one).direction") == "ltr"
    assert one.dialog.evaluate("(one) => getComputedStyle(one).direction") == "rtl"
    close, title = one.button("«Close").bounding_box(), one.dialog.locator("h2").bounding_box()
    assert close and title and close["x"] < title["x"], "the window is mirrored"
    ours = "Hello.|Step.|t|שלום|مرحبا بك|نعم|مقال|07 000 0000|MotionPlus|100 %|125 %|150 %|111|automatic helper|I answer"
    texts = one.page.evaluate("""() => { const walk = document.createTreeWalker(document.querySelector('hipbot-chat').shadowRoot.querySelector('.panel'), NodeFilter.SHOW_TEXT), all = [];
      while (walk.nextNode()) all.push(walk.currentNode.data.trim()); return all.filter(Boolean); }""")
    strange = [text for text in texts if not text.startswith("«") and not re.search(ours, text) and text not in (".", "In an emergency, call")]
    assert not strange
    labels = one.page.locator("hipbot-chat [aria-label]").evaluate_all("(all) => all.map((one) => one.getAttribute('aria-label'))")
    assert all(label.startswith("«") for label in labels)
    assert not one.axe()


def test_statement_36_the_page_s_language_is_taken_where_there_is_a_table(visit: Begin, stub: Stub) -> None:
    stub.instead["strings.js"] = german
    stub.pages["/"] = "<!doctype html><html lang=de-CH><title>t</title><body><script src=/widget/hipbot.js></script>"
    one = visit().go().open()
    expect(one.button("«Close")).to_be_visible()
