"""Statements 2 to 7, 37 and 38: what is loaded when, content security policies, hosts with wild styles, old browsers."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from playwright.sync_api import expect

from tests.widget.browser import PAGE, Visit
from tests.widget.stub import FACTS, STRICT_CSP, Server, Stub, message, reply

pytestmark = pytest.mark.slow
Begin = Callable[..., Visit]
TRUSTED_TYPES = STRICT_CSP + "; require-trusted-types-for 'script'"
OLD = {
    "no shadow DOM": "delete Element.prototype.attachShadow",
    "no fetch": "delete window.fetch",
    "no modules": "delete HTMLScriptElement.prototype.noModule",
}
NO_SHEETS = "delete Document.prototype.adoptedStyleSheets; delete ShadowRoot.prototype.adoptedStyleSheets;"
NO_DIALOG = "delete window.HTMLDialogElement;"


def test_statement_02_on_a_slow_phone_it_is_there_in_time(visit: Begin, stub: Stub) -> None:
    """400 kbit/s, 400 ms, a quarter of the processor: launcher within 2 s, writing line within 3 s of navigation."""
    one = visit("phone")
    devtools = one.context.new_cdp_session(one.page)
    devtools.send("Network.enable")
    speed = 400_000 / 8
    devtools.send("Network.emulateNetworkConditions", {"offline": False, "latency": 400, "downloadThroughput": speed, "uploadThroughput": speed})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    stub.pages["/"] = "<!doctype html><html lang=en><title>t</title><script src=/widget/hipbot.js async></script><body><p>Hello"
    script = """() => new Promise((found) => { const times = {}; (function look() {
        const root = document.querySelector('hipbot-chat')?.shadowRoot, launch = root?.querySelector('.launch'), field = root?.querySelector('#field');
        if (launch && !times.launcher) { times.launcher = performance.now(); launch.click(); }
        if (field && field.getBoundingClientRect().height) { times.field = performance.now(); return found(times); }
        requestAnimationFrame(look); })(); })"""
    one.page.goto(one.server.origin + "/", wait_until="commit")
    times = one.page.evaluate(script)
    assert times["launcher"] <= 2_000
    assert times["field"] <= 3_000


def test_statement_03_before_the_button_is_pressed_only_the_script(visit: Begin, server: Server) -> None:
    """No request but page and script, no cookie, nothing in any storage."""
    one = visit().go()
    one.page.wait_for_load_state("networkidle")
    assert [request.url[len(server.origin) :] for request in one.requests] == ["/", "/host.css", "/widget/hipbot.js"]
    assert one.context.cookies() == []
    assert one.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie.length]") == [0, 0, 0]
    assert one.page.evaluate("async () => (await indexedDB.databases()).length + (await caches.keys()).length") == 0


def test_statement_04_no_request_to_another_origin(visit: Begin, stub: Stub, server: Server) -> None:
    """Not even for a picture that an answer names. (After every other test this is looked at, too.)"""
    stub.csp = ""
    stub.says(message("Look.", image={"src": "https://elsewhere.example/x.png", "alt": "x"}, card={"kind": "exercise", "title": "t", "step": 1, "of": 2, "picture": {"src": "//elsewhere.example/y.png", "alt": ""}}))
    one = visit().go().open()
    one.ask("hello", "Look.")
    one.page.wait_for_load_state("networkidle")
    assert {"/".join(request.url.split("/")[:3]) for request in one.requests} == {server.origin}


def test_statement_05_without_javascript_the_phone_number_is_there(visit: Begin, server: Server, stub: Stub) -> None:
    one = visit(java_script_enabled=False)
    stub.pages["/"] = PAGE.format(attributes="")
    one.page.goto(server.origin)
    expect(one.page.get_by_role("link", name=FACTS["phone"]["text"])).to_be_visible()


@pytest.mark.parametrize("lack", OLD)
def test_statement_05_an_old_browser_shows_the_phone_number_in_the_button_s_place(visit: Begin, stub: Stub, server: Server, lack: str) -> None:
    stub.pages["/"] = PAGE.format(attributes="")
    one = visit(script=OLD[lack])
    one.page.goto(server.origin)
    link = one.page.get_by_role("link", name="Call " + FACTS["phone"]["text"])
    expect(link).to_be_in_viewport()
    assert link.get_attribute("href") == FACTS["phone"]["href"]
    box = link.bounding_box()
    assert box and box["y"] > 400 and box["x"] > 640, "where the button would be: bottom right"
    expect(one.launcher).to_have_count(0)


@pytest.mark.parametrize("csp", [STRICT_CSP, TRUSTED_TYPES], ids=["statement_06_strict_csp", "statement_07_trusted_types"])
def test_full_look_and_function_under(visit: Begin, stub: Stub, csp: str) -> None:
    """Every kind of content and control, with no report (looked at when the visit closes)."""
    stub.csp = csp
    picture = {"src": "/widget/icon.svg", "alt": "A drawing"}
    stub.says(message("One\n- two\n- three", buttons=[reply("Go on")], image=picture, sources=[{"id": "S1", "title": "An article"}], answer={"id": "a", "topic": "a"}))
    stub.says(message("Kneel.", card={"kind": "exercise", "title": "Kneeling", "step": 1, "of": 4, "picture": picture}, buttons=[reply("Next")]))
    stub.says(message("Call now.", card={"kind": "safety", "level": "emergency", "heading": "Get help now", "numbers": [{"title": "Call 111", "href": "tel:111"}]}))
    one = visit(script="window.print = () => { window.printed = true; };").go().open()
    one.ask("hello", "One")
    one.page.locator("hipbot-chat summary").click()
    one.button("No").click()
    expect(one.log.get_by_text("Thank you.")).to_be_visible()
    one.button("Go on").click()
    one.answered("Kneel.")
    one.ask("help", "Call now.")
    colour = one.page.locator("hipbot-chat .head").evaluate("(one) => getComputedStyle(one).backgroundColor")
    assert colour == "rgb(13, 92, 99)", "the style sheet is at work"
    one.button("Options").click()
    one.button("150 %").click()
    with one.page.expect_download() as download:
        one.button("Save as text").click()
    assert download.value.suggested_filename == "conversation.txt"
    with one.context.expect_page() as paper:
        one.button("Print").click()
    assert "Kneel." in paper.value.inner_text("body")
    one.button("Delete conversation").click()
    one.button("Yes, delete").click()
    expect(one.log.locator(".said")).to_have_count(0)
    one.button("Close").click()
    expect(one.dialog).to_have_count(0)


def test_a_page_whose_trusted_types_shut_it_out_still_shows_the_numbers(visit: Begin, stub: Stub, server: Server) -> None:
    stub.csp = TRUSTED_TYPES + "; trusted-types none-of-ours"
    one = visit(script="addEventListener('securitypolicyviolation', () => { window.reports = []; });").go()
    one.launcher.click()
    expect(one.page.get_by_role("alert").get_by_role("link", name="111")).to_be_visible()


def test_statement_37_the_page_s_style_does_not_change_it(visit: Begin, stub: Stub) -> None:
    """Wild rules, `!important` among them: every element keeps its computed style."""
    look = """() => { const root = document.querySelector('hipbot-chat').shadowRoot;
        return [...root.querySelectorAll('.place *')].map((one) => { const style = getComputedStyle(one);
        return ['color', 'backgroundColor', 'fontFamily', 'fontSize', 'fontStyle', 'letterSpacing', 'lineHeight', 'textTransform', 'textAlign', 'visibility',
        'display', 'width', 'padding', 'margin', 'border', 'opacity', 'wordSpacing', 'textIndent', 'cursor', 'float', 'direction'].map((name) => style[name]).join(';'); }); }"""
    calm = visit().go().open()
    calm.ask("hello", "Fine.")
    before = calm.page.evaluate(look)
    stub.pages["host.css"] = """
      body * { font: italic 40px/3 serif; } /* not html: the root's font size is the reader's wish, statement 16 */
      * { color: red; font-style: italic; letter-spacing: 9px; margin: 20px; opacity: .5; text-indent: 3em; }
      button, div, p, textarea, hipbot-chat { background: lime !important; padding: 33px !important; display: inline !important; text-transform: uppercase !important; float: left !important; visibility: hidden !important; }
      hipbot-chat { filter: invert(1) !important; transform: rotate(9deg) !important; position: absolute !important; width: 3px !important; direction: rtl; }"""
    wild = visit().go().open()
    wild.ask("hello", "Fine.")
    assert wild.page.evaluate(look) == before
    assert wild.page.evaluate("getComputedStyle(document.querySelector('hipbot-chat')).transform") == "none"


def test_statement_37_own_colours_and_words(visit: Begin, stub: Stub) -> None:
    """By attributes of the script, or by custom properties of the page."""
    one = visit().go(attributes='data-colour="#ffe08a" data-position="left" data-label="Chat with us"')
    style = one.launcher.evaluate("(one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color, one.textContent]")
    assert style == ["rgb(255, 224, 138)", "rgb(0, 0, 0)", "Chat with us"], "a light colour gets dark words"
    box = one.launcher.bounding_box()
    assert box and box["x"] < 100
    one.open()
    assert not one.axe()
    one.close()
    stub.pages.clear()
    stub.pages["host.css"] = "html { --hipbot-colour: #402060; --hipbot-on-colour: #fffffe; }"
    two = visit().go()
    assert two.launcher.evaluate("(one) => getComputedStyle(one).color") == "rgb(255, 255, 254)"


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_statement_38_old_browsers_get_a_link_and_a_section(visit: Begin, server: Server, size: str) -> None:
    """No constructable style sheets, no <dialog>: style comes from same-origin links, a plain section replaces the dialog."""
    one = visit(size, script=NO_SHEETS + NO_DIALOG).go()
    assert f"{server.origin}/widget/launcher.css" in [request.url for request in one.requests]
    expect(one.launcher).to_have_css("border-radius", "30px")
    one.open()
    assert one.dialog.evaluate("(one) => one.localName") == "section"
    one.ask("hello", "Fine.")
    assert not one.axe()
    behind = one.page.locator("main").get_attribute("inert")
    assert (behind is not None) == (size == "phone"), "on a phone the page behind is out of reach"
    one.page.keyboard.press("Escape")
    expect(one.dialog).to_have_count(0)
    assert one.page.locator("main").get_attribute("inert") is None
    assert one.focused().startswith("button||launch")


def test_it_can_be_served_from_another_origin(visit: Begin, stub: Stub, server: Server, elsewhere: Server) -> None:
    """As on WordPress and the like: the page is theirs, the chat is ours."""
    chat = elsewhere.origin
    elsewhere.stub.pages["/"] = ""
    stub.csp = f"default-src 'none'; script-src {chat}; style-src {chat} 'self'; img-src {chat}; connect-src {chat}"
    stub.pages["/"] = PAGE.format(attributes="").replace("/widget/hipbot.js", chat + "/widget/hipbot.js")
    one = visit()
    one.allowed.add(chat)
    one.go().open()
    one.ask("hello", "Fine.")
    assert elsewhere.stub.requests("/messages")


@pytest.fixture
def elsewhere() -> Any:
    other = Server()
    yield other
    other.close()


def test_pasted_twice_it_is_there_once(visit: Begin, stub: Stub) -> None:
    stub.pages["/"] = "<!doctype html><html lang=en><title>t</title><body>" + "<script src=/widget/hipbot.js></script>" * 2
    one = visit().go()
    expect(one.launcher).to_have_count(1)
