"""Answer over HTTP. Learns first where something has changed."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 to be reached from other machines")


def run(options: argparse.Namespace) -> int:
    import hipbot.quiet

    hipbot.quiet.be_quiet()
    from hipbot import training

    try:
        model = training.ensure_model()
    except training.TrainingFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    from hipbot.server import http

    return http.serve(model, options.host, options.port)
