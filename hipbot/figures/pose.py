"""From a pose as a clinician writes it (cm and degrees) to where every joint is. Used by checks.py and svg.py.

x grows to where the person looks, y upwards from the floor. A limb's angle is 0 hanging down and grows forwards;
the trunk's is 0 upright and grows backwards; of the back's three parts, `waist` and `chest` count from the part below.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Dict, Mapping, Tuple

from hipbot.figures.body import (
    ANKLE,
    CHEST,
    FOOT,
    FOREARM,
    HALF_HIPS,
    HALF_SHOULDERS,
    HAND,
    HEAD,
    HEEL,
    PALM,
    PELVIS,
    SHIN,
    THICK,
    THIGH,
    UPPER_ARM,
    WAIST,
)

Point = Tuple[float, float]
Spec = Mapping[str, Any]
SIDES = ("near", "far")
TRUNK = ("pelvis", "waist", "chest", "neck")


@dataclass(frozen=True)
class Pose:
    """A figure in place.

    Attributes:
        points: joints and ends in cm, such as hip, near_knee, far_toe.
        angles: how each part lies, in degrees, counted from straight down (limbs) or upright (trunk).
        far: cm by which a hand or foot misses its target, by limb; empty where everything is in reach.
        seen: share of a part's length that is seen, where it points to or away from the reader.
        behind: whether the person is seen from behind; near is then the right side.
    """

    points: Dict[str, Point]
    angles: Dict[str, float]
    far: Dict[str, float]
    seen: Dict[str, float]
    behind: bool = False

    def joints(self) -> Dict[str, float]:
        """Each joint's bend in degrees, 0 being straight."""
        a = self.angles
        bends = {
            "waist": a["waist"] - a["pelvis"],
            "chest": a["chest"] - a["waist"],
            "neck": a["head"] - a["chest"],
        }
        for side in SIDES:
            bends[f"{side}_hip"] = a[f"{side}_thigh"] - a["pelvis"]
            bends[f"{side}_knee"] = a[f"{side}_thigh"] - a[f"{side}_shin"]
            bends[f"{side}_ankle"] = a[f"{side}_foot"] - a[f"{side}_shin"]
            bends[f"{side}_shoulder"] = a[f"{side}_upper_arm"] - a["chest"]
            bends[f"{side}_elbow"] = a[f"{side}_forearm"] - a[f"{side}_upper_arm"]
            bends[f"{side}_wrist"] = a[f"{side}_hand"] - a[f"{side}_forearm"]
        return bends


def full(name: str, poses: Mapping[str, Spec]) -> Dict[str, Any]:
    """A pose with all that it takes over from the one it is `like`.

    Raises:
        KeyError: if a pose is like one that is not there; RecursionError if it is like itself.
    """
    spec = dict(poses[name])
    base = full(spec.pop("like"), poses) if "like" in spec else {}
    return {**base, **spec}


def between(start: Any, end: Any, share: float) -> Any:
    """A pose on the way: share 0 is the start, 1 the end. Feet on the floor stay there, as they are targets."""
    if isinstance(start, Mapping):
        if set(start) != set(end):
            raise ValueError(f"one says {sorted(start)}, the other {sorted(end)}")
        if start.get("seen") != end.get("seen"):
            raise ValueError("`seen` has to be the same in both poses")
        return {key: between(start[key], end[key], share) for key in start}
    if isinstance(start, (list, tuple)):
        return [between(a, b, share) for a, b in zip(start, end, strict=True)]
    if isinstance(start, (int, float)) and isinstance(end, (int, float)):
        return start + (end - start) * share
    if start != end:
        raise ValueError(f"there is no way from {start!r} to {end!r}")
    return start


def solve(spec: Spec) -> Pose:
    """Put the figure in place.

    Raises:
        KeyError, TypeError: if the spec lacks what `schemas/figures.schema.json` asks for.
    """
    pose = Pose({"hip": _hip(spec)}, {}, {}, {}, spec.get("from_behind", False))
    _trunk(spec, pose)
    for side in SIDES:
        _leg(side, spec[f"{side}_leg"], pose)
    for side in SIDES:
        _arm(side, spec[f"{side}_arm"], pose)
    return pose


def down(angle: float, length: float) -> Point:
    """The way along a limb that hangs at `angle`."""
    return math.sin(math.radians(angle)) * length, -math.cos(math.radians(angle)) * length


def plus(a: Point, b: Point) -> Point:
    return a[0] + b[0], a[1] + b[1]


def _up(angle: float, length: float) -> Point:
    return -math.sin(math.radians(angle)) * length, math.cos(math.radians(angle)) * length


def _hip(spec: Spec) -> Point:
    """Written down, or above the knee that it kneels on."""
    for side in SIDES:
        leg = spec[f"{side}_leg"]
        if "knee" in leg:
            x, y = down(leg["thigh"], leg.get("seen", (1, 1))[0] * THIGH)
            return leg["knee"][0] - x, leg["knee"][1] - y
    return tuple(spec["hip"])  # type: ignore[return-value]


def _trunk(spec: Spec, pose: Pose) -> None:
    points, angles = pose.points, pose.angles
    pelvis, waist, chest, neck = (spec.get(part, 0) for part in TRUNK)
    angles.update(pelvis=pelvis, waist=pelvis + waist, chest=pelvis + waist + chest)
    angles["head"] = angles["chest"] + neck
    points["navel"] = plus(points["hip"], _up(angles["pelvis"], PELVIS))
    points["breastbone"] = plus(points["navel"], _up(angles["waist"], WAIST))
    points["shoulder"] = plus(points["breastbone"], _up(angles["chest"], CHEST))
    points["crown"] = plus(points["shoulder"], _up(angles["head"], HEAD))
    for side, way in zip(SIDES, (90, -90), strict=True):
        points[f"{side}_hip"] = plus(points["hip"], down(angles["pelvis"] + way, HALF_HIPS if pose.behind else 0))
        points[f"{side}_shoulder"] = plus(
            points["shoulder"], down(angles["chest"] + way, HALF_SHOULDERS if pose.behind else 0)
        )


def _leg(side: str, leg: Spec, pose: Pose) -> None:
    points, angles, seen = pose.points, pose.angles, pose.seen
    hip = points[f"{side}_hip"]
    first, second = seen[f"{side}_thigh"], seen[f"{side}_shin"] = leg.get("seen", (1, 1))
    sole = leg.get("sole", 0)
    if "foot" in leg:
        ankle = plus(tuple(leg["foot"]), _up(sole, ANKLE))  # type: ignore[arg-type]
        thigh, shin, missed = _two_bones(hip, ankle, first * THIGH, second * SHIN, first_forwards=True)
        if missed:
            pose.far[f"{side}_foot"] = missed
    else:
        thigh, shin = leg["thigh"], leg["shin"]
    knee = plus(hip, down(thigh, first * THIGH))
    ankle = plus(knee, down(shin, second * SHIN))
    under = plus(ankle, down(sole, ANKLE))
    points.update({f"{side}_knee": knee, f"{side}_ankle": ankle, f"{side}_sole": under})
    points[f"{side}_heel"] = plus(under, down(sole - 90, HEEL))
    points[f"{side}_toe"] = plus(under, down(sole + 90, FOOT - HEEL))
    angles.update({f"{side}_thigh": thigh, f"{side}_shin": shin, f"{side}_foot": sole})


def _arm(side: str, arm: Spec, pose: Pose) -> None:
    points, angles, seen = pose.points, pose.angles, pose.seen
    shoulder = points[f"{side}_shoulder"]
    first, second = seen[f"{side}_upper_arm"], seen[f"{side}_forearm"] = arm.get("seen", (1, 1))
    if "hand" in arm:
        touch = _target(arm["hand"], points, angles)
        palm = arm.get("palm")
        reach = second * FOREARM + (0 if palm is not None else PALM)
        goal = plus(touch, down(palm + 180, PALM)) if palm is not None else touch
        outwards = arm.get("elbow") == "out"
        upper, fore, missed = _two_bones(shoulder, goal, first * UPPER_ARM, reach, first_forwards=outwards)
        if missed:
            pose.far[f"{side}_hand"] = missed
        hand = palm if palm is not None else fore
    else:
        upper, fore = arm["upper"], arm["fore"]
        hand = arm.get("palm", fore)
    elbow = plus(shoulder, down(upper, first * UPPER_ARM))
    wrist = plus(elbow, down(fore, second * FOREARM))
    points.update({f"{side}_elbow": elbow, f"{side}_wrist": wrist})
    points[f"{side}_palm"] = plus(wrist, down(hand, PALM))
    points[f"{side}_fingers"] = plus(wrist, down(hand, HAND))
    angles.update({f"{side}_upper_arm": upper, f"{side}_forearm": fore, f"{side}_hand": hand})


def _target(hand: Any, points: Mapping[str, Point], angles: Mapping[str, float]) -> Point:
    """A place in cm, or a part of the body: near_thigh, far_ankle, hip."""
    if not isinstance(hand, str):
        return tuple(hand)  # type: ignore[return-value]
    return spots(points, angles)[hand]


def spots(points: Mapping[str, Point], angles: Mapping[str, float]) -> Dict[str, Point]:
    """Where a hand can lie on the body."""
    found: Dict[str, Point] = {"hip": plus(points["hip"], _up(angles["pelvis"], 9.0))}
    for side in SIDES:
        thigh, shin = angles[f"{side}_thigh"], angles[f"{side}_shin"]
        on_thigh = plus(points[f"{side}_hip"], down(thigh, 0.72 * THIGH))
        found[f"{side}_thigh"] = plus(on_thigh, down(thigh + 90, THICK["knee"] + 2.5))
        found[f"{side}_knee"] = plus(points[f"{side}_knee"], down(thigh + 45, THICK["knee"] + 1.5))
        found[f"{side}_ankle"] = plus(points[f"{side}_ankle"], down(shin + 180, 4.0))
    return found


def _two_bones(
    root: Point, goal: Point, first: float, second: float, first_forwards: bool
) -> Tuple[float, float, float]:
    """The two angles that bring a limb's end to its goal, and by how many cm it misses it."""
    dx, dy = goal[0] - root[0], goal[1] - root[1]
    distance = math.hypot(dx, dy)
    reach = min(max(distance, abs(first - second) + 1e-6), first + second)
    straight = math.degrees(math.atan2(dx, -dy))
    at_root = _corner(first, reach, second)
    at_joint = 180 - _corner(first, second, reach)
    if first_forwards:
        return straight + at_root, straight + at_root - at_joint, abs(distance - reach)
    return straight - at_root, straight - at_root + at_joint, abs(distance - reach)


def _corner(a: float, b: float, opposite: float) -> float:
    """Degrees between the sides a and b of a triangle."""
    return math.degrees(math.acos(max(-1.0, min(1.0, (a * a + b * b - opposite * opposite) / (2 * a * b)))))


def shifted(pose: Pose, by: float) -> Pose:
    """The same figure further to the right."""
    return replace(pose, points={name: (x + by, y) for name, (x, y) in pose.points.items()}) if by else pose
