"""Percentiles, turns and calibration. Plain numbers in, plain numbers out."""

from __future__ import annotations

import math
from statistics import median
from typing import Dict, List, Sequence, Tuple

BINS = 10
AROUND = {5: range(1, 11), 100: range(96, 106), 300: range(291, 301)}  # turns counted as "turn 5" and so on

Judged = Tuple[float, bool]  # (confidence from 0 to 1, whether the answer was right)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` percent of all values do not exceed (nearest rank).

    Raises:
        ValueError: if there are no values, or `share` is not from 0 to 100.
    """
    if not values or not 0 <= share <= 100:
        raise ValueError("percentile() needs values and a share from 0 to 100")
    rank = max(1, math.ceil(len(values) * share / 100))
    return sorted(values)[rank - 1]


def summary(seconds: Sequence[float]) -> Dict[str, float]:
    """p50, p95 and p99 in milliseconds, and how many were measured."""
    return {
        **{f"p{share}": round(percentile(seconds, share) * 1000, 3) for share in (50, 95, 99)},
        "count": len(seconds),
    }


def around_turns(conversations: Sequence[Sequence[float]]) -> Dict[str, float]:
    """Median milliseconds around turn 5, 100 and 300, over all conversations.

    Args:
        conversations: seconds of each turn, from turn 1; conversations too short for a turn leave it out.
    """
    found = {}
    for turn, window in AROUND.items():
        times = [turns[number - 1] for turns in conversations if len(turns) >= window[-1] for number in window]
        if times:
            found[str(turn)] = round(median(times) * 1000, 3)
    return found


def every_ten_turns(conversations: Sequence[Sequence[float]]) -> List[float]:
    """Median milliseconds of turns 1-10, 11-20 and so on, over all conversations, for the plot."""
    longest = max(map(len, conversations), default=0)
    steps = [[t for turns in conversations for t in turns[start : start + 10]] for start in range(0, longest, 10)]
    return [round(median(times) * 1000, 3) for times in steps if times]


def reliability(judged: Sequence[Judged], bins: int = BINS) -> List[Dict[str, float]]:
    """How often answers of each confidence are right.

    Returns:
        one entry for each bin that is not empty: `confidence` and `right` (means, 0 to 1), `count`, and the
        95 % interval of `right` from `low` to `high`.
    """
    binned: List[List[Judged]] = [[] for _ in range(bins)]
    for confidence, right in judged:
        binned[min(int(confidence * bins), bins - 1)].append((confidence, right))
    return [_bin(inside) for inside in binned if inside]


def _bin(inside: Sequence[Judged]) -> Dict[str, float]:
    right = sum(right for _, right in inside)
    low, high = wilson(right, len(inside))
    confidence = sum(confidence for confidence, _ in inside) / len(inside)
    return {"confidence": confidence, "right": right / len(inside), "count": len(inside), "low": low, "high": high}


def wilson(right: int, count: int, z: float = 1.96) -> Tuple[float, float]:
    """The interval (0 to 1) in which the true share lies with 95 % certainty.

    Source: Wilson 1927; it holds for few messages and for shares near 0 and 1.
    """
    share, weight = right / count, z * z / count
    middle = share + weight / 2
    spread = z * math.sqrt(share * (1 - share) / count + weight / (4 * count))
    return max(0.0, (middle - spread) / (1 + weight)), min(1.0, (middle + spread) / (1 + weight))


def calibration_error(judged: Sequence[Judged], bins: int = BINS) -> float:
    """Expected calibration error: how far confidence is from being right, on average, from 0 to 1.

    Source: Naeini et al. 2015, "Obtaining well calibrated probabilities using Bayesian binning".
    """
    if not judged:
        return 0.0
    return sum(b["count"] * abs(b["right"] - b["confidence"]) for b in reliability(judged, bins)) / len(judged)
