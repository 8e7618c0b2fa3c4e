"""Graph runner: the model's components in their order, which is worked out once.

Rasa's own asks Dask for the order on every run, and writes a line for the debug log that nobody reads, with the whole conversation
in it: a millisecond of each message, twice. Used by `processor.py`.
"""

from __future__ import annotations

from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any, Dict, List, Optional, Text, Tuple

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphNodeHook, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage


class PlannedGraphRunner(GraphRunner):
    """Runs what `DaskGraphRunner` has loaded."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self._schema, self._nodes = loaded._graph_schema, loaded._instantiated_nodes
        self._plan = lru_cache(maxsize=None)(self._planned)

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: Optional[List[GraphNodeHook]] = None,
    ) -> "PlannedGraphRunner":
        return cls(DaskGraphRunner.create(graph_schema, model_storage, execution_context, hooks))

    def run(
        self, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None
    ) -> Dict[Text, Any]:
        """As Rasa's: outputs of the targets by name.

        Raises:
            GraphRunError: if an input has the name of a node, or a node lacks an input.
        """
        taken = (inputs or {}).keys() & self._nodes.keys()
        if taken:
            raise GraphRunError(f"Inputs may not be called as nodes are: {', '.join(sorted(taken))}.")
        wanted = tuple(targets or self._schema.target_names)
        results = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._plan(wanted):
            results[name] = self._nodes[name](*(results.get(need, need) for need in needs))
        return dict(results[target] for target in wanted)

    def _planned(self, targets: Tuple[Text, ...]) -> List[Tuple[Text, List[Text]]]:
        """Nodes that the targets rest on, each with what it needs, in an order in which all needs are there."""
        nodes = self._schema.minimal_graph_schema(list(targets)).nodes
        needs = {name: list(node.needs.values()) for name, node in nodes.items()}
        return [(name, needs[name]) for name in TopologicalSorter(needs).static_order() if name in nodes]
