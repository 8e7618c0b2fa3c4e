"""Edits reach the disk whole or not at all, on top of what others have written meanwhile."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from hipbot.staff import saving
from hipbot.staff.saving import Refused, save


def appended(line: bytes):
    return lambda raw: (raw or b"") + line


def listed(root: Path):
    return sorted(path.name for path in root.iterdir() if path.name != ".hipbot")


def test_all_files_are_written(tmp_path):
    """A new file and a changed one; what is returned is what stands there."""
    (tmp_path / "a").write_bytes(b"1\n")
    (tmp_path / "a").chmod(0o640)
    after = save(tmp_path, {"a": appended(b"2\n"), "b": appended(b"x\n")})
    assert after == {"a": b"1\n2\n", "b": b"x\n"} == {n: (tmp_path / n).read_bytes() for n in ("a", "b")}
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
    assert listed(tmp_path) == ["a", "b"]


@pytest.mark.parametrize(
    "stop", [Refused("no"), KeyboardInterrupt(), ValueError()], ids=["refused", "Ctrl-C", "an error"]
)
def test_a_stop_before_the_end_changes_nothing(tmp_path, stop):
    """Whatever ends it, no file and no leftover."""
    (tmp_path / "a").write_bytes(b"1\n")

    def check(files):
        raise stop

    with pytest.raises(type(stop)):
        save(tmp_path, {"a": appended(b"2\n"), "b": appended(b"x\n")}, check)
    assert (tmp_path / "a").read_bytes() == b"1\n" and listed(tmp_path) == ["a"]


def test_ctrl_c_between_two_files_waits(tmp_path, monkeypatch):
    """Ctrl-C right between the two: both are there, then it stops."""
    replace = os.replace

    def interrupted(*paths):
        os.kill(os.getpid(), signal.SIGINT)
        replace(*paths)

    monkeypatch.setattr(saving.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path, {"a": appended(b"1"), "b": appended(b"2")})
    assert listed(tmp_path) == ["a", "b"]


def test_a_full_disk_puts_the_first_file_back(tmp_path, monkeypatch):
    """The second file fails: the first is as it was, and staff are told."""
    (tmp_path / "a").write_bytes(b"1\n")
    replace = os.replace

    def full(source, target):
        if Path(target).name == "b":
            raise OSError(28, "No space left on device", str(target))
        replace(source, target)

    monkeypatch.setattr(saving.os, "replace", full)
    with pytest.raises(Refused, match="No space left"):
        save(tmp_path, {"a": appended(b"2\n"), "b": appended(b"x\n"), "c": appended(b"y\n")})
    assert (tmp_path / "a").read_bytes() == b"1\n" and listed(tmp_path) == ["a"]


def test_another_program_saves_in_between(tmp_path, monkeypatch):
    """A text editor that saves after we have read: our edit is made again, on top of theirs."""
    (tmp_path / "a").write_bytes(b"1\n")
    beside, calls = saving._written_beside, []

    def slow(path, content):
        if not calls:
            path.write_bytes(b"1\nthe editor's\n")
        calls.append(path)
        return beside(path, content)

    monkeypatch.setattr(saving, "_written_beside", slow)
    save(tmp_path, {"a": appended(b"ours\n")})
    assert (tmp_path / "a").read_bytes() == b"1\nthe editor's\nours\n" and listed(tmp_path) == ["a"]


def test_a_file_that_never_rests_is_left_alone(tmp_path, monkeypatch):
    """Told, and not written over."""
    (tmp_path / "a").write_bytes(b"0\n")
    beside = saving._written_beside

    def restless(path, content):
        path.write_bytes(path.read_bytes() + b"x\n")
        return beside(path, content)

    monkeypatch.setattr(saving, "_written_beside", restless)
    with pytest.raises(Refused, match="Another program"):
        save(tmp_path, {"a": appended(b"ours\n")})
    assert b"ours" not in (tmp_path / "a").read_bytes() and listed(tmp_path) == ["a"]


def test_twenty_at_once_lose_nothing(tmp_path):
    """Each one's line is there, once."""
    threads = [threading.Thread(target=save, args=(tmp_path, {"a": appended(b"%d\n" % n)})) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((tmp_path / "a").read_bytes().split()) == sorted(b"%d" % n for n in range(20))


def test_a_link_stays_a_link(tmp_path):
    """A clinic that keeps its files elsewhere."""
    (tmp_path / "real").write_bytes(b"1\n")
    (tmp_path / "a").symlink_to(tmp_path / "real")
    save(tmp_path, {"a": appended(b"2\n")})
    assert (tmp_path / "a").is_symlink() and (tmp_path / "real").read_bytes() == b"1\n2\n"
