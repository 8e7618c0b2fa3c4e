"""A reply's parts: bubbles, quick replies, and the one payload of the contract."""

from __future__ import annotations

from hipbot.content import Answer, Exercise
from hipbot.dialogue.reply import Message, Reply, button, buttons, with_buttons, words


def test_a_payload_without_an_entry(library):
    """Six keys, whatever is missing."""
    assert Reply("affirm", (Message("Good."),)).payload(library) == {
        "topic": "affirm", "exercise": None, "care": None, "options": [], "sources": [], "reviewed": None,
    }  # fmt: skip


def test_a_signed_answer_says_by_whom_and_when(library):
    """Review and sources of the entry behind the first bubble."""
    entry = Answer(
        id="a",
        title="A",
        room="faq",
        sources=({"article": "S2"},),
        reviewed={"by": "A. Osteopath", "date": "2026-11-21"},
        signed=True,
    )
    payload = Reply("a", (Message("x"),), "lean_back", "book", ("b", "c"), entry).payload(library)
    assert payload["reviewed"] == {"by": "A. Osteopath", "on": "2026-11-21"}
    assert payload["sources"] == [{"id": "S2", "title": library.articles["S2"].title}]
    assert (payload["exercise"], payload["care"], payload["options"]) == ("lean_back", "book", ["b", "c"])


def test_a_signature_that_does_not_fit_is_not_shown(library):
    """Edited after it was signed: nobody's name stands under words they did not read."""
    entry = Answer(id="a", title="A", room="faq", reviewed={"by": "A. Osteopath", "date": "2026-11-21"}, signed=False)
    assert Reply("a", (Message("x"),), entry=entry).payload(library)["reviewed"] == {"by": None, "on": None}


def test_small_talk_is_not_signed(library):
    """Clinic facts and small talk carry no review, even if the file has one."""
    for room in ("clinic", "chat"):
        entry = Answer(id="a", title="A", room=room, reviewed={"by": "x", "date": "y"}, signed=True)
        assert Reply("a", (Message("x"),), entry=entry).payload(library)["reviewed"] is None


def test_an_unsigned_exercise_says_so(library):
    """Not reviewed yet: the keys are there, the values are null."""
    entry = Exercise(id="e", title="E", reviewed={"by": None, "date": None})
    assert Reply("exercise_howto", (Message("x"),), entry=entry).payload(library)["reviewed"] == {
        "by": None,
        "on": None,
    }


def test_quick_replies(library):
    """A button shows its title and sends it back; a follow-up that does not exist is left out."""
    assert button(library.exercises["lean_back"]) == {"title": "Lean-back", "payload": "Lean-back"}
    assert [b["title"] for b in buttons(library, ("how_often", "no_such_topic", "exercise:lean_back"))] == [
        library.answers["how_often"].title, "Lean-back",
    ]  # fmt: skip
    assert words("Yes", "No") == ({"title": "Yes", "payload": "Yes"}, {"title": "No", "payload": "No"})


def test_more_buttons_stand_under_the_last_bubble():
    """Quick replies are where the thumb is; texts stay as they are."""
    joined = with_buttons([Message("a"), Message("b", words("x"))], words("y"))
    assert [message.text for message in joined] == ["a", "b"]
    assert [b["title"] for b in joined[1].buttons] == ["x", "y"] and not joined[0].buttons
