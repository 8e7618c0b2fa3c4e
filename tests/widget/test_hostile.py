"""Statements 8 and 9: hostile words from the server and from the visitor stay words; which addresses become links."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

import pytest
from playwright.sync_api import expect

from tests.widget.browser import Visit
from tests.widget.stub import Server, Stub, message, reply

pytestmark = pytest.mark.slow
Begin = Callable[..., Visit]

TEXTS = [
    "<img src=x onerror=pwn()>", "<svg onload=pwn()></svg>", "<svg><script>pwn()</script></svg>", "<script>pwn()</script>",
    "<iframe srcdoc='<script>parent.pwn()</script>'></iframe>", "<style>*{display:none}</style>", "<form action=https://evil.example><input name=a></form>",
    "<a href='javascript:pwn()'>x</a>", "<math><mtext><table><mglyph><style><img src=x onerror=pwn()>", "<template><script>pwn()</script></template>",
    "\"><img src=x onerror=pwn()>", "'><script>pwn()</script>", "[x](javascript:pwn())", "![x](javascript:pwn())", "![x](https://evil.example/x.png)",
    "javascript:pwn()", "data:text/html,<script>pwn()</script>", "{{constructor.constructor('pwn()')()}}", "${pwn()}", "<base href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>", "<object data=javascript:pwn()>", "<embed src=javascript:pwn()>", "<link rel=stylesheet href=//evil.example>",
    "&lt;img src=x onerror=pwn()&gt;", "\u202e<img src=x onerror=pwn()>", "<details open ontoggle=pwn()>", "<body onload=pwn()>", "<hipbot-chat></hipbot-chat>", "-->]]><img src=x onerror=pwn()>",
]  # fmt: skip
ADDRESSES = [
    "javascript:pwn()", "JaVaScRiPt:pwn()", "java\nscript:pwn()", "\tjavascript:pwn()", " javascript:pwn()", "javascript://%0apwn()", "data:text/html,<script>pwn()</script>",
    "vbscript:pwn()", "blob:https://evil.example/1", "file:///etc/passwd", "about:blank", "view-source:https://x.example", "intent://x#Intent;end", "filesystem:https://x.example/y",
    "http://[", "", None, 7, {}, [], "ws://evil.example",
]  # fmt: skip
LOOK = """() => { const root = document.querySelector('hipbot-chat').shadowRoot;
  const all = [...root.querySelectorAll('*')];
  return { pwned: window.pwned || 0,
    elements: all.map((one) => one.localName).filter((name) => ['iframe', 'style', 'object', 'embed', 'base', 'meta', 'template', 'math', 'form', 'script', 'link', 'img', 'hipbot-chat'].includes(name)),
    hrefs: all.filter((one) => one.localName === 'a').map((one) => one.href),
    handlers: all.flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith('on')) }; }"""
PWN = "window.pwned = 0; window.pwn = () => { window.pwned += 1; };"


def looked(one: Visit) -> Dict[str, Any]:
    return dict(one.page.evaluate(LOOK))


@pytest.fixture
def hostile(visit: Begin, stub: Stub) -> Visit:
    """An open chat on a page without any policy that would stop what the widget lets through."""
    stub.csp = ""
    return visit(script=PWN).go().open()


def assert_harmless(one: Visit, before: Dict[str, Any]) -> None:
    one.page.wait_for_load_state("networkidle")
    after = looked(one)
    assert after["pwned"] == 0
    assert after["handlers"] == []
    assert after["elements"] == before["elements"]
    assert {href.split(":")[0] for href in after["hrefs"]} <= {"http", "https", "tel", "mailto"}


def test_statement_08_hostile_texts_stay_texts(hostile: Visit, stub: Stub) -> None:
    """From the server, wherever it names a text, and each shown as it was written."""
    before = looked(hostile)
    stub.says(*[message(text, links=[{"text": text, "href": "javascript:pwn()"}]) for text in TEXTS])
    hostile.ask("hello", TEXTS[-1])
    for text in TEXTS:
        expect(hostile.log.locator(".bubble", has_text=text).first).to_be_attached()
    assert_harmless(hostile, before)


def test_statement_08_hostile_buttons_cards_and_sources(hostile: Visit, stub: Stub) -> None:
    before = looked(hostile)
    everywhere: List[Dict[str, Any]] = []
    for text in TEXTS:
        everywhere += [
            message("a", card={"kind": "exercise", "title": text, "step": 1, "of": text, "picture": {"src": text, "alt": text}}),
            message("b", card={"kind": "safety", "level": text, "heading": text, "numbers": [{"title": text, "href": text}]}, sources=[{"id": text, "title": text}]),
            message("c", card={"kind": text}, lang=text, id=text, attachment={"title": text, "href": text}),
        ]
    stub.says(*everywhere, message("The end.", buttons=[{"title": text, "reply": text} for text in TEXTS], answer={"id": TEXTS[0], "topic": "x"}))
    hostile.ask("hello", "The end.")
    same_origin = [name for name in looked(hostile)["elements"] if name == "img"]
    assert len(same_origin) == sum(1 for _ in same_origin)
    after = looked(hostile)
    assert after["pwned"] == 0 and after["handlers"] == []
    assert [name for name in after["elements"] if name not in ("img", "form")] == [name for name in before["elements"] if name not in ("img", "form")]
    assert {href.split(":")[0] for href in after["hrefs"]} <= {"http", "https", "tel", "mailto"}
    hostile.button(TEXTS[0]).click()
    hostile.answered("Fine.")
    assert stub.requests("/messages")[-1].body == {"reply": TEXTS[0]}
    assert looked(hostile)["pwned"] == 0


def test_statement_08_hostile_words_of_the_visitor(hostile: Visit, stub: Stub) -> None:
    before = looked(hostile)
    for text in TEXTS[:12]:
        hostile.ask(text, "Fine.")
        expect(hostile.log.locator(".user", has_text=text).last).to_be_attached()
    assert_harmless(hostile, before)
    hostile.page.reload()
    expect(hostile.log.locator(".user").first).to_contain_text(TEXTS[0])
    assert looked(hostile)["pwned"] == 0, "nor when they come back from storage"


def test_statement_08_hostile_settings_facts_and_failures(visit: Begin, stub: Stub) -> None:
    stub.csp = ""
    text = TEXTS[0]
    stub.suggestions = TEXTS
    assert stub.facts
    stub.facts.update(name=text, phone={"text": text, "href": "javascript:pwn()"}, email=text, booking="javascript:pwn()", notice=text,
                      emergency={"text": text, "number": "img", "href": "javascript:pwn()"})  # fmt: skip
    one = visit(script=PWN).go().open()
    expect(one.button(TEXTS[3])).to_be_visible()
    stub.says({"type": "error", "text": text, "links": [{"text": "img", "href": "javascript:pwn()"}]})
    one.say("hello")
    expect(one.alert).to_contain_text(text)
    after = looked(one)
    assert after["pwned"] == 0 and after["handlers"] == []
    assert {href.split(":")[0] for href in after["hrefs"]} <= {"http", "https", "tel", "mailto"}


@pytest.mark.parametrize("line", ["null", "7", '"text"', "[]", "{", '{"type": "message"}', '{"type": "message", "id": "1", "text": 7}', '{"type": "strange"}', "\x00"])
def test_a_line_of_nonsense_breaks_nothing(visit: Begin, stub: Stub, line: str) -> None:
    """It is skipped, or shown as a failure with a way on; the next turn works."""
    stub.says(line + "\n")
    one = visit().go().open()
    one.say("hello")
    expect(one.dots).to_be_hidden()
    one.ask("again", "Fine.")


def test_statement_09_which_addresses_become_links(visit: Begin, stub: Stub, server: Server) -> None:
    """http(s), mailto, tel and same-site links, and no other; external ones open in a new tab without a trace."""
    good = {"web": "https://clinic.example/a?b=c", "plain": "http://clinic.example/", "mail": "mailto:a@b.example", "tel": "tel:111", "own": "/booking"}
    stub.says(
        message(" ".join(good), links=[{"text": name, "href": href} for name, href in good.items()]),
        message(" ".join(f"bad{n}" for n in range(len(ADDRESSES))), links=[{"text": f"bad{n}", "href": href} for n, href in enumerate(ADDRESSES)]),
    )
    one = visit().go().open()
    said = one.ask("hello", "web plain")
    found = {link.inner_text(): (link.get_attribute("href"), link.get_attribute("target"), link.get_attribute("rel")) for link in said.get_by_role("link").all()}
    outside = ("_blank", "noopener noreferrer")
    assert found == {
        "web": (good["web"], *outside), "plain": (good["plain"], *outside),
        "mail": (good["mail"], None, None), "tel": (good["tel"], None, None), "own": (server.origin + "/booking", None, None),
    }  # fmt: skip
    hrefs = one.answered("bad0").get_by_role("link").evaluate_all("(all) => all.map((one) => one.href)")
    assert {href.split(":")[0] for href in hrefs} <= {"http"}, hrefs  # numbers and the like are paths of this site


def test_a_number_becomes_a_link_only_where_it_stands_alone(visit: Begin, stub: Stub) -> None:
    stub.says(message("Call 111 or 0111 or 1110, again 111.", links=[{"text": "111", "href": "tel:111"}]))
    one = visit().go().open()
    assert one.ask("hello", "Call").get_by_role("link").count() == 2
