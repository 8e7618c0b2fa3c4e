"""Statements 25 to 30: what an answer may bring, and every way in which it may fail to come."""

from __future__ import annotations

import threading
from typing import Any, Callable, List

import pytest
from playwright.sync_api import expect

from tests.widget.browser import Visit
from tests.widget.stub import FACTS, Drop, Refuse, Stub, message, reply

pytestmark = pytest.mark.slow
Begin = Callable[..., Visit]
PHONE = "Call " + FACTS["phone"]["text"]


def users(one: Visit) -> List[str]:
    return one.log.locator(".user p").all_inner_texts()


def keys(stub: Stub) -> List[str]:
    return [request.headers["Idempotency-Key"] for request in stub.requests("/messages")]


def test_statement_25_everything_that_an_answer_may_bring(visit: Begin, stub: Stub) -> None:
    """Several bubbles, lists, picture, attachment, buttons; the title is shown, the token is sent; unknown cards are ignored."""
    button = reply("How long?")
    stub.says(
        message("First.\n\n- one\n- two"),
        message("Second.", image={"src": "/widget/icon.svg", "alt": "A bubble"}, attachment={"href": "/guide.pdf", "title": "The guide"}),
        message("Third.", card={"kind": "weather", "title": "Rain"}, strange={"a": 1}),
        {"type": "something new"},
        message("Fourth.", buttons=[button]),
    )
    one = visit().go().open()
    one.ask("hello", "Fourth.")
    assert one.log.locator(".bubble").count() == 5
    assert one.log.locator("li").all_inner_texts() == ["one", "two"]
    assert one.log.get_by_role("img", name="A bubble").evaluate("(one) => one.naturalWidth") > 0
    expect(one.log.get_by_role("link", name="The guide")).to_have_attribute("href", one.server.origin + "/guide.pdf")
    expect(one.log.get_by_text("Rain")).to_have_count(0)
    one.button("How long?").click()
    one.answered("Fine.")
    assert stub.requests("/messages")[-1].body == {"reply": button["reply"]}
    assert users(one) == ["hello", "How long?"]


def test_statement_26_no_answer_is_said(visit: Begin, stub: Stub) -> None:
    """An end without a message: an alert with the phone number and a retry, as a new turn."""
    stub.says({"type": "end"})
    one = visit().go().open()
    one.say("hello")
    expect(one.alert).to_contain_text("No answer came.")
    expect(one.alert.get_by_role("link", name=PHONE)).to_have_attribute("href", FACTS["phone"]["href"])
    one.button("Try again").click()
    one.answered("Fine.")
    assert len(set(keys(stub))) == 2
    expect(one.alert).to_be_empty()


FAILURES = {"error 500": Refuse(500, {"oops": 1}), "error 502 with a page": Refuse(502, "x"), "the line breaks at once": Drop()}


@pytest.mark.parametrize("how", FAILURES)
def test_statement_27_a_failed_turn_can_be_asked_again(visit: Begin, stub: Stub, how: str) -> None:
    """The text is kept, one press asks again with the same key, the bubble is not doubled, nothing is sent by itself."""
    stub.turns.append([FAILURES[how]])
    one = visit().go().open()
    one.say("hello")
    expect(one.alert).to_contain_text("Something went wrong.")
    expect(one.alert.get_by_role("link", name=PHONE)).to_be_visible()
    one.page.wait_for_timeout(1_200)  # long enough for whatever would send it by itself
    assert len(keys(stub)) == 1
    one.button("Try again").click()
    one.answered("Fine.")
    assert users(one) == ["hello"]
    assert keys(stub) == keys(stub)[:1] * 2


def test_statement_27_offline(visit: Begin, stub: Stub) -> None:
    one = visit().go().open()
    one.context.set_offline(True)
    one.say("hello")
    expect(one.alert).to_contain_text("no internet connection")
    expect(one.page.locator("hipbot-chat .notice").get_by_role("link", name="111")).to_be_visible()
    assert users(one) == ["hello"]
    one.context.set_offline(False)
    one.button("Try again").click()
    one.answered("Fine.")
    assert users(one) == ["hello"] and len(keys(stub)) == 1


def test_statement_27_opened_while_offline(visit: Begin, stub: Stub) -> None:
    """The chat cannot be loaded: phone and emergency number stand by the button, and it opens once the line is back."""
    one = visit().go()
    one.context.set_offline(True)
    one.launcher.click()
    sorry = one.page.get_by_role("alert")
    expect(sorry).to_contain_text("did not open")
    expect(sorry.get_by_role("link", name=PHONE)).to_be_visible()
    expect(sorry.get_by_role("link", name="111")).to_have_attribute("href", "tel:111")
    assert not one.axe()
    one.context.set_offline(False)
    one.open()
    one.ask("hello", "Fine.")


@pytest.mark.parametrize("path", ["/widget/chat.js", "/widget/talk.js", "/widget/chat.css"])
def test_statement_27_a_server_that_fails_while_it_opens(visit: Begin, stub: Stub, path: str) -> None:
    stub.broken[path] = 503
    one = visit().go()
    one.launcher.click()
    expect(one.page.get_by_role("alert").get_by_role("link", name=PHONE)).to_be_visible()
    del stub.broken[path]
    one.open()
    one.ask("hello", "Fine.")


def test_statement_27_thirty_seconds_are_the_end_of_patience(visit: Begin, stub: Stub) -> None:
    stub.says(gate := threading.Event(), message("Late."))
    one = visit()
    one.page.clock.install()
    one.go().open()
    with one.page.expect_request("**/messages"):  # each request has its own half minute
        one.say("hello")
    one.page.clock.fast_forward(29_000)
    expect(one.alert).to_be_empty()
    one.page.clock.fast_forward(2_000)
    expect(one.alert).to_contain_text("No answer came in time.")
    expect(one.dots).to_be_hidden()
    gate.set()
    one.button("Try again").click()
    one.answered("Fine.")
    expect(one.log.get_by_text("Late.")).to_have_count(0)


def test_statement_27_a_line_that_breaks_in_the_middle(visit: Begin, stub: Stub) -> None:
    """What had come stays and is not doubled by the retry, which brings the whole turn again."""
    first, second = message("First."), message("Second.")
    stub.says(first, gate := threading.Event(), Drop())
    stub.says(first, second)
    one = visit().go().open()
    one.say("hello")
    expect(one.log.get_by_text("First.")).to_be_visible()
    gate.set()
    expect(one.alert).to_contain_text("Something went wrong.")
    one.button("Try again").click()
    one.answered("Second.")
    expect(one.log.get_by_text("First.")).to_have_count(1)
    assert len(set(keys(stub))) == 1


def test_statement_28_after_eight_seconds_it_says_so(visit: Begin, stub: Stub) -> None:
    stub.says(gate := threading.Event(), message("Late."))
    one = visit()
    one.page.clock.install()
    one.go().open()
    one.say("hello")
    expect(one.dots).to_be_visible()
    one.page.clock.fast_forward(7_000)
    expect(one.status).to_have_text("The assistant is writing.")
    one.page.clock.fast_forward(1_500)
    expect(one.status).to_contain_text("longer than usual")
    gate.set()
    one.answered("Late.")
    expect(one.status).to_be_empty()


ENDS: List[List[Any]] = [[message("Fine.")], [{"type": "end"}], [Refuse(500)], [Drop()], [{"type": "error", "text": "Sorry."}], ["{nonsense\n"], [message("Half."), Drop()]]


@pytest.mark.parametrize("steps", ENDS, ids=["answer", "nothing", "500", "drop", "error", "nonsense", "half"])
def test_statement_28_the_dots_end_on_every_outcome(visit: Begin, stub: Stub, steps: List[Any]) -> None:
    stub.says(gate := threading.Event(), *steps) if not isinstance(steps[0], Refuse) else stub.says(*steps)
    one = visit().go().open()
    one.say("hello")
    if not isinstance(steps[0], Refuse):
        expect(one.dots).to_be_visible()
        gate.set()
    expect(one.dots).to_be_hidden()
    expect(one.dialog.locator(".said:not(.user), [role=alert] button").first).to_be_visible()


def test_statement_29_the_first_bubble_does_not_wait_for_the_last(visit: Begin, stub: Stub) -> None:
    stub.says(message("First."), gate := threading.Event(), message("Last."))
    one = visit().go().open()
    one.say("hello")
    expect(one.log.get_by_text("First.")).to_be_visible()
    expect(one.log.get_by_text("Last.")).to_have_count(0)
    expect(one.dots).to_be_visible()
    gate.set()
    one.answered("Last.")


def test_statement_29_lines_may_be_cut_anywhere(visit: Begin, stub: Stub) -> None:
    """In the middle of a line, even of a character; the last one may lack its line break."""
    stub.turns.append(['{"type": "message", "id": "1", ', '"text": "Wh', "\u0101nau", '"}\n\n{"type"', ': "end"}'])
    one = visit().go().open()
    one.ask("hello", "Wh\u0101nau")
    expect(one.alert).to_be_empty()


def test_statement_30_two_quick_presses_send_once(visit: Begin, stub: Stub) -> None:
    stub.says(gate := threading.Event(), message("Choose.", buttons=[reply("This one")]))
    one = visit().go().open()
    one.field.fill("hello")
    one.page.evaluate("""() => { const root = document.querySelector('hipbot-chat').shadowRoot, field = root.querySelector('#field');
      for (let n = 0; n < 3; n++) field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      root.querySelector('.send').click(); root.querySelector('.send').click(); }""")
    one.field.fill("while it works")
    one.field.press("Enter")
    expect(one.field).to_have_value("while it works")
    gate.set()
    one.answered("Choose.")
    one.button("This one").dblclick()
    one.answered("Fine.")
    assert users(one) == ["hello", "This one"]
    assert [request.body.get("text") for request in stub.requests("/messages")] == ["hello", None]


def test_statement_30_a_late_reply_for_a_deleted_conversation_is_dropped(visit: Begin, stub: Stub) -> None:
    stub.says(message("First."), gate := threading.Event(), message("Too late."))
    one = visit().go().open()
    one.say("hello")
    expect(one.log.get_by_text("First.")).to_be_visible()
    one.button("Options").click()
    one.button("Delete conversation").click()
    one.button("Yes, delete").click()
    gate.set()
    one.ask("something else", "Fine.")
    expect(one.log.get_by_text("Too late.")).to_have_count(0)
    assert users(one) == ["something else"]
    assert "Too late." not in str(one.stored())


def test_the_server_s_own_words_of_failure_are_shown(visit: Begin, stub: Stub) -> None:
    """503 while the model loads: its sentence, and the emergency line with a number to press."""
    stub.says(Refuse(503, {"error": "I'm still starting up.", "emergency": FACTS["emergency"]}))
    one = visit().go().open()
    one.say("hello")
    expect(one.alert).to_contain_text("I'm still starting up.")
    expect(one.alert.get_by_role("link", name="111")).to_have_attribute("href", "tel:111")


def test_too_fast_means_a_wait_that_ends(visit: Begin, stub: Stub) -> None:
    stub.says(Refuse(429, {"error": "That was a bit fast.", "retry_after": 3}))
    one = visit()
    one.page.clock.install()
    one.go().open()
    one.say("hello")
    expect(one.alert).to_contain_text("try again in 3 seconds")
    expect(one.button("Try again")).to_be_disabled()
    one.page.clock.fast_forward(3_100)
    one.button("Try again").click()
    one.answered("Fine.")
    assert len(set(keys(stub))) == 1


def test_an_error_inside_the_stream_ends_the_turn(visit: Begin, stub: Stub) -> None:
    """Its words are shown, with their numbers; asking again is the same turn, with the same key."""
    stub.says({"type": "error", "text": "Sorry. Call 07 000 0000.", "links": [{"text": "07 000 0000", "href": "tel:070000000"}]})
    one = visit().go().open()
    one.say("hello")
    expect(one.alert.get_by_role("link", name="07 000 0000", exact=True)).to_be_visible()
    one.button("Try again").click()
    one.answered("Fine.")
    assert len(set(keys(stub))) == 1 and users(one) == ["hello"]


@pytest.mark.parametrize("status", [401, 410])
def test_a_conversation_that_has_run_out_is_begun_anew(visit: Begin, stub: Stub, status: int) -> None:
    """What was pressed is asked in words: the old conversation's tokens mean nothing in the new one."""
    stub.says(message("Choose.", buttons=[reply("This one")]))
    stub.says(Refuse(status, {"error": "over"}))
    one = visit().go().open()
    one.ask("hello", "Choose.")
    one.button("This one").click()
    one.answered("Fine.")
    assert len(stub.tokens) == 2
    last = stub.requests("/messages")[-1]
    assert last.body == {"text": "This one"}
    assert last.headers["Authorization"] == f"Bearer {stub.tokens[1]}"
    expect(one.status).to_be_empty()


def test_a_thousand_characters_are_counted_down(visit: Begin, stub: Stub) -> None:
    one = visit().go().open()
    count = one.dialog.locator("#count")
    one.field.fill("x" * 799)
    expect(count).to_be_hidden()
    one.field.fill("x" * 990)
    expect(count).to_have_text("10 characters left")
    one.field.fill("\U0001f600" * 1000)
    expect(count).to_have_text("0 characters left")
    one.field.fill("x" * 1003)
    expect(count).to_have_text("3 characters too many")
    one.field.press("Enter")
    one.button("Send").click()
    assert not stub.requests("/messages")
    one.field.fill("x" * 1000)
    one.field.press("Enter")
    one.answered("Fine.")


def test_shift_and_enter_make_a_line(visit: Begin, stub: Stub) -> None:
    one = visit().go().open()
    one.field.fill("one")
    one.field.press("Shift+Enter")
    one.page.keyboard.type("two")
    one.field.press("Enter")
    one.answered("Fine.")
    assert stub.requests("/messages")[-1].body == {"text": "one\ntwo"}
