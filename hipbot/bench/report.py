"""What was measured, as rows with their targets. (`document.py` writes docs/benchmark.md from them.)"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

from hipbot.bench.stats import calibration_error
from hipbot.bench.table import NOT_MEASURED, Row, milliseconds, percent, seconds

Measured = Dict[str, Any]  # by side ("ours", "stock"), then by part
PERCENTILES = ("p50", "p95", "p99")

# Targets of the project (Hipbot's side); README and docs/decisions say why.
ACCURACY, ALARMS = 0.93, 0.02
HTTP_P50, HTTP_SHARE = 10.0, 0.5  # ms, of stock's
VISITORS_P95 = 150.0  # ms
LAST_TURN = 1.3  # times turn 5
TRAINING, READY, MAKE_RUN, HELP = 45.0, 12.0, 15.0, 1.0  # s
CHECK, COMPARE, PUBLISH = 2.0, 90.0, 90.0  # s
MEMORY = 700  # MB


def rows(measured: Measured) -> List[Row]:
    """Every row, also of what was not measured."""
    return [*_understanding(measured), *_speed(measured), *_running(measured), *_commands(measured)]


def _understanding(measured: Measured) -> List[Row]:
    part = "accuracy"
    bot = _value(measured, "ours", part, "bot")
    alarms = _value(measured, "ours", part, "alarms")
    counts = {key: _value(measured, "ours", part, key) or 0 for key in ("questions", "urgent", "benign")}
    return [
        _row(
            measured,
            f"untaught questions understood ({counts['questions']:,}), whole bot",
            part,
            _at("bot", percent),
            "93 % or more",
            _least(bot, ACCURACY),
        ),
        _row(measured, "the same, classifier alone", part, _at("classifier", percent)),
        _row(measured, f"urgent and crisis messages found ({counts['urgent']})", part, _at("urgent_found", percent)),
        _row(
            measured,
            f"other messages that raise an alarm ({counts['benign']})",
            part,
            _at("alarms", percent),
            "2 % or less",
            _most(alarms, ALARMS),
        ),
        Row("calibration error of the confidence (uncalibrated)", ours=_calibration(measured)),
    ]


def _speed(measured: Measured) -> List[Row]:
    p50 = {side: _value(measured, side, "over_http", "one", "p50") for side in ("ours", "stock")}
    return [
        _row(measured, "a message in process, p50 / p95 / p99", "in_process", _percentiles),
        _row(
            measured,
            "a message over HTTP, one client, p50 / p95 / p99",
            "over_http",
            lambda part: _percentiles(part["one"]),
            "p50 10 ms or less, half of stock",
            _http_reached(p50["ours"], p50["stock"]),
        ),
        _row(
            measured,
            "a message over HTTP, eight clients at once",
            "over_http",
            lambda part: _percentiles(part["eight"]),
        ),
        _row(measured, "answers a second, eight clients", "over_http", _at("per_second", lambda rate: f"{rate:.0f}")),
        _row(
            measured,
            "a turn of a long conversation, 5 / 100 / 300",
            "conversation",
            lambda part: milliseconds(*part["turns"].values()),
        ),
        _row(
            measured,
            "turn 300 against turn 5",
            "conversation",
            lambda part: f"{growth(part):.1f} times",
            "1.3 times or less",
            _most(_growth(measured), LAST_TURN),
        ),
        Row(
            "the red-flag layer alone, p50 / p95",
            ours=_cell(measured, "ours", "safety_layer", lambda part: milliseconds(part["p50"], part["p95"])),
        ),
        Row(
            "50 visitors at human speed on the website, p50 / p95",
            ours=_cell(measured, "ours", "visitors", _visitors),
            wanted="p95 under 150 ms, no error",
            reached=_visitors_reached(_value(measured, "ours", "visitors")),
        ),
    ]


def _running(measured: Measured) -> List[Row]:
    trained = _value(measured, "ours", "train", "seconds")
    ready, memory = (_value(measured, "ours", "ready", key) for key in ("seconds", "megabytes"))
    return [
        _row(measured, "training", "train", _at("seconds", seconds), "under 45 s", _most(trained, TRAINING)),
        _row(measured, "memory while training, at most", "train", _at("megabytes", _megabytes)),
        _row(
            measured, "from start to first answer", "ready", _at("seconds", seconds), "under 12 s", _most(ready, READY)
        ),
        _row(
            measured,
            "memory while serving, after 200 messages",
            "ready",
            _at("megabytes", _megabytes),
            "under 700 MB",
            _most(memory, MEMORY),
        ),
    ]


def _commands(measured: Measured) -> List[Row]:
    make_run, help_ = (_value(measured, "ours", "commands", key) for key in ("make_run", "help"))
    return [
        Row(
            "`make run` with nothing changed, to first answer",
            ours=seconds(make_run) if make_run else NOT_MEASURED,
            wanted="15 s or less",
            reached=_most(make_run, MAKE_RUN),
        ),
        _command(measured, "`hipbot check`", "check", CHECK),
        _command(measured, "`hipbot compare`, after an edit of data/nlu.yml", "compare", COMPARE),
        _command(measured, "`hipbot compare`, after an edit of an answer", "compare_answer", COMPARE),
        _command(measured, "`hipbot publish`, after an edit of data/nlu.yml", "publish", PUBLISH),
        Row(
            "`hipbot --help`",
            ours=_cell(measured, "ours", "commands", _at("help", seconds)),
            wanted="under 1 s",
            reached=_most(help_, HELP),
        ),
    ]


def _visitors(part: Dict[str, Any]) -> str:
    errors = f", {part['errors']} errors" if part["errors"] else ""
    return milliseconds(part["p50"], part["p95"]) + errors


def _visitors_reached(part: Optional[Dict[str, Any]]) -> Optional[bool]:
    return part and part["p95"] < VISITORS_P95 and not part["errors"]


def _command(measured: Measured, label: str, key: str, most: float) -> Row:
    """One command of staff, with the most it may take."""
    taken = _value(measured, "ours", "commands", key)
    ours = seconds(taken) if taken else NOT_MEASURED
    return Row(label, ours=ours, wanted=f"{most:.0f} s or less", reached=_most(taken, most))


def growth(part: Dict[str, Any]) -> float:
    """How many times turn 5 turn 300 costs."""
    return part["turns"]["300"] / part["turns"]["5"]


def _growth(measured: Measured) -> Optional[float]:
    part = _value(measured, "ours", "conversation")
    return growth(part) if part else None


def _calibration(measured: Measured) -> str:
    part = _value(measured, "ours", "accuracy")
    if not part:
        return NOT_MEASURED
    before = f" ({calibration_error(part['judged_before']):.3f})" if "judged_before" in part else ""
    return f"{calibration_error(part['judged']):.3f}{before}"


def _http_reached(ours: Optional[float], stock: Optional[float]) -> Optional[bool]:
    if ours is None:
        return None
    return ours <= HTTP_P50 and (stock is None or ours < stock * HTTP_SHARE)


def _row(
    measured: Measured,
    what: str,
    part: str,
    cell: Callable[[Any], str],
    wanted: str = "",
    reached: Optional[bool] = None,
) -> Row:
    return Row(what, _cell(measured, "stock", part, cell), _cell(measured, "ours", part, cell), wanted, reached)


def _cell(measured: Measured, side: str, part: str, cell: Callable[[Any], str]) -> str:
    found = _value(measured, side, part)
    return cell(found) if found else NOT_MEASURED


def _value(measured: Measured, *keys: str) -> Any:
    """What was measured under these keys, None where it was not."""
    found: Any = measured
    for key in keys:
        found = (found or {}).get(key)
    return found


def _at(key: str, show: Callable[[Any], str]) -> Callable[[Dict[str, Any]], str]:
    return lambda part: show(part[key])


def _percentiles(part: Dict[str, Any]) -> str:
    return milliseconds(*(part[key] for key in PERCENTILES))


def _megabytes(value: float) -> str:
    return f"{value:,.0f} MB"


def _least(value: Optional[float], wanted: float) -> Optional[bool]:
    return None if value is None else value >= wanted


def _most(value: Optional[float], wanted: float) -> Optional[bool]:
    return None if value is None else value <= wanted
