"""Draws one drawing as SVG: the floor, props, one or two figures, arrows and marks. Pure; the same bytes each time.

Called by gallery.py. A figure is a puppet: each part is drawn once and turned about its joint, so no limb can shrink
while it moves. Movement is CSS inside the file: no script, still where the reader wants it still, and on paper.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from hipbot.figures import shapes
from hipbot.figures.body import CHEST, FOREARM, PELVIS, SHIN, THIGH, UPPER_ARM, WAIST
from hipbot.figures.marks import RING, arrow, mark, outline, pull
from hipbot.figures.pose import Pose, between, full, shifted, solve
from hipbot.figures.props import prop
from hipbot.figures.shapes import FINE, numbers

DEPTH = {"leg": (3.5, 2.5), "arm": (2.0, 0.0)}  # far limbs are drawn so many cm to the right and up: a hint of depth
MOMENTS = (0.0, 0.5, 1.0)  # of a movement, worked out exactly; in between the browser turns each joint evenly
SMALL = 0.05  # degrees or cm that are no movement
EVEN = 1.2  # degrees or cm by which the middle may differ from halfway before it is written down

# The tones' greys differ too, for print: far limbs and shorts are darker. l lines, p props, q their edges, a arrows,
# w halo, i words, s skin, c shirt, t shorts, b shoes.
_LIGHT = {"l": "1f2937", "p": "cdd3da", "q": "8b95a3", "a": "c2410c", "w": "fff", "i": "1f2937",
          "s": "eab58d", "c": "7fb3ad", "t": "3b5b7d", "b": "f4f4f2"}  # fmt: skip
_DARK = {"l": "0b1220", "p": "4b5563", "q": "94a3b8", "a": "fb923c", "w": "0b1220", "i": "e5e7eb"}
_FAR = {"s": "b98159", "c": "5c8c87", "t": "263f5b", "b": "b9bec6"}
_HAIR = "#4a3426"
_IN_THE_DARK = "@media screen and (prefers-color-scheme:dark)"
_FADE = "{0%,to{opacity:.2}4%,96%{opacity:1}}"  # a movement that is made once begins anew without a jerk
_AT_REST = "@media (prefers-reduced-motion:reduce),print"
_COLOURS = {
    "s": "neck head back_head thigh shin arm forearm hand",
    "c": "waist chest back_waist back_chest sleeve",
    "t": "pelvis back_pelvis shorts",
    "b": "foot",
}
_COLOUR = {name: colour for colour, names in _COLOURS.items() for name in names.split()}


def draw(drawing: Mapping[str, Any], poses: Mapping[str, Any]) -> str:
    """One drawing.

    Args:
        drawing: an entry of `drawings` of a file of `content/figures`.
        poses: that file's poses.
    """
    x, y, width, height = drawing["frame"]
    rules: Dict[str, str] = {}
    behind = "".join(prop(kind, what) for item in drawing.get("behind", []) for kind, what in item.items())
    figures = "".join(_figure(figure, poses, rules) for figure in drawing["figures"])
    before = "".join(prop(kind, what) for item in drawing.get("before", []) for kind, what in item.items())
    signs = "".join(map(arrow, drawing.get("arrows", []))) + "".join(map(mark, drawing.get("marks", [])))
    body = behind + figures + before
    if drawing.get("flip"):
        body = f'<g transform="translate({numbers([2 * x + width])})scale(-1 1)">{body}</g>'
    body += signs
    moves = "".join(f".{n}{{animation-name:{n}}}@keyframes {n}{css}" if n else css for css, n in rules.items())
    box = numbers((x, -y - height, width, height))
    inside = f"<defs>{_defs(body)}</defs>{body}"
    style = f"<style>{_style(inside)}{moves}</style>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{style}{inside}</svg>\n'


def for_paper(drawing: str) -> str:
    """A drawing for paper: light, at rest, its start as a ghost. An image cannot tell that its page is printed."""
    return drawing.replace(_IN_THE_DARK, "@media not all").replace(_AT_REST, "@media all")


def _style(inside: str) -> str:
    """The colours that are used, by light and by dark; printed they are those of the light."""

    def colours(of: Mapping[str, str]) -> str:
        return ";".join(f"--{name}:#{tone}" for name, tone in of.items() if f"var(--{name})" in inside or name == "l")

    return (
        f"svg{{stroke-linecap:round;stroke-linejoin:round;{colours(_LIGHT)}}}"
        f"{_IN_THE_DARK}{{svg{{{colours(_DARK)}}}}}.f{{{colours(_FAR)}}}"
        ".o{stroke:var(--l);stroke-width:13}"
    )


def _defs(body: str) -> str:
    used = [name for name, short in shapes.ID.items() if f'"#{short}"' in body]
    return "".join(shapes.path(name, f"var(--{_COLOUR[name]})" if name in _COLOUR else _HAIR) for name in used)


# one figure --------------------------------------------------------------------------------------


def _figure(figure: Mapping[str, Any], poses: Mapping[str, Any], rules: Dict[str, str]) -> str:
    """A figure that stands still, or one that moves from one pose to another, with its start as a ghost."""
    moments, ghost = poses_of(figure, poses), ""
    both_ways = figure.get("moves") == "in_and_out"
    if "to" in figure:
        rules[_timing(both_ways)] = ""
        if not both_ways:
            rules[_FADE] = "k"
        ghost = f'<g class="g">{outline(moments[0], moments[-1])}{_fine(_Parts(moments[:1], {}).ghost())}</g>'
    pulled = pull(moments[-1], figure["pull"]) if "pull" in figure else ""
    body = _Parts(moments, rules).all(figure.get("working"))
    return ghost + (f'<g class="k">{body}</g>' if _FADE in rules else body) + pulled


def poses_of(figure: Mapping[str, Any], poses: Mapping[str, Any]) -> List[Pose]:
    """The pose of a figure, or the moments of its movement."""
    start, by = full(figure["pose"], poses), figure.get("shift", 0)
    if "to" not in figure:
        return [shifted(solve(start), by)]
    end = full(figure["to"], poses)
    return [shifted(solve(between(start, end, share)), by) for share in MOMENTS]


def _timing(both_ways: bool) -> str:
    """Slow, with rests at both ends; the ghost of the start is there where nothing moves."""
    how = "4s infinite alternate" if both_ways else "7s infinite"
    return (
        f"[class^=k]{{animation:{how} ease-in-out}}.g{{display:none}}"
        f"{_AT_REST}{{[class^=k]{{animation:none!important}}"
        ".g{display:inline;opacity:.4;--s:var(--q);--c:var(--q);--t:var(--q)}}"
    )


def _deeper(limb: str, inside: str) -> str:
    """A far limb, moved by a hint of depth; it can then share the near limb's movement."""
    right, up = DEPTH[limb]
    return f'<g transform="translate({numbers((round(right * FINE), round(-up * FINE)))})">{inside}</g>'


def _fine(parts: str) -> str:
    return f'<g transform="scale({numbers([1 / FINE])})">{parts}</g>'


class _Parts:
    """Writes parts in their places; where there are several moments, also how they move.

    Args:
        moments: the pose or, of a movement, its poses.
        rules: CSS and its name, which movements are added to; parts that move alike share theirs.
    """

    def __init__(self, moments: Sequence[Pose], rules: Dict[str, str]) -> None:
        self._moments, self._rules = moments, rules
        self._behind = moments[-1].behind

    def all(self, working: Optional[str]) -> str:
        """The figure, far parts first; the ring that marks the working hip lies under the near arm."""
        far_arm, far_leg = self._arm("far"), self._leg("far")
        ring = self._root(f"{working}_hip", f"{working}_thigh", RING) if working else ""
        if not self._behind:
            far_arm, far_leg = _deeper("arm", far_arm), _deeper("leg", far_leg)
            ring = _deeper("leg", ring) if working == "far" else ring
        far = f'<g class="f">{far_arm}{far_leg}</g>'
        return _fine(far + self._trunk() + self._leg("near") + ring + self._arm("near"))

    def _leg(self, side: str) -> str:
        foot = self._joint(f"{side}_shin", f"{side}_foot", SHIN, _line("foot") + _fill("foot"))
        shin = self._limb(f"{side}_shin", ("shin",), foot, ("shin",))
        shin = self._joint(f"{side}_thigh", f"{side}_shin", THIGH, shin)
        thigh = self._limb(f"{side}_thigh", ("thigh",), shin, ("thigh", "+shorts", "shorts"))
        return self._root(f"{side}_hip", f"{side}_thigh", thigh)

    def _arm(self, side: str) -> str:
        hand = self._joint(f"{side}_forearm", f"{side}_hand", FOREARM, f"{_line('hand')}{_fill('hand')}")
        fore = self._limb(f"{side}_forearm", ("forearm",), hand, ("forearm",))
        fore = self._joint(f"{side}_upper_arm", f"{side}_forearm", UPPER_ARM, fore)
        arm = self._limb(f"{side}_upper_arm", ("arm",), fore, ("arm", "+sleeve", "sleeve"))
        return self._root(f"{side}_shoulder", f"{side}_upper_arm", arm)

    def _limb(self, part: str, lines: Sequence[str], child: str, fills: Sequence[str]) -> str:
        """Lines first, then what hangs on the part, then fills: so the lines run around both."""
        seen = self._moments[-1].seen[part]
        short = f' transform="scale(1 {numbers([seen])})"' if seen != 1 else ""
        before = "".join(_line(shape, short) for shape in lines)
        after = "".join(_line(s[1:], short) if s.startswith("+") else _fill(s, short) for s in fills)
        if part.endswith("shin") or (self._behind and part == "near_thigh"):
            return before + after + child  # the shoe is over the ankle; a shin that is folded back is over the thigh
        return before + child + after

    def _trunk(self) -> str:
        head = (
            _line("neck") + _line(self._of("head")) + _fill("neck") + _fill(self._of("head")) + _fill(self._of("hair"))
        )
        return self._spine(head, _line)

    def ghost(self) -> str:
        """Trunk and head as one flat shape."""
        return self._spine(_fill("neck") + _fill(self._of("head")), lambda shape: "")

    def _spine(self, head: str, line: Callable[[str], str]) -> str:
        chest, waist, pelvis = map(self._of, ("chest", "waist", "pelvis"))
        inside = self._joint("chest", "head", -CHEST, head)
        inside = self._joint("waist", "chest", -WAIST, line(chest) + inside + _fill(chest))
        inside = self._joint("pelvis", "waist", -PELVIS, line(waist) + inside + _fill(waist))
        return self._root("hip", "pelvis", line(pelvis) + inside + _fill(pelvis))

    def _of(self, shape: str) -> str:
        """The trunk has another outline from behind."""
        return f"back_{shape}" if self._behind else shape

    def _root(self, point: str, part: str, inside: str) -> str:
        places = [(p.points[point][0], -p.points[point][1], -p.angles[part]) for p in self._moments]
        return self._group(places, inside)

    def _joint(self, parent: str, part: str, length: float, inside: str) -> str:
        places = [(0.0, length * p.seen.get(parent, 1), p.angles[parent] - p.angles[part]) for p in self._moments]
        return self._group(places, inside)

    def _group(self, places: Sequence[Tuple[float, float, float]], inside: str) -> str:
        """A part with what hangs on it, moved and turned (cm, degrees)."""
        last = places[-1]
        if all(_apart(place, last) < SMALL for place in places):
            return f"<g{_attribute(last)}>{inside}</g>"
        frames = _frames(*places)
        name = self._rules.setdefault(frames, f"k{len(self._rules)}")
        if _turns_only(places):
            x, y, turn = last
            return f'<g{_attribute((x, y, 0))}><g class="{name}" transform="rotate({numbers([turn])})">{inside}</g></g>'
        return f'<g class="{name}"{_attribute(last)}>{inside}</g>'


def _turns_only(places: Sequence[Sequence[float]]) -> bool:
    """Whether a part stays in its place: then its keyframes need not repeat it."""
    return all(_apart(place[:2], places[-1][:2]) < SMALL for place in places)


def _frames(first: Sequence[float], middle: Sequence[float], last: Sequence[float]) -> str:
    """Keyframes; the middle only where it is not about halfway."""
    write = _turn if _turns_only((first, middle, last)) else _transform
    start, on_the_way = write(first), ""
    if _apart([(a + b) / 2 for a, b in zip(first, last, strict=True)], middle) > EVEN:
        start += ";animation-timing-function:ease-in"
        on_the_way = f"45%{{{write(middle)};animation-timing-function:ease-out}}"
    return f"{{0%,10%{{{start}}}{on_the_way}80%,to{{{write(last)}}}}}"


def _attribute(place: Sequence[float]) -> str:
    x, y, turn = place
    turned = f"rotate({numbers([turn])})" if abs(turn) >= SMALL else ""
    return f' transform="translate({numbers((round(x * FINE), round(y * FINE)))}){turned}"'


def _transform(place: Sequence[float]) -> str:
    x, y, turn = place
    across, up = (f"{value}px" if value else "0" for value in (round(x * FINE), round(y * FINE)))
    return f"transform:translate({across},{up})rotate({numbers([turn])}deg)"


def _turn(place: Sequence[float]) -> str:
    return f"transform:rotate({numbers([place[2]])}deg)"


def _line(shape: str, more: str = "") -> str:
    return f'<use href="#{shapes.ID[shape]}" class="o"{more}/>'


def _fill(shape: str, more: str = "") -> str:
    return f'<use href="#{shapes.ID[shape]}"{more}/>'


def _apart(a: Sequence[float], b: Sequence[float]) -> float:
    return max(abs(x - y) for x, y in zip(a, b, strict=True))
