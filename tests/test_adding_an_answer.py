"""docs/adding-an-answer.md, followed step by step in a copy of the project, as somebody new would."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Dict, List

import pytest

from hipbot import project
from hipbot.cli.main import VERBS
from tests.copies import copy_project, environment, hipbot, snapshot

PAGE = project.ROOT / "docs" / "adding-an-answer.md"
PUBLISHING = {"compare", "publish"}  # minutes on all data: played through by tests/test_publish.py
SHOWN = {  # what each command must show
    "hipbot check": r"No faults in \d+ entries",
    "hipbot new faq": r"Written:\n  content/faq/treat_children\.yml:1\n  data/nlu\.yml:\d+",
    "hipbot try": r"faq/treat_children[\s\S]*answers from treat_children[\s\S]*Children are welcome at our clinic",
    "hipbot add": r"Written into data/nlu\.yml:\d+, topic faq/treat_children",
}


def commands() -> List[str]:
    """Every line of the page's boxes, in order."""
    return [line for box in re.findall(r"```\n(.*?)```", PAGE.read_text("utf-8"), re.S) for line in box.splitlines()]


def typed() -> str:
    """The right column of the table of questions."""
    table = PAGE.read_text("utf-8").partition("| it asks for | you type |")[2].partition("\n\n")[0]
    said = [row.split("|")[2].strip() for row in table.splitlines()[2:]]
    return "".join(f"{'' if row == '*Enter*' else row}\n" for row in said)


def test_the_page_names_only_what_there_is() -> None:
    """Verbs that exist, to compare and publish among them; six words in the glossary; one page."""
    verbs = {line.split()[1] for line in commands() if line.startswith("hipbot ")}
    assert PUBLISHING < verbs <= set(VERBS)
    text = PAGE.read_text("utf-8")
    assert len(re.findall(r"^\| \*\*", text, re.M)) == 6
    assert len(text.splitlines()) < 140
    assert "docs/adding-an-answer.md" in (project.ROOT / "README.md").read_text("utf-8")


@pytest.mark.slow
def test_the_page_step_by_step(tmp_path: Path) -> None:
    """From nothing to the bot's answer, and nothing but two files changed."""
    root = copy_project(tmp_path / "hipbot", 10)
    (root / ".venv").symlink_to(project.ROOT / ".venv")
    before, place = snapshot(root), tmp_path
    shown: Dict[str, str] = {}
    for line in commands():
        verb = " ".join(line.split()[: 3 if " new " in line else 2])
        if verb.split()[-1] in PUBLISHING:
            continue
        if line.startswith("cd "):
            place = place / line.split()[1]
            continue
        script = f"cd '{place}' && source .venv/bin/activate && {line}"
        done = subprocess.run(
            ["bash", "-c", script], input=typed() if " new " in line else "", capture_output=True, text=True,
            encoding="utf-8", env=environment(root), timeout=900,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr[-2000:]}"
        if verb in SHOWN:
            assert re.search(SHOWN[verb], done.stdout), f"{line}\n{done.stdout}"
        shown[verb] = done.stdout
    changed = {name for name, hash_ in snapshot(root).items() if before.get(name) != hash_}
    assert changed == {"data/nlu.yml", "content/faq/treat_children.yml"}
    assert set(shown) >= set(SHOWN)


@pytest.mark.slow
def test_a_new_faq_by_hand_is_two_edits_too(tmp_path: Path) -> None:
    """A block in data/nlu.yml and a file in content/faq, typed by hand: no domain, no rule, no code; and away again."""
    root = copy_project(tmp_path, 10)
    nlu_file, answer = root / "data" / "nlu.yml", root / "content" / "faq" / "car_park.yml"
    before = nlu_file.read_bytes()
    said = ["where can I park", "is there a car park", "parking spaces at the clinic?", "do you have parking out front",
            "can i leave the car at yours", "any spot for my ute", "is parking free", "wheres the car park pls"]  # fmt: skip
    block = "\n- intent: faq/car_park\n  examples: |\n" + "".join(f"    - {message}\n" for message in said)
    nlu_file.write_bytes(
        before.replace(b"\n# ---------------- exercises\n", f"{block}\n# ---------------- exercises\n".encode(), 1)
    )
    neighbour = (root / "content/faq/sitting.yml").read_text("utf-8").partition("id:")[0]
    answer.write_text(
        neighbour
        + "id: car_park\ntitle: Is there parking?\nanswer: |\n  There are six spaces behind the house.\nwhy: null\n"
        "variants: []\nnotes: []\nsources: []\nfollow_ups: []\nreviewed: {by: null, date: null}\n"
        'editors_note: "No source: it is how the clinic does it."\n',
        "utf-8",
    )
    assert hipbot(root, "check").returncode == 0
    asked = hipbot(root, "ask", "is there a car park near the clinic")
    assert "There are six spaces behind the house." in asked.stdout, asked.stdout + asked.stderr[-1500:]
    answer.unlink()
    nlu_file.write_bytes(before)
    assert hipbot(root, "check").returncode == 0
