"""`hipbot check` on drawings: each fault in its file and line, with what to write instead."""

from __future__ import annotations

import random as randoms
from typing import Tuple

import pytest

from hipbot import check, project
from hipbot.check import figures
from hipbot.check.fault import Fault
from hipbot.check.files import Files
from tests.damaged import checked_files, damaged
from tests.test_check_damaged import damage

BACK, LEAN = "content/figures/lean_back.yml", "content/exercises/lean_back.yml"
CASES = {
    # name: file, what is found there, what stands there instead, line, message
    "out of reach": (BACK, r"hand: \[98, 61\]\} #", "hand: [160, 61]} #", "  start:", "start: the near hand cannot get where it should"),
    "unknown pose": (BACK, r"\{pose: tall, to: back", "{pose: tall, to: bakc", "  step_2:", "step_2: 'bakc' is needed and not there. Known poses: tall, back"),
    "like itself": (BACK, r"like: tall", "like: back", "  step_2:", "step_2: there is no way between its poses"),
    "no way": (BACK, r"    pelvis: 26", "    pelvis: 26\n    near_arm: {upper: 10, fore: 60}", "  step_2:", "step_2: there is no way between its poses"),
    "no alt text": (LEAN, r"  step_3: .*\n", "", None, "step_3 has no alt text. Write under `pictures` in content/exercises/lean_back.yml"),
    "no drawing": (BACK, r"  step_3:\n(    .*\n)+", "", None, "`pictures` tells of step_3, which is not drawn"),
    "no words": (LEAN, r'  - "Pause there.*\n', "", None, "step_4 is drawn, but the exercise has no words for it"),
    "another name": (BACK, r"exercise: lean_back", "exercise: lean", "exercise: lean", "`exercise` is 'lean', but the file is lean_back.yml"),
    "hard words": (LEAN, r"(?<=  step_3: ).*", '"The lumbar lordosis is maintained throughout the eccentric phase of this exercise."', "  step_3:", "the alt text of step_3"),
    "misspelt field": (BACK, r"pelvis: 26", "pelvs: 26", "pelvs: 26", "Did you mean `pelvis`?"),
    "no degrees": (BACK, r"pelvis: 26", "pelvis: far", "pelvis: far", "Write degrees."),
    "no point": (BACK, r"hip: \[70, 50.5\]", "hip: []", "hip: []", "Write [across, up] in cm"),
    "no schema": (BACK, r"\A# yaml.*\n", "", None, "the first line does not name the schema"),
}  # fmt: skip


@pytest.fixture(scope="module")
def files() -> Files:
    return checked_files()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_each_fault_is_found_where_it_is(files: Files, case: Tuple[str, str, str, str, str]) -> None:
    file, old, new, at, message = case
    found, after = damaged(files, file, old, new)
    mine = [fault for fault in found if message in str(fault)]
    assert mine, "\n".join(map(str, found))
    assert all(fault.severity == check.FAULT for fault in mine)
    if at:
        line = next(n for n, row in enumerate(after.split("\n"), 1) if at in row)
        assert (mine[0].file, mine[0].line) == (file, line)


def test_a_missing_and_a_stray_picture(files: Files) -> None:
    """Drawings in git that no pose stands for, and poses that have not been drawn."""
    told = "\n".join(map(str, figures.check(files.but({"content/pictures/lean_back-9.svg": b"<svg/>"}))))
    assert (
        "content/pictures/lean_back-9.svg:1: lean_back-9.svg: no pose stands for this drawing. Run `hipbot draw`."
        in told
    )
    pose = (project.ROOT / BACK).read_text("utf-8")
    kneeling = (project.ROOT / "content/exercises/hip_aeroplane.yml").read_text("utf-8")
    new = {
        "content/figures/hip_aeroplane.yml": pose.replace("exercise: lean_back", "exercise: hip_aeroplane").encode(),
        "content/exercises/hip_aeroplane.yml": (
            kneeling + "pictures: {step_1: a person who sits on a bench}\n"
        ).encode(),
    }
    told = "\n".join(map(str, figures.check(files.but(new))))
    assert "content/pictures/hip_aeroplane-1.svg is missing. Run `hipbot draw`." in told
    assert "step_1 is drawn, but the exercise has no words for it" in told


@pytest.mark.slow
def test_drafts_close_the_gate_to_patients(files: Files) -> None:
    """What waits for a clinician is named by `hipbot check --live`, and only there."""
    drafts = [fault.file for fault in figures.live(files)]
    assert "content/figures/side_lying_stretch.yml" in drafts
    assert not [fault for fault in figures.check(files) if "draft" in fault.wrong]
    assert set(drafts) <= {fault.file for fault in check.check(files, live=True, likeness=False).faults}


@pytest.mark.slow
def test_no_damaged_pose_file_brings_it_down() -> None:
    """100 damaged files of poses: faults, never a crash, never the safety net."""
    random, files = randoms.Random(7), Files(project.ROOT)  # so a red test is red twice
    known = files.names("content/figures")
    check.check(files, likeness=False)
    for _ in range(100):
        file = random.choice(known)
        damaged = files.but({file: damage(random, (project.ROOT / file).read_bytes())})
        told = [*figures.check(damaged), *figures.live(damaged)]
        assert all(isinstance(fault, Fault) for fault in told)
