"""The command line's front door: quick help, exit codes, and nothing heavy loaded before it is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from hipbot import project
from hipbot.cli import main as module
from hipbot.cli.main import VERBS, main

HEAVY = ["rasa", "tensorflow", "spacy", "sklearn", "onnxruntime", "sanic", "sqlalchemy", "numpy", "rasa_sdk"]
BUILT = [verb for verb in VERBS if list((project.ROOT / "hipbot" / "cli").glob(f"{verb}*.py"))]


def loaded_after(code: str) -> list:
    """The heavy packages that a fresh Python has loaded after `code`."""
    code += f"\nimport json, sys; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    environment = {**os.environ, "PYTHONPATH": str(project.ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_help_loads_nothing_heavy():
    """`hipbot --help` is there at once: no Rasa, no TensorFlow, not even numpy."""
    assert loaded_after("import hipbot.cli.main") == []
    assert loaded_after("from hipbot.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass") == []


def test_help_of_each_verb_loads_nothing_heavy():
    """The same for `hipbot <verb> --help`, all of them."""
    code = f"from hipbot.cli.main import main\nfor verb in {BUILT}:\n    try: main([verb, '--help'])"
    code += "\n    except SystemExit: pass"
    assert loaded_after(code) == []


def test_every_verb_is_built(capsys):
    """What `--help` promises is there: a module with its own help."""
    for verb in VERBS:
        with pytest.raises(SystemExit) as done:
            main([verb, "--help"])
        assert done.value.code == 0
        assert f"hipbot {verb}" in capsys.readouterr().out


def test_help_names_every_verb(capsys):
    """One line each."""
    with pytest.raises(SystemExit) as done:
        main(["--help"])
    shown = capsys.readouterr().out
    assert done.value.code == 0
    assert all(verb in shown and summary.split(",")[0][:20] in shown for verb, summary in VERBS.items())


@pytest.mark.parametrize(
    "arguments", [[], ["dance"], ["serve", "--port", "many"], ["ask", "--wrong"], ["--wrong"]], ids=str
)
def test_called_wrongly(capsys, arguments):
    """Exit code 2, a usage line on standard error, nothing on standard output."""
    with pytest.raises(SystemExit) as done:
        main(arguments)
    shown = capsys.readouterr()
    assert done.value.code == 2
    assert shown.out == "" and "usage: hipbot" in shown.err


@pytest.mark.parametrize(
    "raised, code", [(KeyboardInterrupt, 130), (None, 0), (1, 1)], ids=["Ctrl-C", "nothing returned", "a fault"]
)
def test_exit_codes(monkeypatch, capsys, raised, code):
    """0 well, 1 something is wrong, 130 stopped by Ctrl-C, without a traceback."""

    class Verb:
        """A verb."""

        @staticmethod
        def add_arguments(parser):
            pass

        @staticmethod
        def run(options):
            if raised is KeyboardInterrupt:
                raise KeyboardInterrupt
            return raised

    monkeypatch.setattr(module.importlib, "import_module", lambda name: Verb)
    assert main(["check"]) == code
    assert "Traceback" not in capsys.readouterr().err
