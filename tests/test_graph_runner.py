"""The graph runner: the model's components in their order, as Rasa's own would run them."""

from __future__ import annotations

from typing import Any, Dict, List, Text

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from hipbot.bench.accuracy import _classifiers
from hipbot.server.graph_runner import PlannedGraphRunner


class Letter(GraphComponent):
    """Writes its letter behind what it is given, and down that it ran."""

    ran: List[Text] = []

    def __init__(self, letter: Text) -> None:
        self._letter = letter

    @classmethod
    def create(cls, config: Dict[Text, Any], *_: Any, **__: Any) -> "Letter":
        return cls(config["letter"])

    def write(self, one: Text = "", other: Text = "") -> Text:
        Letter.ran.append(self._letter)
        return one + other + self._letter


def node(letter: Text, target: bool = False, **needs: Text) -> SchemaNode:
    return SchemaNode(needs, Letter, "create", "write", {"letter": letter}, eager=True, is_target=target)


SCHEMA = GraphSchema(
    {
        "last": node("d", True, one="left", other="right"),
        "left": node("b", one="first"),
        "right": node("c", one="first", other="said"),
        "first": node("a", one="said"),
        "beside": node("e", True, one="said"),
    }
)


@pytest.fixture
def runners() -> List[Any]:
    Letter.ran.clear()
    return [kind.create(SCHEMA, None, ExecutionContext(SCHEMA)) for kind in (DaskGraphRunner, PlannedGraphRunner)]


@pytest.mark.parametrize("targets", [None, ["last"], ["left", "beside"], ["first"]])
def test_the_same_results_as_rasas(runners: List[Any], targets: Any) -> None:
    stock, ours = (runner.run({"said": "!"}, targets) for runner in runners)
    assert stock == ours and ours


def test_only_what_the_target_rests_on_runs_and_once(runners: List[Any]) -> None:
    runners[1].run({"said": "!"}, ["last"])
    assert sorted(Letter.ran) == ["a", "b", "c", "d"]


def test_a_second_run_knows_nothing_of_the_first(runners: List[Any]) -> None:
    said = [runners[1].run({"said": word}, ["last"])["last"] for word in ("!", "?")]
    assert said[1] == said[0].replace("!", "?")


def test_an_input_that_is_missing_is_named(runners: List[Any]) -> None:
    with pytest.raises(GraphRunError, match="said"):
        runners[1].run({}, ["first"])


def test_an_input_called_like_a_node_is_refused(runners: List[Any]) -> None:
    with pytest.raises(GraphRunError, match="first"):
        runners[1].run({"first": "!"}, ["last"])


def test_the_benchmark_finds_the_classifier(bot: Any) -> None:
    """It takes the calibration back there, for the picture of the confidence."""
    assert len(list(_classifiers(bot._agent))) == 1
