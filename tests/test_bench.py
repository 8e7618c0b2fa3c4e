"""The bench's sums and tables. Nothing here measures time: that is `make bench`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from hipbot.bench import document, report, stock, table
from hipbot.bench.accuracy import bot_figures, topics
from hipbot.bench.part import Plan
from hipbot.bench.stats import (
    around_turns,
    calibration_error,
    every_ten_turns,
    percentile,
    reliability,
    summary,
    wilson,
)
from hipbot.bench.table import Row
from tests.questions import Asked


@pytest.mark.parametrize("share, value", [(0, 1), (1, 1), (50, 5), (51, 6), (95, 10), (99, 10), (100, 10)])
def test_percentile_is_a_value_that_was_measured(share, value):
    """Nearest rank, whatever the order."""
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == value


@pytest.mark.parametrize("values, share", [([], 50), ([1.0], -1), ([1.0], 101)])
def test_percentile_refuses_what_makes_no_sense(values, share):
    with pytest.raises(ValueError):
        percentile(values, share)


def test_summary_is_in_milliseconds():
    """Seconds in, milliseconds out."""
    assert summary([0.001] * 98 + [0.05, 0.2]) == {"p50": 1.0, "p95": 1.0, "p99": 50.0, "count": 100}


def test_turns_are_medians_of_ten():
    """Turn 1, slow for everybody, does not decide what turn 5 costs; all conversations count."""
    talk = [1.0] + [0.005] * 94 + [0.010] * 195 + [0.020] * 10
    assert around_turns([talk, talk]) == {"5": 5.0, "100": 10.0, "300": 20.0}
    assert every_ten_turns([talk])[0] == 5.0
    assert len(every_ten_turns([talk])) == 30


def test_a_short_conversation_has_no_late_turns():
    assert around_turns([[0.005] * 110]) == {"5": 5.0, "100": 5.0}
    assert around_turns([]) == {} and every_ten_turns([]) == []


def test_confidence_that_keeps_its_word_has_no_error():
    """Seven of ten at 0.7, all of ten at 1.0."""
    judged = [(0.7, index < 7) for index in range(10)] + [(1.0, True)] * 10
    assert calibration_error(judged) == pytest.approx(0.0)
    assert [(point["confidence"], point["right"]) for point in reliability(judged)] == [
        (pytest.approx(0.7), 0.7),
        (1.0, 1.0),
    ]


def test_boasting_and_modesty_are_both_errors():
    """Half of the messages 0.4 off, half exact: 0.2 on average."""
    assert calibration_error([(0.9, index < 5) for index in range(10)] + [(1.0, True)] * 10) == pytest.approx(0.2)
    assert calibration_error([(0.25, True)] * 4) == pytest.approx(0.75)
    assert calibration_error([]) == 0.0


def test_wilson_is_wide_for_few_and_narrow_for_many():
    """Values of Wilson's formula, worked out apart."""
    assert wilson(5, 10) == (pytest.approx(0.2366, abs=1e-4), pytest.approx(0.7634, abs=1e-4))
    assert wilson(0, 1)[0] == 0.0 and wilson(1, 1)[1] == 1.0
    low, high = wilson(500, 1000)
    assert high - low < 0.07


def test_numbers_are_short():
    assert table.milliseconds(0.123, 4.26, 37.4, 1240.0) == "0.12 / 4.3 / 37 / 1,240 ms"
    assert table.seconds(1240.4) == "1,240 s"
    assert table.percent(0.9317) == "93.2 %"


def test_table_columns_stand_under_each_other():
    rows = [Row("a", "1 ms", "22 ms", "under 5 ms", False), Row("longer", ours="3 ms", reached=True)]
    lines = table.as_text(rows).splitlines()
    assert lines[2].index("22 ms") == lines[3].index("3 ms") == lines[0].index("Hipbot")
    assert lines[2].endswith("NO") and lines[3].endswith("yes")


def test_markdown_keeps_its_columns():
    """A bar in a cell does not open another column."""
    lines = table.as_markdown([Row("a | b")]).splitlines()
    assert all(line.replace("\\|", "").count("|") == 6 for line in lines)


def measured(p50=(20.0, 8.0), last_turn=(0.1, 0.008)):
    """(stock, ours) as the parts report them, in the parts' own units."""

    def side(p50, last):
        times = {"p50": p50, "p95": p50 * 2, "p99": p50 * 3, "count": 400}
        return {
            "over_http": {"one": times, "eight": times, "per_second": 60.0, "unanswered": 0},
            "conversation": {"turns": {"5": 8.0, "100": 8.0, "300": last * 1000}, "every_ten": [8.0] * 30, "talks": 3},
        }

    machine = {"processor": "P", "cores": 2, "gigabytes": 24, "python": "3.10", "system": "Linux", "others": 0.0}
    sides = {"stock": side(p50[0], last_turn[0]), "ours": side(p50[1], last_turn[1])}
    return {**sides, "machine": machine, "date": "2026-11-21", "notes": ["A note."], "failed": [], "quick": False}


def reached(found, what):
    return next(row.reached for row in report.rows(found) if row.what.startswith(what))


@pytest.mark.parametrize("stock_p50, our_p50, well", [(20.0, 8.0, True), (15.0, 8.0, False), (40.0, 12.0, False)])
def test_http_target_needs_both_halves(stock_p50, our_p50, well):
    """10 ms or less, and less than half of stock."""
    assert reached(measured(p50=(stock_p50, our_p50)), "a message over HTTP, one client") is well


def test_growing_turns_miss_their_target():
    assert reached(measured(), "turn 300 against turn 5") is True
    assert reached(measured(last_turn=(0.1, 0.02)), "turn 300 against turn 5") is False


@pytest.mark.parametrize(
    "part, cell, reached",
    [
        ({"p50": 12.0, "p95": 149.0, "errors": 0}, "12 / 149 ms", True),
        ({"p50": 12.0, "p95": 150.0, "errors": 0}, "12 / 150 ms", False),
        ({"p50": 12.0, "p95": 20.0, "errors": 1}, "12 / 20 ms, 1 errors", False),
        (None, "–", None),
    ],
)
def test_visitors_need_speed_and_no_error(part, cell, reached):
    """A fast server that loses one message has not reached it."""
    measured = {"ours": {"visitors": part} if part else {}, "stock": {}}
    (row,) = [row for row in report.rows(measured) if row.what.startswith("50 visitors")]
    assert (row.ours, row.reached) == (cell, reached)


def test_what_was_not_measured_is_neither_reached_nor_missed():
    """An empty run still makes a whole table."""
    found = report.rows({"ours": {}, "stock": {}})
    assert len(found) >= 15
    assert all(row.reached is None and row.ours == table.NOT_MEASURED for row in found)


def test_document_says_when_others_were_running():
    found = measured()
    assert "Other programs" not in document.text(found) and "A note." in document.text(found)
    found["machine"]["others"] = 1.4
    assert "kept 1.4 of 2 cores busy" in document.text(found)


def test_document_is_written_whole(tmp_path):
    document.write(measured(), tmp_path / "docs" / "benchmark.md")
    assert [path.name for path in (tmp_path / "docs").iterdir()] == ["benchmark.md"]


def test_a_plan_survives_the_command_line():
    plan = Plan("ours", "/a folder", messages=5, temperature=0.8)
    assert Plan(**json.loads(plan.as_json())) == plan


def test_stock_project_has_an_answer_for_every_topic(tmp_path):
    """Each rule's utterance is in the domain, each FAQ has its text, and the pipeline is Rasa's own."""
    stock.write_project(tmp_path / "stock")
    domain = yaml.safe_load((tmp_path / "stock" / "domain.yml").read_text("utf-8"))
    rules = yaml.safe_load((tmp_path / "stock" / "data" / "rules.yml").read_text("utf-8"))["rules"]
    uttered = {rule["steps"][1]["action"] for rule in rules} - {"utter_faq"}
    assert uttered <= set(domain["responses"]) and "utter_faq/how_often" in domain["responses"]
    assert not [text for text in domain["responses"].values() if "{" in text[0]["text"]]
    config = yaml.safe_load((tmp_path / "stock" / "config.yml").read_text("utf-8"))
    assert {"DIETClassifier", "ResponseSelector"} <= {part["name"] for part in config["pipeline"]}
    assert "TEDPolicy" in {policy["name"] for policy in config["policies"]}


def test_stock_model_goes_with_its_data(tmp_path):
    """Another message in data/nlu.yml is another model; another answer is not."""
    first = stock.write_project(tmp_path / "a")
    assert stock.write_project(tmp_path / "b") == first
    assert stock.write_project(tmp_path / "c", epochs=2) != first


def test_stock_cache_needs_model_and_record(tmp_path, monkeypatch):
    """A model without what was measured while it was trained is not taken."""
    monkeypatch.setattr(stock, "CACHE", tmp_path)
    model = stock.model_path("ab" * 32)
    Path(model).write_bytes(b"")
    assert stock.cached("ab" * 32) is None
    stock.note(model, {"seconds": 300})
    assert stock.cached("ab" * 32) == model and stock.record_of(model) == {"seconds": 300}
    assert stock.cached("cd" * 32) is None and stock.cached("cd" * 32, any_age=True) == model


def test_what_counts_as_right_found_and_alarm():
    """`also` counts; the closed question finds; a benign message may raise nothing."""
    asked = [
        Asked("how often", "how_often", ("how_often",)),
        Asked("often or long", "how_long_to_hold", ("how_long_to_hold", "how_often")),
        Asked("numb down there", "urgent_care", ("urgent_care",)),
        Asked("no more", "crisis", ("crisis",)),
    ]
    given = [("how_often", "same_day"), ("how_often", None), ("safety_check", None), ("out_of_scope", None)]
    figures = bot_figures(asked, [{"topic": topic, "care": care} for topic, care in given])
    assert figures == {"questions": 4, "bot": 0.5, "urgent_found": 0.5, "urgent": 2, "alarms": 0.5, "benign": 2}


def test_topics_of_both_sides_are_read_alike():
    """Ours names the full key; stock's ResponseSelector does, and its fallback is not the classifier's word."""
    ours = {"topics": [{"name": "faq/how_often", "confidence": 0.9}]}
    theirs = {
        "intent": {"name": "nlu_fallback", "confidence": 0.7},
        "intent_ranking": [{"name": "nlu_fallback", "confidence": 0.7}, {"name": "faq", "confidence": 0.2}],
        "response_selector": {"default": {"response": {"intent_response_key": "faq/how_often"}}},
    }
    assert topics(ours) == [{"name": "how_often", "confidence": 0.9}]
    assert topics(theirs) == [{"name": "how_often", "confidence": 0.2}]
