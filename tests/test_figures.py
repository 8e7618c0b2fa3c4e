"""The drawings of the exercises: a body that keeps its lengths, files that are what the poses say, small and readable."""

from __future__ import annotations

import math
import re
import time
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from hipbot import project
from hipbot.content import Library
from hipbot.content.library import picture_file, read_yaml
from hipbot.figures import body, checks, chromium, document, gallery, shapes, svg
from hipbot.figures.pose import SIDES, Pose, between, full, shifted, solve

FILES = sorted((project.CONTENT / "figures").glob("*.yml"))
ALL: Dict[str, Any] = {path.stem: read_yaml(path) for path in FILES}
EXERCISES = Library.load(project.CONTENT, project.CLINIC).exercises
DRAWN = gallery.drawn(project.CONTENT)
MOST_BYTES = 8000
STANDING = {
    "hip": [0, 0.53 * body.HEIGHT],
    "near_leg": {"foot": [0, 0]},
    "far_leg": {"foot": [0, 0]},
    "near_arm": {"upper": 0, "fore": 0},
    "far_arm": {"upper": 0, "fore": 0},
}
SEGMENTS = [("hip", "navel", body.PELVIS, None), ("navel", "breastbone", body.WAIST, None),
            ("breastbone", "shoulder", body.CHEST, None), ("shoulder", "crown", body.HEAD, None)]  # fmt: skip
for side in SIDES:
    SEGMENTS += [
        (f"{side}_hip", f"{side}_knee", body.THIGH, f"{side}_thigh"),
        (f"{side}_knee", f"{side}_ankle", body.SHIN, f"{side}_shin"),
        (f"{side}_heel", f"{side}_toe", body.FOOT, None),
        (f"{side}_shoulder", f"{side}_elbow", body.UPPER_ARM, f"{side}_upper_arm"),
        (f"{side}_elbow", f"{side}_wrist", body.FOREARM, f"{side}_forearm"),
        (f"{side}_wrist", f"{side}_fingers", body.HAND, None),
    ]


def figures() -> Iterator[Tuple[str, Any, Any]]:
    """Each figure of each drawing, with its file's poses."""
    for name, data in ALL.items():
        for of, drawing in data["drawings"].items():
            for figure in drawing["figures"]:
                yield f"{name} {of}", figure, data["poses"]


MOVING = [(name, figure, poses) for name, figure, poses in figures() if "to" in figure]


# the body ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_limbs_keep_their_lengths(name: str) -> None:
    """In every pose, and at every tenth of every movement."""
    poses = ALL[name]["poses"]
    specs = [full(pose, poses) for pose in poses]
    specs += [
        between(full(figure["pose"], poses), full(figure["to"], poses), tenth / 10)
        for where, figure, _ in MOVING if where.startswith(name + " ") for tenth in range(11)
    ]  # fmt: skip
    for spec in specs:
        pose = solve(spec)
        for start, end, length, part in SEGMENTS:
            wanted = length * (pose.seen[part] if part else 1)
            assert math.dist(pose.points[start], pose.points[end]) == pytest.approx(wanted), (start, end)


@pytest.mark.parametrize("name", ALL)
def test_a_person_could_be_in_every_pose(name: str) -> None:
    """Reach, joints, floor, balance and what the words say: nothing to find in what we show."""
    assert list(checks.findings(ALL[name])) == []


def test_the_weight_of_somebody_standing() -> None:
    """Winter's book has it at some 0.57 of the height; over the feet; and all masses make one body."""
    pose = solve(STANDING)
    x, y = checks.middle(pose)
    assert 0.53 < y / body.HEIGHT < 0.60
    assert pose.points["near_heel"][0] < x < pose.points["near_toe"][0]
    total = sum(body.MASS[part][0] for part, _, _ in checks._PARTS)
    assert total == pytest.approx(1.0)


def test_somebody_standing_is_straight() -> None:
    """All joints 0 but for rounding, the crown at the height of the body."""
    pose = solve(STANDING)
    assert all(abs(bend) < 2 for name, bend in pose.joints().items() if "ankle" not in name)
    assert pose.points["crown"][1] == pytest.approx(body.HEIGHT, abs=1)


def changed(name: str, pose: str, **fields: Any) -> List[str]:
    """The findings after a change of one pose."""
    data = ALL[name]
    poses = {**data["poses"], pose: {**data["poses"][pose], **fields}}
    return [finding.wrong for finding in checks.findings({**data, "poses": poses})]


@pytest.mark.parametrize(
    "name, pose, fields, wrong",
    [
        ("lean_back", "tall", {"near_arm": {"hand": [160, 61]}}, "the near hand cannot get where it should: "),
        ("lean_back", "tall", {"near_leg": {"foot": [111.7, -9]}}, "the near toe is 9 cm under the floor"),
        ("lean_back", "tall", {"near_leg": {"foot": [160, 0]}}, "the near foot cannot get where it should"),
        ("lean_back", "back", {"waist": 40}, "the waist bends 40 degrees"),
        ("lean_back", "back", {"waist": 14}, "the waist bends 14 degrees; the words say 0"),
        ("lean_back", "tall", {"near_leg": {"foot": [128, 0]}}, "degrees; the words say 90"),
        ("lean_back", "back", {"hip": [14, 50.5], "pelvis": 80}, "the person would fall: its weight is over "),
        ("kneeling_stretch", "kneeling", {"near_leg": {"knee": [58, 1], "thigh": 0, "shin": -93, "sole": -153}}, "the near knee is 5 cm under"),
        ("kneeling_stretch", "kneeling", {"near_leg": {"knee": [58, 60], "thigh": 0, "shin": -93, "sole": -153}, "far_leg": {"foot": [100, 54]}}, "nothing carries the body"),
        ("couch_stretch", "hands_behind", {"near_arm": {"hand": [60, 60], "palm": -84}}, "the near hand is not at: couch"),
        ("side_lying_stretch", "holding", {"near_arm": {"hand": "near_thigh"}}, "the near hand is not at: near ankle"),
    ],
)  # fmt: skip
def test_what_no_body_can_do_is_found(name: str, pose: str, fields: Any, wrong: str) -> None:
    """Each check goes red for what it is there for, in words a clinician can act on."""
    found = changed(name, pose, **fields)
    assert any(wrong in finding for finding in found), found


# the files ---------------------------------------------------------------------------------------


def test_the_files_in_git_are_what_the_poses_say() -> None:
    """The same bytes each time; whoever corrects a pose runs `hipbot draw`."""
    there = {path.name: path.read_bytes() for path in (project.CONTENT / "pictures").glob("*")}
    assert there == {name: text.encode() for name, text in DRAWN.items()}
    assert gallery.drawn(project.CONTENT) == DRAWN


def test_docs_exercises_is_what_the_content_says() -> None:
    """docs/exercises.md is made, never written."""
    library = Library.load(project.CONTENT, project.CLINIC)
    assert (project.ROOT / document.FILE).read_text("utf-8") == document.page(library, project.CONTENT)


def test_all_drawings_within_a_second() -> None:
    """Best of three: others may use the machine."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        gallery.drawn(project.CONTENT)
        times.append(time.perf_counter() - start)
    assert min(times) < 1


def test_every_step_has_its_drawing() -> None:
    """And the widget finds it by the number of the step."""
    shown = [exercise for exercise in EXERCISES.values() if exercise.steps]
    assert shown
    for exercise in shown:
        for number in range(1, len(exercise.steps) + 1):
            picture = exercise.picture(number)
            assert picture and picture.file == f"{exercise.id}-{number}.svg" and picture.file in DRAWN
            assert len(picture.alt) >= 20
        assert exercise.picture(len(exercise.steps) + 1) is None
        assert (exercise.picture(0) is not None) == (exercise.start is not None)


def test_what_no_article_describes_is_not_drawn() -> None:
    """No picture without words."""
    assert {e.id for e in EXERCISES.values() if e.pictures} == {e.id for e in EXERCISES.values() if e.steps}
    assert picture_file("a_b", "start") == "a_b-0.svg" and picture_file("a_b", "mistake") == "a_b-mistake.svg"


@pytest.mark.parametrize("name", DRAWN)
def test_each_file_is_small_and_keeps_to_itself(name: str) -> None:
    """8 kB, well-formed, no script, nothing from elsewhere: an image under any content policy."""
    text = DRAWN[name]
    root = xml.fromstring(text)
    assert len(text.encode()) <= MOST_BYTES
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not tags & {"script", "foreignObject", "image", "a", "animate", "set"}
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "") and "@import" not in text and "url(" not in text
    assert not re.search(r"\son\w+=", text)
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    assert {use.get("href") for use in root.iter("{http://www.w3.org/2000/svg}use")} == {f"#{one}" for one in ids}


# movements ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, figure, poses", MOVING, ids=[m[0] for m in MOVING])
def test_movements_move_and_can_stand_still(name: str, figure: Any, poses: Any) -> None:
    """Each moving part has its keyframes and is named in the body; less motion and paper stop them and show the start."""
    exercise, of = name.split()
    text = DRAWN[picture_file(exercise, of)]
    named = set(re.findall(r'class="(k\d+)', text))
    assert named and named == set(re.findall(r"@keyframes (k\d+)\{", text))
    assert named == set(re.findall(r"\.(k\d+)\{animation-name:\1\}", text))
    style = text[: text.index("</style>")]
    assert re.search(r"\[class\^=k\]\{animation:\d+s .*?\{animation-name:k", style)  # in this order, or names are lost
    assert "(prefers-reduced-motion:reduce),print{[class^=k]{animation:none!important}" in style
    assert '<g class="g">' in text and ".g{display:none}" in style
    assert ("alternate" in style) == (figure.get("moves") == "in_and_out")


@pytest.mark.parametrize("name, figure, poses", MOVING, ids=[m[0] for m in MOVING])
def test_feet_and_hands_stay_where_they_are_put(name: str, figure: Any, poses: Any) -> None:
    """The browser turns joints evenly between the moments written down: nothing slides by more than 1.5 cm."""
    moments = svg.poses_of(figure, poses)
    start, end = full(figure["pose"], poses), full(figure["to"], poses)
    for share in (0.1, 0.25, 0.4, 0.6, 0.75, 0.9):
        exact = shifted(solve(between(start, end, share)), figure.get("shift", 0))
        for side in SIDES:
            for limb, target, tip in (("leg", "foot", "ankle"), ("arm", "hand", "palm")):
                if target in start[f"{side}_{limb}"]:
                    place = _in_between(moments, side, limb, share)
                    assert math.dist(place, exact.points[f"{side}_{tip}"]) < 1.5, (side, limb, share)


_LIMBS = {
    "leg": ("hip", (("thigh", body.THIGH), ("shin", body.SHIN))),
    "arm": ("shoulder", (("upper_arm", body.UPPER_ARM), ("forearm", body.FOREARM), ("hand", body.PALM))),
}


def _in_between(moments: List[Pose], side: str, limb: str, share: float) -> Tuple[float, float]:
    """Where the browser has a limb's end: root and bends mixed, the middle only where it is written down."""
    root, parts = _LIMBS[limb]
    names = [f"{side}_{part}" for part, _ in parts]
    places = [[*pose.points[f"{side}_{root}"], pose.angles[names[0]]] for pose in moments]
    x, y, angle = _mixed(places, share)
    for index, (name, (_, length)) in enumerate(zip(names, parts, strict=True)):
        if index:
            angle += _mixed([[pose.angles[name] - pose.angles[names[index - 1]]] for pose in moments], share)[0]
        seen = moments[-1].seen.get(name, 1)
        x, y = x + math.sin(math.radians(angle)) * length * seen, y - math.cos(math.radians(angle)) * length * seen
    return x, y


def _mixed(moments: List[List[float]], share: float) -> List[float]:
    first, middle, last = moments
    halfway = [(a + b) / 2 for a, b in zip(first, last, strict=True)]
    if max(abs(a - b) for a, b in zip(halfway, middle, strict=True)) <= svg.EVEN:
        middle = halfway
    one, two, part = (first, middle, share * 2) if share < 0.5 else (middle, last, share * 2 - 1)
    return [a + (b - a) * part for a, b in zip(one, two, strict=True)]


@pytest.mark.slow
@pytest.mark.skipif(not chromium.found(), reason="needs Chromium")
def test_a_browser_moves_them(tmp_path: Path) -> None:
    """Frozen at two times, Chromium shows two pictures; with less motion wanted, the same one."""
    moving = (project.CONTENT / "pictures" / "lean_back-2.svg").read_text("utf-8")
    assert len({_photograph(moving, tmp_path, seconds, still=False) for seconds in (0.5, 6)}) == 2
    assert len({_photograph(moving, tmp_path, seconds, still=True) for seconds in (0.5, 6)}) == 1


def _photograph(text: str, folder: Path, seconds: float, still: bool) -> bytes:
    freeze = f"[class^=k]{{animation-delay:-{seconds}s!important;animation-play-state:paused!important}}</style>"
    (folder / "frozen.svg").write_text(text.replace("</style>", freeze), "utf-8")
    (folder / "page.html").write_text('<img src="frozen.svg" width=240>', "utf-8")
    chromium.photograph(folder / "page.html", folder / "page.png", 260, 280, still)
    return (folder / "page.png").read_bytes()


# to look at --------------------------------------------------------------------------------------


def grey(colour: str) -> float:
    """How light a colour prints in black and white: 0 to 1."""
    whole = "".join(digit * 2 for digit in colour) if len(colour) == 3 else colour
    red, green, blue = (int(whole[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_near_and_far_differ_in_black_and_white() -> None:
    """Each tone of a far limb is darker by a step that survives a printer."""
    for name, far in svg._FAR.items():
        assert grey(svg._LIGHT[name]) - grey(far) > 0.09, name


def test_outlines_are_closed_and_whole_numbers() -> None:
    """Fifths of a cm: no decimals, so no file grows."""
    for name in shapes.OUTLINES:
        path = shapes.path(name, "none")
        assert re.search(r' d="M[-0-9 cs]+z(M[-0-9 a]+z)?"/>$', path), path
