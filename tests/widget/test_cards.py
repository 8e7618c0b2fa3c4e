"""Cards, sources, feedback, chips, the way to a person: what the server names and the widget only frames."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from playwright.sync_api import expect

from tests.widget.browser import Visit
from tests.widget.stub import FACTS, SUGGESTIONS, Stub, message, reply

pytestmark = pytest.mark.slow
Begin = Callable[..., Visit]


def step(number: int, text: str, *titles: str, picture: Any = None) -> Any:
    card = {"kind": "exercise", "exercise": "kneeling_stretch", "title": "Kneeling stretch", "step": number, "of": 4, "picture": picture}
    return message(text, card=card, buttons=[reply(title) for title in titles])


def test_an_exercise_goes_one_step_at_a_time(visit: Begin, stub: Stub) -> None:
    """Opening without a number, then title, "Step 2 of 4", the words, and the server's buttons; with a picture where there is one."""
    stub.says(step(0, "It stretches the front of your hip."), step(1, "Tuck your pelvis.", "Next", "Say it again", "Stop"))
    stub.says(step(2, "Look for a mild pull.", "Next", "Back", picture={"src": "/widget/icon.svg", "alt": "Somebody kneels"}))
    one = visit().go().open()
    one.ask("show me", "Tuck your pelvis.")
    opening = one.log.locator(".card").first
    expect(opening.get_by_role("heading", name="Kneeling stretch")).to_be_visible()
    assert "Step" not in opening.inner_text()
    assert one.dialog.get_by_role("group", name="Suggested answers").get_by_role("button").all_inner_texts() == ["Next", "Say it again", "Stop"]
    one.button("Next").click()
    card = one.answered("mild pull").locator(".card")
    expect(card).to_contain_text("Step 2 of 4")
    assert card.locator("progress").evaluate("(one) => one.position") == 0.5
    assert card.get_by_role("img", name="Somebody kneels").evaluate("(one) => one.naturalWidth") > 0
    expect(card).to_be_in_viewport()
    one.button("Back").click()
    one.answered("Fine.")


def test_a_safety_card_looks_unlike_everything_else(visit: Begin, stub: Stub, size: str) -> None:
    """Heading, drawing, words and colour; the numbers can be pressed, and are large."""
    stub.says(message("Please call 111 now.", card={"kind": "safety", "level": "emergency", "heading": "Get help now", "numbers": [{"title": "Call 111", "href": "tel:111"}, {"title": "Call Healthline", "href": "tel:0800611116"}]}))
    stub.says(message("An ordinary answer."))
    one = visit(size).go().open()
    card = one.ask("numb", "Please call").locator(".card")
    expect(card.get_by_role("heading", name="Get help now")).to_be_visible()
    assert card.locator("h3 svg").count() == 1
    numbers = card.get_by_role("link").all()
    assert [(link.inner_text(), link.get_attribute("href")) for link in numbers] == [("Call 111", "tel:111"), ("Call Healthline", "tel:0800611116")]
    for link in numbers:
        box = link.bounding_box()
        assert box and box["height"] >= 44 and box["width"] >= 200
    look = "(one) => { const style = getComputedStyle(one); return [style.borderTopWidth, style.borderTopColor, style.backgroundColor]; }"
    plain = one.ask("hello", "An ordinary answer.").locator(".bubble")
    assert all(ours != theirs for ours, theirs in zip(card.evaluate(look), plain.evaluate(look)))


def test_levels_of_safety_differ(visit: Begin, stub: Stub) -> None:
    levels = ("emergency", "crisis", "same_day")
    stub.says(*(message(level, card={"kind": "safety", "level": level, "heading": level, "numbers": []}) for level in levels))
    one = visit().go().open()
    one.ask("hello", "same_day")
    colours = one.log.locator(".card h3").evaluate_all("(all) => all.map((one) => getComputedStyle(one).backgroundColor)")
    assert len(set(colours)) == 3


def test_sources_fold_out(visit: Begin, stub: Stub) -> None:
    stub.says(message("Every day.", sources=[{"id": "S1", "title": "An article"}, {"id": "S2", "title": "Another"}]))
    one = visit().go().open()
    said = one.ask("hello", "Every day.")
    expect(said.get_by_text("An article")).to_be_hidden()
    said.get_by_text("Where this comes from").click()
    expect(said.get_by_text("An article")).to_be_visible()


def test_sources_and_thumbs_stand_once_under_the_last_bubble(visit: Begin, stub: Stub) -> None:
    """The server names them with the first bubble that has them; they belong to the whole answer, also after a reload."""
    about = {"sources": [{"id": "S1", "title": "An article"}], "answer": {"id": "a", "topic": "a"}}
    stub.says(message("A note."), message("The answer.", **about), message("The end.", buttons=[reply("More")]))
    one = visit().go().open()
    one.ask("hello", "The end.")
    for _ in range(2):
        last = one.log.locator(".said").last
        expect(last).to_contain_text("The end.")
        expect(one.log.get_by_text("Where this comes from")).to_have_count(1)
        expect(last.get_by_text("Where this comes from")).to_be_visible()
        expect(one.log.get_by_text("Did this help?")).to_have_count(1)
        expect(last.get_by_role("button", name="Yes")).to_be_visible()
        one.page.reload()


def test_chips_on_an_empty_conversation(visit: Begin, stub: Stub) -> None:
    """The server's suggestions and its word on privacy; gone after the first message."""
    stub.privacy = "What you write stays on the clinic's own computer."
    one = visit().go().open()
    group = one.dialog.get_by_role("group", name="What can I ask?")
    expect(group.get_by_role("button")).to_have_text(SUGGESTIONS)
    expect(one.dialog.get_by_text(stub.privacy)).to_be_visible()
    one.button(SUGGESTIONS[1]).click()
    one.answered("Fine.")
    assert stub.requests("/messages")[-1].body == {"text": SUGGESTIONS[1]}
    expect(group).to_have_count(0)


def test_without_settings_it_can_still_be_asked(visit: Begin, stub: Stub) -> None:
    stub.broken["/webhooks/website/settings"] = 503
    one = visit().go().open()
    expect(one.dialog.get_by_text("Write it in your own words.")).to_be_visible()
    one.ask("hello", "Fine.")


@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844), (320, 568), (320, 256)])
def test_the_way_to_a_person_is_always_on_screen(visit: Begin, stub: Stub, viewport: Any) -> None:
    one = visit("desktop", viewport={"width": viewport[0], "height": viewport[1]}).go().open()
    one.ask("hello", "Fine.")
    person = one.dialog.locator(".person")
    phone = person.get_by_role("link", name="Call " + FACTS["phone"]["text"])
    expect(phone).to_be_in_viewport(ratio=1)
    expect(phone).to_have_attribute("href", FACTS["phone"]["href"])
    expect(person.get_by_role("link", name="E-mail")).to_have_attribute("href", "mailto:" + FACTS["email"])
    expect(person.get_by_role("link", name="Book")).to_have_attribute("href", FACTS["booking"])


def test_thumbs_and_a_reason(visit: Begin, stub: Stub) -> None:
    """Topic and answer only; words only where the visitor writes some and is told that they are kept."""
    stub.says(message("Every day.", answer={"id": "how_often", "topic": "how_often"}))
    stub.says(message("Twice.", answer={"id": "how_often:lean_back", "topic": "how_often"}))
    one = visit().go().open()
    one.ask("hello", "Every day.").get_by_role("button", name="Yes").click()
    expect(one.log.get_by_text("Thank you.")).to_be_visible()
    said = one.ask("again", "Twice.")
    said.get_by_role("button", name="No").click()
    said.get_by_role("button", name="It's too long").click()
    expect(said.get_by_role("button")).to_have_count(0)
    given = [request.body for request in stub.requests("/feedback")]
    assert given == [
        {"answer": "how_often", "helpful": True},
        {"answer": "how_often:lean_back", "helpful": False},
        {"answer": "how_often:lean_back", "helpful": False, "reason": "too_long"},
    ]
    one.page.reload()
    expect(one.log.get_by_text("Twice.")).to_be_visible()
    expect(one.log.get_by_text("Did this help?")).to_have_count(0)


def test_a_reason_in_one_s_own_words(visit: Begin, stub: Stub) -> None:
    stub.says(message("Every day.", answer={"id": "how_often", "topic": "how_often"}))
    one = visit().go().open()
    said = one.ask("hello", "Every day.")
    said.get_by_role("button", name="No").click()
    box = said.get_by_label("The clinic keeps what you write here")
    said.get_by_role("button", name="Send").click()
    assert len(stub.requests("/feedback")) == 1, "nothing written, nothing sent"
    box.fill("I asked something else")
    said.get_by_role("button", name="Send").click()
    expect(said.get_by_text("Thank you.")).to_be_focused()
    assert stub.requests("/feedback")[-1].body == {"answer": "how_often", "helpful": False, "words": "I asked something else", "words_may_be_kept": True}


def test_feedback_that_cannot_be_sent_says_so(visit: Begin, stub: Stub) -> None:
    stub.broken["/webhooks/website/feedback"] = 500
    stub.says(message("Every day.", answer={"id": "how_often", "topic": "how_often"}))
    one = visit().go().open()
    said = one.ask("hello", "Every day.")
    said.get_by_role("button", name="Yes").click()
    expect(said.get_by_text("could not be sent")).to_be_visible()
    stub.broken.clear()
    said.get_by_role("button", name="Yes").click()
    expect(said.get_by_text("Thank you.")).to_be_visible()
