"""Whether a person could be in a pose: reach, joints, floor, balance, and what the step's words say of it.

Called by `hipbot check` and tests. Each finding names the drawing, what is wrong and what to change, in cm and degrees.
"""

from __future__ import annotations

import math
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Tuple

from hipbot.figures.body import MASS, RANGES, THICK
from hipbot.figures.pose import SIDES, Point, Pose, spots
from hipbot.figures.svg import poses_of

OUT_OF_REACH = 1.0  # cm; a shoulder gives more than that
NEAR_FLOOR = 3.0  # cm above the floor that still touch it
UNDER_FLOOR = -1.5  # cm; less is a line's width
OFF_BALANCE = 2.0  # cm that the body's middle may be outside of what carries it
OFF_WORDS = 10.0  # degrees that a joint may differ from what the words say
OFF_TARGET = 5.0  # cm between a hand and where the words put it
SEAT = 9.0  # cm from the hip joint down to the seat
CHANGE = "Change the pose, or `must` if the words have changed."
LYING_LOW = 12.0  # cm: a hip as low as this is on the floor

_PARTS = (  # name in MASS, from, to
    ("pelvis", "hip", "navel"),
    ("waist", "navel", "breastbone"),
    ("chest", "breastbone", "shoulder"),
    ("head", "shoulder", "crown"),
    *((name, start.format(s), end.format(s)) for s in SIDES for name, start, end in (
        ("thigh", "hip", "{}_knee"), ("shin", "{}_knee", "{}_ankle"), ("foot", "{}_heel", "{}_toe"),
        ("upper_arm", "shoulder", "{}_elbow"), ("forearm", "{}_elbow", "{}_wrist"), ("hand", "{}_wrist", "{}_fingers"),
    )),
)  # fmt: skip


_BESIDE = {  # the parts that a joint's bend is measured between
    "hip": ("thigh",),
    "knee": ("thigh", "shin"),
    "ankle": ("thigh", "shin"),
    "shoulder": ("upper_arm",),
    "elbow": ("upper_arm", "forearm"),
}


class Finding(NamedTuple):
    """One thing that is not right: in which drawing, what, and what to change."""

    drawing: str
    wrong: str
    advice: str


def findings(figures: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything that is not right in the drawings of one exercise.

    Raises:
        KeyError, ValueError, RecursionError: if poses are missing or do not fit each other.
    """
    for name, drawing in figures["drawings"].items():
        for figure in drawing["figures"]:
            poses = poses_of(figure, figures["poses"])
            for pose in poses:
                for wrong, advice in _of_pose(pose, drawing):
                    yield Finding(name, wrong, advice)
        for wrong, advice in _of_words(poses[-1], drawing):
            yield Finding(name, wrong, advice)


def _of_pose(pose: Pose, drawing: Mapping[str, Any]) -> Iterator[Tuple[str, str]]:
    for limb, missed in pose.far.items():
        if missed > OUT_OF_REACH:
            wrong = f"the {_said(limb)} cannot get where it should: {missed:.0f} cm are missing"
            yield wrong, "Move its target or the hip, or bend the trunk."
    yield from _floor(pose)
    if not pose.behind:  # from behind, joints bend towards the reader and the floor goes on to both sides
        yield from _joints(pose)
        yield from _balance(pose, drawing)


def _joints(pose: Pose) -> Iterator[Tuple[str, str]]:
    for joint, bend in pose.joints().items():
        if not _in_plane(pose, joint):
            continue
        least, most = RANGES[joint.rpartition("_")[2]]
        if not least <= round(bend) <= most:
            yield f"the {_said(joint)} bends {bend:.0f} degrees", f"Keep it between {least} and {most}."


def _in_plane(pose: Pose, joint: str) -> bool:
    """A limb that points to the reader shows no angle that could be judged."""
    side, _, name = joint.rpartition("_")
    return all(pose.seen[f"{side}_{part}"] == 1 for part in _BESIDE.get(name, ()))


def _floor(pose: Pose) -> Iterator[Tuple[str, str]]:
    for name, (_, y) in sorted(pose.points.items()):
        y -= THICK.get(name.rpartition("_")[2], 0.0) if not name.endswith("ankle") else 0.0
        if y < UNDER_FLOOR:
            advice = "Raise it: 0 is the floor, and a knee has 6 cm of its own."
            yield f"the {_said(name)} is {-y:.0f} cm under the floor", advice


def middle(pose: Pose) -> Point:
    """Where the body's weight is."""
    x = y = 0.0
    for part, start, end in _PARTS:
        share, along = MASS[part]
        (x0, y0), (x1, y1) = pose.points[start], pose.points[end]
        x, y = x + share * (x0 + (x1 - x0) * along), y + share * (y0 + (y1 - y0) * along)
    return x, y


def carried_by(pose: Pose, drawing: Mapping[str, Any]) -> List[float]:
    """Where the body touches what carries it: floor under feet, knees and seat; bench; couch under hands."""
    found: List[float] = []
    for side in SIDES:
        for name, above in (("heel", 0.0), ("toe", 4.0), ("knee", THICK["knee"]), ("ankle", THICK["ankle"] + 2)):
            x, y = pose.points[f"{side}_{name}"]
            found += [x] if y <= above + NEAR_FLOOR else []
    hip_x, hip_y = pose.points["hip"]
    found += [hip_x - 10, hip_x + 10] if hip_y <= LYING_LOW else []
    for left, right, top in _seats(drawing):
        if left < hip_x < right and abs(hip_y - SEAT - top) <= NEAR_FLOOR:
            found += [max(left, hip_x - 10), right]
        found += [x for x, y in _hands(pose) if left < x < right and abs(y - top) <= OFF_TARGET]
    return found


def _balance(pose: Pose, drawing: Mapping[str, Any]) -> Iterator[Tuple[str, str]]:
    x, _ = middle(pose)
    carried = carried_by(pose, drawing)
    if not carried:
        yield "nothing carries the body", "Put a foot, a knee or the seat on the floor, bench or couch."
    elif not min(carried) - OFF_BALANCE <= x <= max(carried) + OFF_BALANCE:
        where = f"its weight is over {x:.0f}, and what carries it goes from {min(carried):.0f} to {max(carried):.0f}"
        yield f"the person would fall: {where}", "Move the hip, or set a foot or hand further out."


def _of_words(pose: Pose, drawing: Mapping[str, Any]) -> Iterator[Tuple[str, str]]:
    """What `must` repeats of the step's words."""
    for must in drawing.get("must", []):
        if "joint" in must:
            bend = pose.joints()[must["joint"]]
            if abs(bend - must["bends"]) > OFF_WORDS:
                wrong = f"the {_said(must['joint'])} bends {bend:.0f} degrees; the words say {must['bends']}"
                yield wrong, CHANGE
        else:
            side, place = must["hand"], must["at"]
            hand = pose.points[f"{side}_palm"]
            if not _is_at(hand, place, pose, drawing):
                yield f"the {side} hand is not at: {_said(place)}", CHANGE


def _is_at(hand: Point, place: str, pose: Pose, drawing: Mapping[str, Any]) -> bool:
    seats = {kind: size for item in _props(drawing) for kind, size in item.items() if kind in ("bench", "couch")}
    if place in seats:
        left, right, top = seats[place]
        return left < hand[0] < right and abs(hand[1] - top) <= OFF_TARGET
    target: Dict[str, Point] = spots(pose.points, pose.angles)
    return place in target and math.dist(hand, target[place]) <= OFF_TARGET


def _seats(drawing: Mapping[str, Any]) -> List[Any]:
    return [size for item in _props(drawing) for kind, size in item.items() if kind in ("bench", "couch")]


def _props(drawing: Mapping[str, Any]) -> List[Mapping[str, Any]]:
    return [*drawing.get("behind", []), *drawing.get("before", [])]


def _hands(pose: Pose) -> List[Point]:
    return [pose.points[f"{side}_palm"] for side in SIDES]


def _said(name: str) -> str:
    return name.replace("_", " ")
