"""The apology stands whatever else has failed."""

from __future__ import annotations

import pytest

from hipbot import apology as module
from hipbot import project
from hipbot.apology import LAST_RESORT, apology, where_it_failed

KEYS = ["topic", "exercise", "care", "options", "sources", "reviewed"]


def test_it_names_the_clinics_phone_and_the_emergency_number(library):
    """A patient who hears it knows whom to call."""
    text, payload = apology()
    assert library.facts()["phone"] in text and library.facts()["emergency_number"] in text
    assert list(payload) == KEYS and payload["topic"] == "fallback"


@pytest.mark.parametrize(
    "phrases, clinic",
    [
        (None, "phone: 1"),
        ("apology: Call {phone}.", None),
        ("other: words", "phone: 1"),
        ("apology: Call {fax}.", "phone: 1"),
        ("apology: [a, list]", "phone: 1"),
        ("just words", "phone: 1"),
        ("apology: Call {phone}.", "just words"),
        ("", ""),
        ("a: [", "b: ["),
        pytest.param("apology: Call {phone", "phone: 1"),
        pytest.param("apology: Call {0}.", "phone: 1"),
    ],
)  # fmt: skip
def test_broken_content_is_no_reason_to_be_silent(tmp_path, monkeypatch, phrases, clinic):
    """Missing, empty or damaged files: still words, and an emergency number."""
    monkeypatch.setattr(module.project, "CONTENT", tmp_path)
    monkeypatch.setattr(module.project, "CLINIC", tmp_path / "clinic.yml")
    if phrases is not None:
        (tmp_path / "phrases.yml").write_text(phrases, "utf-8")
    if clinic is not None:
        (tmp_path / "clinic.yml").write_text(clinic, "utf-8")
    assert apology()[0] == LAST_RESORT


def test_the_last_words_name_the_emergency_number_of_the_country():
    """The words in Python agree with clinic.yml."""
    assert str(module.read_yaml(project.CLINIC)["emergency_number"]) in LAST_RESORT


def test_an_error_is_placed_without_its_message():
    """The log says what and where; the error's message may quote the patient."""
    try:
        raise ValueError("my secret words")
    except ValueError as error:
        place = where_it_failed(error)
    assert place.startswith("ValueError at test_apology.py:")
    assert "secret" not in place
    assert where_it_failed(KeyError("secret")) == "KeyError at unknown place"
