"""What the channel says for itself: links, facts, settings, and the numbers that stand when content is broken."""

from __future__ import annotations

import json
import shutil

import pytest

from hipbot import project
from hipbot.channel import links
from hipbot.channel.facts import Facts, Settings
from hipbot.channel.files import filled, read
from hipbot.channel.links import Links
from hipbot.content.library import ContentMissing
from tests.channel import LAUNCHER

PIECES = {
    "07 000 0000": "tel:+6470000000",
    "111": "tel:111",
    "0800 611 116": "tel:0800611116",
    "hello@clinic.example": "mailto:hello@clinic.example",
    "https://clinic.example/book": "https://clinic.example/book",
    "https://clinic.example": "https://clinic.example",
}


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load(project.CONTENT, project.CLINIC)


@pytest.mark.parametrize(
    "text, found",
    [
        ("Nothing here.", []),
        ("Call 111.", ["111"]),
        ("Call 111 now. I said 111!", ["111"]),
        ("(111)", ["111"]),
        ("111", ["111"]),
        ("Room 1111, 0111, 111a, x111, 1.111 or 111,5 or 111-112", []),
        ("Book at https://clinic.example/book or 07 000 0000.", ["https://clinic.example/book", "07 000 0000"]),
        ("https://clinic.example/book", ["https://clinic.example/book"]),
        ("See https://clinic.example.", ["https://clinic.example"]),
        ("Write to hello@clinic.example, please", ["hello@clinic.example"]),
        ("Call 0800 611 116, then 111", ["0800 611 116", "111"]),
    ],
)
def test_pieces_of_a_text(text, found):
    """Whole ones, the longest, each once, in order."""
    assert Links(PIECES).within(text) == [{"text": piece, "href": PIECES[piece]} for piece in found]


def test_no_pieces_no_links():
    assert Links({"": "tel:"}).within("Call 111.") == []


@pytest.mark.parametrize(
    "number, country, href",
    [
        ("07 000 0000", "NZ", "tel:+6470000000"),
        ("(07) 000-0000", "NZ", "tel:+6470000000"),
        ("+64 7 000 0000", "NZ", "tel:+6470000000"),
        ("+64 (0)7 000 0000", "NZ", "tel:+6470000000"),
        ("0800 123 456", "NZ", "tel:0800123456"),
        ("020 7946 0000", "GB", "tel:+442079460000"),
        ("212 555 0100", "US", "tel:2125550100"),
        ("07 000 0000", "XX", "tel:070000000"),
    ],
)
def test_a_clinics_number_rings_from_abroad(number, country, href):
    """Free numbers, and countries whose way is not known, stay as they are written."""
    assert links.phone(number, country) == href


@pytest.mark.parametrize("number, href", [("111", "tel:111"), ("0800 611 116", "tel:0800611116"), ("1737", "tel:1737")])
def test_emergency_numbers_as_written(number, href):
    """111 with a country code would ring nowhere."""
    assert links.short_number(number) == href


@pytest.mark.parametrize("address", ["clinic.example/book", "https://clinic.example/book"])
def test_the_booking_page_is_an_address(address):
    assert links.page(address) == "https://clinic.example/book"


def test_every_number_of_the_clinic_becomes_a_link(facts):
    """Those of clinic.yml, in the sentences of content."""
    known = facts.library.facts()
    for name in ("phone", "email", "booking_link", "emergency_number", "advice_line", "crisis_line"):
        assert [link["text"] for link in facts.links(f"Here: {known[name]}.")] == [known[name]], name


def test_suggestions_are_titles_that_get_an_answer(facts):
    """Up to six, all different, each the title of an FAQ."""
    suggestions = facts.settings()["suggestions"]
    assert 3 <= len(set(suggestions)) == len(suggestions) <= 6
    assert all(facts.library.by_title(title).room == "faq" for title in suggestions)


def test_feedback_is_about_answers_of_ours(facts):
    assert facts.topic("how_often") == facts.topic("how_often:lean_back") == "how_often"
    assert facts.topic("exercise_howto:lean_back") == "exercise_howto"
    assert [facts.topic(answer) for answer in ("greet", "fallback", "x", "", "how_often:x", "how_often:")] == [None] * 6


# the launcher ------------------------------------------------------------------------------------


def test_facts_cannot_end_the_script():
    """Written into a page, "</script>" would; line separators would end the line for old browsers."""
    script = filled(LAUNCHER, {"name": "</script><!-- & \u2028 \u2029 'Ō\"\\"}).decode()
    line = script.splitlines()[1]
    assert "<" not in line and line.isascii()
    assert json.loads(line.removeprefix("const facts = ").removesuffix(";"))["name"] == "</script><!-- & \u2028 \u2029 'Ō\"\\"


@pytest.mark.parametrize("script", [b"", b"const facts = null;", LAUNCHER * 2], ids=["empty", "none", "two"])
def test_a_launcher_without_its_one_place_is_left_alone(script, caplog):
    """And the log says so."""
    assert filled(script, {"name": "x"}) == script and "clinic facts" in caplog.text


def test_folders_that_are_not_there(tmp_path):
    """No drawings yet, no widget yet: nothing to serve, no failure."""
    assert read(tmp_path / "a", tmp_path / "b", {}) == {}


# clinic.yml, `website:` --------------------------------------------------------------------------


def test_settings_and_their_defaults():
    given = {"origins": ["https://a.example"], "keep_days": 7, "proxies": ["127.0.0.1"]}
    assert Settings.from_clinic({"website": given}) == Settings(("https://a.example",), 7, ("127.0.0.1",))
    assert Settings.from_clinic({}) == Settings.from_clinic({"website": None}) == Settings((), 30, ())


@pytest.mark.parametrize(
    "given", [{"origin": []}, {"keep_days": "30"}, {"keep_days": 0}, {"keep_days": True}, {"keep_days": 1.5}, {"origins": "https://a"},
              {"origins": [7]}, ["x"], "x", {"proxies": None}], ids=str,
)  # fmt: skip
def test_settings_that_make_no_sense(given):
    """The server does not start with what it would misread."""
    with pytest.raises(ContentMissing, match="hipbot check"):
        Settings.from_clinic({"website": given})


# content that is broken --------------------------------------------------------------------------


@pytest.fixture
def content(tmp_path):
    """A copy to break."""
    shutil.copytree(project.CONTENT, tmp_path / "content")
    shutil.copy(project.CLINIC, tmp_path / "clinic.yml")
    return tmp_path / "content"


def test_numbers_stand_while_an_answer_is_broken(content):
    """The model will not load; the emergency line is served all the same."""
    (content / "faq" / "how_often.yml").write_text("id: [")
    facts = Facts.load(content, content.parent / "clinic.yml")
    assert facts.emergency()["href"] == "tel:111" and facts.settings()["suggestions"] == []
    assert "111" in facts.failure()["text"]


@pytest.mark.parametrize(
    "file, text",
    [("clinic.yml", "clinic_name: ["), ("clinic.yml", "clinic_name: A"), ("clinic.yml", "[]"), ("content/phrases.yml", "[]"),
     ("content/phrases.yml", "next: Next"), ("content/phrases.yml", "apology: '{'")],
)  # fmt: skip
def test_without_the_numbers_nothing_is_served(content, file, text):
    """Better no server than one that says a wrong number or none."""
    (content.parent / file).write_text(text)
    with pytest.raises(ContentMissing):
        Facts.load(content, content.parent / "clinic.yml")
