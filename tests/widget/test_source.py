"""What can be said of the widget without a browser: size, types, forbidden words, one table of strings."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from typing import Dict

import pytest
from hipbot import project

from tests.widget.stub import FACTS, WIDGET

LAUNCHER = "hipbot.js"
MODULES = ("chat.js", "messages.js", "strings.js", "talk.js")
FORBIDDEN = {
    "HTML from text": r"\b(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc)\b",
    "code from text": r"\beval\b|\bnew Function\b|set(Timeout|Interval)\(['\"]",
    "document.write": r"document\.write",
    "a style attribute": r"['\"]style['\"]\s*[:,]|\sstyle=",
    "long-lived storage": r"\blocalStorage\b|\bindexedDB\b|document\.cookie",
}


def served() -> Dict[str, bytes]:
    """The widget's files as a visitor gets them, before compression."""
    files = {name: (WIDGET / name).read_text(encoding="utf-8") for name in (LAUNCHER, *MODULES, "chat.css")}
    files[LAUNCHER] = files[LAUNCHER].replace("/* clinic facts */ null", json.dumps(FACTS, separators=(",", ":")))
    return {name: text.encode() for name, text in files.items()}


def packed() -> Dict[str, int]:
    return {name: len(gzip.compress(content, 9)) for name, content in served().items()}


def test_statement_01_all_of_it_is_15_kb_gzip_or_less() -> None:
    """Each file compressed by itself, comments and all, with a clinic's facts in it."""
    assert sum(packed().values()) <= 15_000, packed()


def test_the_launcher_is_3_kb_gzip_or_less() -> None:
    assert packed()[LAUNCHER] <= 3_000


def test_no_file_is_left_out_of_the_sizes() -> None:
    aside = {"demo.js", "demo.css", "launcher.css"}  # the demo page; and what old browsers load in place of a part of hipbot.js
    assert {path.name for path in WIDGET.iterdir() if path.suffix in (".js", ".css")} - aside == set(served())


@pytest.mark.parametrize("why", FORBIDDEN)
def test_statement_10_the_source_has_no(why: str) -> None:
    for path in WIDGET.glob("*.[jh]*"):
        found = re.search(FORBIDDEN[why], path.read_text(encoding="utf-8"))
        assert not found, f"widget/{path.name}: {found.group()!r} is {why}"


@pytest.mark.slow
def test_the_types_hold() -> None:
    """`tsc --checkJs --strict` on the plain JavaScript, as it stands."""
    files = [str(WIDGET / name) for name in (LAUNCHER, "chat.js", "types.d.ts")]
    options = "--checkJs --allowJs --strict --noEmit --target es2020 --module esnext --moduleResolution bundler --lib es2020,dom,dom.iterable"
    tsc = project.ROOT / "node_modules/.bin/tsc"
    assert tsc.exists(), "TypeScript is not installed. Run scripts/setup_browser."
    done = subprocess.run([str(tsc), *options.split(), *files], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


def test_the_launcher_has_one_place_for_the_facts() -> None:
    assert (WIDGET / LAUNCHER).read_text(encoding="utf-8").count("/* clinic facts */ null") == 1


def test_the_launcher_is_read_by_browsers_of_ten_years_ago() -> None:
    """No word or sign that they would stumble over before they can show the phone number."""
    source = re.sub(r"/\*.*?\*/|//.*|'[^']*'", "''", (WIDGET / LAUNCHER).read_text(encoding="utf-8"), flags=re.S)
    source = re.sub(r"//.*", "", source)
    found = re.search(r"=>|\b(let|const|class|async|await|import)\b|`|\?\.|\?\?|\.\.\.", source)
    assert not found, found.group()


def test_old_browsers_get_the_same_look_of_the_launcher() -> None:
    """launcher.css says what hipbot.js says, for browsers without constructable style sheets."""
    source = (WIDGET / LAUNCHER).read_text(encoding="utf-8")
    style = re.search(r"var STYLE = (.*?);\n", source, re.S)
    assert style
    inline = "".join(re.findall(r"'([^']*)'", style.group(1)))
    file = re.sub(r"/\*.*?\*/\s*", "", (WIDGET / "launcher.css").read_text(encoding="utf-8"), flags=re.S)
    assert file.replace("\n", "") == inline


def test_statement_36_every_string_is_used_and_every_used_one_is_there() -> None:
    table = set(re.findall(r"^  (\w+): '", (WIDGET / "strings.js").read_text(encoding="utf-8"), re.M))
    code = "".join((WIDGET / name).read_text(encoding="utf-8") for name in ("chat.js", "messages.js"))
    used = set(re.findall(r"\bwords\.(\w+)", code)) | {"offline", "timeout", "empty", "failed"}  # kinds of failure: words[kind]
    assert table == used


def test_the_widget_knows_no_clinic_fact() -> None:
    """Numbers, names and addresses come from the server."""
    for path in WIDGET.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"MotionPlus|tel:\d|\b111\b|@\w+\.\w+|\bhip\b|\bflexor", text), path.name


def test_each_of_the_38_statements_has_a_test_of_its_name() -> None:
    """`pytest -k statement_27` proves statement 27."""
    tests = "".join(path.read_text(encoding="utf-8") for path in project.ROOT.glob("tests/widget/test_*.py"))
    assert {int(number) for number in re.findall(r"statement_(\d\d)_", tests)} == set(range(1, 39))
