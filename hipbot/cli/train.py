"""Learn from data/, config.yml and domain.yml; the model goes to models/."""

from __future__ import annotations

import argparse
import sys
import time


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--if-changed", action="store_true", help="do nothing where the newest model is up to date")


def run(options: argparse.Namespace) -> int:
    import hipbot.quiet
    from hipbot import training

    model = training.current_model()
    if options.if_changed and model:
        print(f"Nothing has changed since {model.name} was trained.")
        return 0
    hipbot.quiet.be_quiet()
    started = time.monotonic()
    try:
        model = training.train()
    except training.TrainingFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"Trained {model.name} in {time.monotonic() - started:.0f} s.")
    return 0
