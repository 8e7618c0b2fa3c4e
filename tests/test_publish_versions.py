"""Published versions on the disk: whatever is killed at whatever moment, there is a whole version to answer with."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, List

import pytest

from hipbot.publish import versions as versions_module
from hipbot.publish.versions import KEPT, POINTER, Busy, Changed, Versions

DAY = datetime(2026, 11, 21, 9, 15)


@pytest.fixture
def made(tmp_path, monkeypatch) -> Path:
    """What a version is made of."""
    monkeypatch.setattr(
        os, "fsync", lambda handle: None
    )  # a killed process loses nothing that it has written; this is quicker
    (tmp_path / "content" / "faq").mkdir(parents=True)
    (tmp_path / "published").mkdir()
    write(tmp_path, 0)
    return tmp_path


def write(folder: Path, number: int) -> None:
    (folder / "model.tar.gz").write_text(f"model {number}", "utf-8")
    (folder / "content" / "faq" / "a.yml").write_text(f"answer {number}", "utf-8")
    (folder / "clinic.yml").write_text(f"clinic {number}", "utf-8")


def add(folder: Path, number: int, still=lambda: True) -> None:
    write(folder, number)
    versions = Versions(folder / "published")
    parts = (folder / "model.tar.gz", folder / "content", folder / "clinic.yml")
    with versions.locked():
        versions.add(*parts, {"asked": number}, DAY, still)


def served(folder: Path) -> List[int]:
    """The numbers that the published versions hold, newest first; each must be whole and of one piece."""
    numbers = []
    for version in Versions(folder / "published").all():
        held = {
            version.model.read_text("utf-8").split()[1],
            (version.content / "faq" / "a.yml").read_text("utf-8").split()[1],
            version.clinic.read_text("utf-8").split()[1],
            str(version.answers()["asked"]),
        }
        assert len(held) == 1, f"{version.name} is made of {held}"
        numbers.append(int(held.pop()))
    return numbers


def dies_before(line: int, what: str, folder: Path) -> bool:
    """Publish or go back in a process that dies, as if the power went, before the n-th line of versions.py that it
    runs.

    Returns whether it got to its end.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            sys.settrace(_dying(line))
            _publish_or_go_back(what, folder)
            status = 0
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9), "the child failed by itself"
    return status == 0


def _dying(left: int) -> Any:
    def trace(frame: Any, event: str, _: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename != versions_module.__file__:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os._exit(9)
        return trace

    return trace


def _publish_or_go_back(what: str, folder: Path) -> None:
    if what == "publish":
        return add(folder, 7)
    versions = Versions(folder / "published")
    with versions.locked():
        versions.back()


@pytest.mark.slow
@pytest.mark.parametrize("what, before, after", [("publish", [1, 0], [7, 1, 0]), ("rollback", [1, 0], [0])])
def test_power_lost_at_any_point_the_old_version_answers_or_the_new_one(made, what, before, after):
    """Killed before each single line of it: a whole version is served, the old one until the new one is;

    then it goes on.
    """
    seen, step = [], 0
    while True:
        step += 1
        folder = made / f"{what}-{step}"
        (folder / "content" / "faq").mkdir(parents=True)
        (folder / "published").mkdir()
        for number in (0, 1):
            add(folder, number)
        ended = dies_before(step, what, folder)
        seen.append(served(folder))
        if ended:
            break
        add(folder, 8)  # the next publishing works, and clears away what was left
        assert served(folder)[0] == 8
        folders = {path.name for path in (folder / "published").iterdir() if path.is_dir()}
        assert folders == {version.name for version in Versions(folder / "published").all()}
    assert step > 15, "hardly a line was traced"
    changes = [index for index in range(1, len(seen)) if seen[index] != seen[index - 1]]
    assert seen[0] == before and seen[-1] == after and len(changes) == 1, seen


def test_the_last_five_are_kept(made):
    """Six versions published: five are there, and no folder of an older one."""
    for number in range(KEPT + 2):
        add(made, number)
    assert served(made) == [6, 5, 4, 3, 2]
    assert len([path for path in (made / "published").iterdir() if path.is_dir()]) == KEPT


def test_after_going_back_a_new_version_follows_the_one_that_was_served(made):
    """What was given up does not come back with the next rollback."""
    for number in (1, 2):
        add(made, number)
    versions = Versions(made / "published")
    with versions.locked():
        versions.back()
    add(made, 3)
    assert served(made) == [3, 1]


def test_a_full_disk_leaves_nothing(made, monkeypatch):
    """A copy that fails half way: the old version stays, and no rubbish."""
    add(made, 1)
    names = sorted(path.name for path in (made / "published").iterdir())

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hipbot.publish.versions._reach_the_disk", full)
    with pytest.raises(OSError):
        add(made, 2)
    assert served(made) == [1]
    assert sorted(path.name for path in (made / "published").iterdir()) == names


def test_files_changed_meanwhile_are_not_published(made):
    """Asked after copying, so that nothing slips in between."""
    add(made, 1)
    with pytest.raises(Changed):
        add(made, 2, still=lambda: False)
    assert served(made) == [1]


def test_one_at_a_time(made):
    """The second one is refused; after the first has ended it goes."""
    versions = Versions(made / "published")
    with versions.locked():
        with pytest.raises(Busy):
            add(made, 1)
    add(made, 1)
    assert served(made) == [1]


@pytest.mark.parametrize(
    "pointer", ["", "{", "null", "[]", "{}", '{"versions": 7}', '{"versions": ["../../etc"]}', '{"versions": [null]}']
)
def test_a_damaged_pointer_is_as_nothing_published(made, pointer):
    """No failure, and nothing outside the folder is ever served."""
    add(made, 1)
    (made / "published" / POINTER).write_text(pointer, "utf-8")
    assert Versions(made / "published").all() == []


def test_a_version_with_a_part_missing_is_passed_over(made):
    """Somebody deleted a model by hand: the one before is served."""
    for number in (1, 2):
        add(made, number)
    Versions(made / "published").current().model.unlink()
    assert served(made) == [1]


def test_people_read_when_it_was(made):
    """`21 November 2026, 09:15`."""
    add(made, 1)
    assert Versions(made / "published").current().on == "21 November 2026, 09:15"


def test_the_pointer_is_json_that_others_may_read(made):
    """`published.json` names the folders, newest first."""
    add(made, 1)
    named = json.loads((made / "published" / POINTER).read_text("utf-8"))["versions"]
    assert named == [Versions(made / "published").current().name]
