"""The page to hand out: the words of the content, drawings inside, nothing for patients that a clinician has not settled."""

from __future__ import annotations

import base64
import dataclasses
import re
from html import unescape
from pathlib import Path

import pytest

from hipbot import project
from hipbot.cli.main import main
from hipbot.content import Library
from hipbot.figures import chromium, handout

LIBRARY = Library.load(project.CONTENT, project.CLINIC)
WITH_STEPS = [exercise.id for exercise in LIBRARY.exercises.values() if exercise.steps]
SIGNED = {"by": "A. Nurse", "date": "2026-11-21"}


def page(name: str, draft: str | None = None, **changes: object) -> str:
    exercise = dataclasses.replace(LIBRARY.exercises[name], **changes)
    return handout.page(exercise, LIBRARY, project.CONTENT, draft)


@pytest.mark.parametrize("name", WITH_STEPS)
def test_all_that_a_patient_needs_is_on_it(name: str) -> None:
    """Stop rules before the first step, every step with its drawing, sources, emergency number; nothing left in braces."""
    exercise, text = LIBRARY.exercises[name], unescape(page(name))
    assert str(LIBRARY.clinic["clinic_name"]) in text and str(LIBRARY.clinic["emergency_number"]) in text
    for rule in exercise.stop_rules:
        assert text.index(rule) < text.index(exercise.steps[0])
    for part in (*exercise.steps, *exercise.mistakes, exercise.hold, exercise.how_often, exercise.start):
        assert part is None or " ".join(part.split()) in text
    for source in LIBRARY.sources(exercise):
        assert source["title"] in text
    assert "$" not in text and "<!-- if" not in text
    assert text.count("<img ") == len(exercise.pictures)


def test_the_drawings_are_inside() -> None:
    """One file to print or send, no address of another one; movements at rest and light, whatever the screen is."""
    text = page("kneeling_stretch")
    inside = [base64.b64decode(data).decode() for data in re.findall(r"base64,([^\"]+)\"", text)]
    still, moving = ((project.CONTENT / "pictures" / f"kneeling_stretch-{n}.svg").read_text("utf-8") for n in (0, 1))
    assert inside[0].replace("@media not all", "@media screen and (prefers-color-scheme:dark)") == still
    assert "prefers-" in moving and "prefers-" not in inside[1]
    assert "@media all{[class^=k]{animation:none!important}.g{display:inline" in inside[1]
    assert not re.search(r"(src|href)=\"(?!data:)", text)


def test_words_cannot_become_markup() -> None:
    """What a text says is shown, never obeyed."""
    text = page("kneeling_stretch", purpose="<script>alert(1)</script> & $title")
    assert "<script>" not in text and "&lt;script&gt;" in text and "$title" in text


def test_an_example_is_nobodys_phone_number() -> None:
    """A placeholder of clinic.yml is not printed; a number is."""
    assert "000 0000" not in page("kneeling_stretch")
    clinic = {**LIBRARY.clinic, "phone": "07 123 4567"}
    library = Library(LIBRARY.answers, LIBRARY.exercises, LIBRARY.articles, clinic, LIBRARY.phrases)
    assert "07 123 4567" in handout.page(LIBRARY.exercises["lean_back"], library, project.CONTENT)


def test_who_has_signed_is_said() -> None:
    """Unsigned pages are marked for staff; signed ones name the clinician and carry no mark."""
    assert 'class="draft"' in page("kneeling_stretch", reviewed={"by": None, "date": None})
    signed = page("kneeling_stretch", reviewed=SIGNED)
    assert 'class="draft"' not in signed and "A. Nurse, 2026-11-21" in signed
    assert "left or right?" in page("kneeling_stretch", draft="left or right?", reviewed=SIGNED)


def test_what_is_not_settled_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The floor stretch waits for a clinician: no page, unless staff ask for the marked one."""
    assert main(["handout", "side_lying_stretch", "--to", str(tmp_path)]) == 1
    assert "Not for patients yet" in capsys.readouterr().err and not list(tmp_path.iterdir())
    assert main(["handout", "hip_aeroplane", "--to", str(tmp_path)]) == 1
    assert "There are no steps of hip_aeroplane. Write one of: kneeling_stretch" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_STEPS)
def test_one_page_of_paper(name: str, tmp_path: Path) -> None:
    """Printed by Chromium, where there is one, each is one page of A4."""
    assert main(["handout", name, "--draft", "--to", str(tmp_path)]) == 0
    assert (tmp_path / f"{name}.html").is_file()
    if chromium.found():
        pdf = (tmp_path / f"{name}.pdf").read_bytes()
        assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
