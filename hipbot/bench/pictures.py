"""Draws docs/pictures/benchmark.png and reliability.png. A process of its own: matplotlib is slow to load.

Readable at a width of 600 pixels: the size in inches is that width at 100 dots an inch.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Dict, List

import matplotlib

matplotlib.use("agg")
from matplotlib import pyplot  # noqa: E402

from hipbot.bench.stats import Judged, calibration_error, reliability  # noqa: E402
from hipbot.bench.table import milliseconds  # noqa: E402

OURS, STOCK, FAINT = "#0f766e", "#b45309", "#9ca3af"
WIDTH, DOTS = 6.0, 200  # inches, dots an inch (twice what 600 pixels need, for sharp screens)
FEWEST = 5  # questions that make a point: fewer say nothing
STYLE = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": "#6b7280",
    "figure.dpi": DOTS,
}


def benchmark(measured: Dict[str, Any], path: Path) -> None:
    """Left: milliseconds per message, half of all messages faster. Right: a conversation's turns."""
    sides = [
        (name, measured[key], colour)
        for name, key, colour in (("stock Rasa", "stock", STOCK), ("Hipbot", "ours", OURS))
        if measured[key].get("over_http")
    ]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(WIDTH, 3.4), gridspec_kw={"width_ratios": [1, 1.7]})
    _bars(left, sides)
    _turns(right, sides)
    _save(figure, path)


def _bars(axes: Any, sides: List[Any]) -> None:
    heights = [part["over_http"]["one"]["p50"] for _, part, _ in sides]
    bars = axes.bar(
        [name.replace(" ", "\n") for name, _, _ in sides], heights, color=[colour for *_, colour in sides], width=0.6
    )
    for bar, height in zip(bars, heights, strict=True):
        axes.annotate(
            milliseconds(height),
            (bar.get_x() + bar.get_width() / 2, height),
            ha="center",
            va="bottom",
            xytext=(0, 2),
            textcoords="offset points",
        )
    axes.set_xlim(-0.6, len(sides) - 0.4)
    axes.set_title("A message over HTTP", pad=10)
    axes.set_ylabel("milliseconds (median)")
    axes.set_ylim(0, max(heights, default=1) * 1.15)
    axes.tick_params(axis="x", length=0)


def _turns(axes: Any, sides: List[Any]) -> None:
    for name, part, colour in sides:
        times = part.get("conversation", {}).get("every_ten", [])
        if not times:
            continue
        turns = [index * 10 + 5 for index in range(len(times))]
        axes.plot(turns, times, color=colour, linewidth=2.2)
        axes.annotate(
            f"{name}\n{milliseconds(times[-1])}",
            (turns[-1], times[-1]),
            color=colour,
            fontweight="bold",
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
        )
    axes.set_title("As a conversation goes on", pad=10)
    axes.set_xlabel("turn")
    axes.set_ylabel("milliseconds per turn")
    axes.set_xticks([5, 100, 200, 300])
    axes.set_xlim(0, 300)
    axes.set_ylim(bottom=0)


def reliability_diagram(judged: List[Judged], before: List[Judged], path: Path) -> None:
    """How often the classifier is right, by how sure it says it is; below, how many messages each point stands for."""
    figure, (axes, counts) = pyplot.subplots(
        2, 1, figsize=(WIDTH, 5.6), sharex=True, gridspec_kw={"height_ratios": [4, 1]}
    )
    axes.plot([0, 100], [0, 100], linestyle=":", color="#4b5563", linewidth=1.4, label="as sure as it should be")
    if before:
        _curve(axes, before, FAINT, "before calibration")
    _curve(axes, judged, OURS, "Hipbot" if not before else "calibrated")
    _spread(axes, judged)
    axes.set_ylabel("how often it is right (%)")
    axes.set_title(f"{len(judged):,} questions that were never taught", pad=10)
    axes.set_xlim(0, 100)
    axes.set_ylim(-2, 103)
    axes.legend(frameon=False, loc="lower right")
    points = reliability(judged)
    counts.bar(
        [point["confidence"] * 100 for point in points], [point["count"] for point in points], width=5, color=OURS
    )
    for point in points:
        counts.annotate(
            f"{point['count']:.0f}",
            (point["confidence"] * 100, point["count"]),
            ha="center",
            va="bottom",
            fontsize=9,
            xytext=(0, 1),
            textcoords="offset points",
        )
    counts.set_ylabel("questions")
    counts.set_yticks([])
    counts.spines["left"].set_visible(False)
    counts.set_ylim(0, max((point["count"] for point in points), default=1) * 1.3)
    counts.set_xlabel("how sure the classifier says it is (%)")
    _save(figure, path)


def _curve(axes: Any, judged: List[Judged], colour: str, name: str) -> None:
    points = [point for point in reliability(judged) if point["count"] >= FEWEST]
    label = f"{name}: {calibration_error(judged) * 100:.1f} points off"
    axes.plot(
        [p["confidence"] * 100 for p in points],
        [p["right"] * 100 for p in points],
        color=colour,
        marker="o",
        linewidth=2,
        markersize=6,
        label=label,
    )


def _spread(axes: Any, judged: List[Judged]) -> None:
    """Thin lines: where each point could lie by chance, so that nobody reads much into few questions."""
    for point in (point for point in reliability(judged) if point["count"] >= FEWEST):
        axes.plot(
            [point["confidence"] * 100] * 2,
            [point["low"] * 100, point["high"] * 100],
            color=OURS,
            linewidth=1,
            alpha=0.6,
        )


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout(w_pad=2.5)
    figure.savefig(path, facecolor="white", metadata={"Software": None})
    pyplot.close(figure)


def draw(measured: Dict[str, Any], folder: Path) -> List[Path]:
    """Draw what there are figures for; returns the files."""
    drawn = []
    with pyplot.rc_context(STYLE):
        understood = measured["ours"].get("accuracy")
        if understood:
            drawn.append(folder / "reliability.png")
            reliability_diagram(understood["judged"], understood.get("judged_before", []), drawn[-1])
        if measured["ours"].get("over_http"):
            drawn.append(folder / "benchmark.png")
            benchmark(measured, drawn[-1])
    return drawn


if __name__ == "__main__":
    for picture in draw(json.loads(Path(sys.argv[1]).read_text("utf-8")), Path(sys.argv[2])):
        print(picture)
