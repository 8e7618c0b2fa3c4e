"""Runs the parts one after another, each in a fresh process, and gathers what they measured."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from hipbot import project
from hipbot.bench import machine, ours, processes, stock
from hipbot.bench.part import OURS, STOCK, Plan
from hipbot.bench.server import environment

LOGS = project.STATE / "bench"
RESULTS = LOGS / "results.json"
TITLES = {
    "train": "training",
    "ready": "time to ready, memory",
    "in_process": "messages in process",
    "over_http": "messages over HTTP",
    "conversation": "conversations of 300 turns",
    "accuracy": "untaught questions",
    "safety_layer": "red-flag layer",
    "visitors": "fifty visitors on the website",
    "commands": "commands",
}
BOTH = ("ready", "in_process", "over_http", "conversation", "accuracy")
ONLY_OURS = ("safety_layer", "visitors", "commands")

STOCK_TRAINED = (
    "Stock Rasa's model was trained on {date} from {age}, in {seconds:,} s; other programs kept {others} of {cores} "
    "cores busy meanwhile."
)
FEW_EPOCHS = (
    "Stock Rasa was taught {age} for {epochs} epochs instead of 100. Its times and memory do not depend on that; its "
    "accuracy and training time do, so they are left out."
)
NO_STOCK = "Stock Rasa is left out: it has not been trained here. `hipbot bench` without --quick trains it."


@dataclass(frozen=True)
class Wanted:
    """What to measure.

    Attributes:
        quick: no training, fewer messages, one start and one conversation.
        stock: measure stock Rasa too.
        keep_stock: use the stock model there is, even one of older data.
        stock_epochs: teach stock Rasa for so many epochs instead of 100: its times and memory only.
        both: names of the parts that run on both sides.
        only_ours: names of the parts that run on ours only.
    """

    quick: bool = False
    stock: bool = True
    keep_stock: bool = False
    stock_epochs: Optional[int] = None
    both: Tuple[str, ...] = BOTH
    only_ours: Tuple[str, ...] = ONLY_OURS


class Bench:
    """One run."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._notes: List[str] = []
        self._failed: List[str] = []
        self._measured: Dict[str, Dict[str, Any]] = {OURS: {}, STOCK: {}}
        LOGS.mkdir(parents=True, exist_ok=True)

    def run(self) -> Dict[str, Any]:
        """Everything that was measured, by side and part, with the machine, the day and notes."""
        others = machine.Others()
        self._copy = ours.write_copy()
        plans = self._plans()
        steps = [(part, plan) for part in self._wanted.both for plan in plans if self._makes_sense(part, plan)]
        steps += [(part, plans[0]) for part in self._wanted.only_ours]
        self._progress = processes.Progress(len(steps))
        for part, plan in steps:
            self._part(part, plan)
        results = {
            **self._measured,
            "date": date.today().isoformat(),
            "machine": {**machine.description(), "others": others.cores()},
            "quick": self._wanted.quick,
            "notes": self._notes,
            "failed": self._failed,
        }
        RESULTS.write_text(json.dumps(results, indent=1), "utf-8")
        return results

    def _plans(self) -> List[Plan]:
        """One for each side that can be measured, ours first."""
        size = {"messages": 100, "times": 1} if self._wanted.quick else {"messages": 400, "times": 3}
        plans = [self._our_plan(size), self._stock_plan(size) if self._wanted.stock else None]
        return [plan for plan in plans if plan]

    def _our_plan(self, size: Dict[str, int]) -> Plan:
        plan = Plan(OURS, str(self._copy), home=str(project.ROOT.resolve()), **size)
        if self._wanted.quick:
            model = ours.choose_model(self._note)
            if model:
                return replace(plan, model=str(ours.adopt(model)), temperature=_temperatures().get(model.name))
        self._progress = processes.Progress(1)
        learnt = self._part("train", plan) or {}
        if not learnt.get("model"):
            raise processes.Failed("Our own training failed. `hipbot check` says what is wrong with the data.")
        _keep_temperature(Path(learnt["model"]).name, learnt["temperature"])
        return replace(plan, model=learnt["model"], temperature=learnt["temperature"])

    def _makes_sense(self, part: str, plan: Plan) -> bool:
        """A stock model that was taught for a few epochs only has times, but no accuracy to speak of."""
        return plan.side == OURS or part != "accuracy" or "train" in self._measured[STOCK]

    def _stock_plan(self, size: Dict[str, int]) -> Optional[Plan]:
        wanted = stock.write_project(epochs=self._wanted.stock_epochs)
        model = self._stock_model(wanted)
        if model is None:
            self._note(NO_STOCK)
            return None
        learnt = stock.record_of(model)
        age = "the same data" if model == stock.model_path(wanted) else "OLDER DATA"
        if learnt.get("epochs"):
            self._note(FEW_EPOCHS.format(**learnt, age=age))
        else:
            self._measured[STOCK]["train"] = learnt
            self._note(STOCK_TRAINED.format(**learnt, age=age, cores=os.cpu_count()))
        return Plan(STOCK, str(stock.FOLDER), home=str(project.ROOT.resolve()), model=str(model), **size)

    def _stock_model(self, wanted: str) -> Optional[Path]:
        """The cached model, or one trained now; with --quick or --keep-stock also one of older data."""
        model = stock.cached(wanted, any_age=self._wanted.quick or self._wanted.keep_stock)
        return model if model or self._wanted.quick else self._train_stock(wanted)

    def _train_stock(self, wanted: str) -> Optional[Path]:
        """Once for each state of the data: it takes many times as long as everything else."""
        print("Stock Rasa learns the same data: two hours or so, once. Its model is kept in .hipbot/bench/.")
        progress, model, others = processes.Progress(1), stock.model_path(wanted), machine.Others()
        progress.start("training, stock")
        to = ["--out", str(model.parent), "--fixed-model-name", model.name]
        command = [sys.executable, "-m", "rasa", "train", "--force", *to]
        try:
            ended = processes.run(command, stock.FOLDER, environment(stock.FOLDER), LOGS / "train-stock.log", progress)
        except processes.Failed as failure:
            self._fail("training, stock", failure)
            return None
        measured = {"seconds": round(ended.seconds), "megabytes": round(ended.megabytes), "others": others.cores()}
        stock.note(model, {**measured, "date": date.today().isoformat(), "epochs": self._wanted.stock_epochs})
        return model

    def _part(self, part: str, plan: Plan) -> Optional[Dict[str, Any]]:
        """Run one part; what failed leaves its cells empty and does not end the run."""
        title = f"{TITLES[part]}, {plan.side}"
        self._progress.start(title)
        command = [sys.executable, "-m", f"hipbot.bench.{part}", plan.as_json()]
        try:
            ended = processes.run(
                command, self._copy, environment(self._copy), LOGS / f"{part}-{plan.side}.log", self._progress
            )
        except processes.Failed as failure:
            return self._fail(title, failure)
        measured = json.loads(ended.out)
        if part == "train":
            measured.update(seconds=round(ended.seconds, 1), megabytes=round(ended.megabytes))
        self._measured[plan.side][part] = measured
        return measured

    def _fail(self, title: str, failure: Exception) -> None:
        self._failed.append(title)
        print(f"  {failure}", file=sys.stderr)

    def _note(self, text: str) -> None:
        self._notes.append(text)
        print(text)


def _temperatures() -> Dict[str, float]:
    """Model's name -> the temperature it has learnt, as far as the bench has trained it."""
    try:
        return json.loads((LOGS / "temperatures.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _keep_temperature(model: str, temperature: float) -> None:
    (LOGS / "temperatures.json").write_text(json.dumps({**_temperatures(), model: temperature}), "utf-8")
