"""Answer over HTTP. Learns first where something has changed;

with --published, answers with what was published last.
"""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 to be reached from other machines")
    parser.add_argument("--published", action="store_true", help="what was published last, and each newer one as it comes")


def run(options: argparse.Namespace) -> int:
    import hipbot.quiet

    hipbot.quiet.be_quiet()
    if options.published:
        return _serve_published(options)
    from hipbot import training

    try:
        model = training.ensure_model()
    except training.TrainingFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    from hipbot.server import http

    return http.serve(model, options.host, options.port)


def _serve_published(options: argparse.Namespace) -> int:
    from hipbot import publish

    version = publish.published().current()
    if version is None:
        print("Nothing has been published yet. Run `hipbot publish` first.", file=sys.stderr)
        return 1
    from hipbot.server import http, reload

    reload.speak(version)
    return http.serve(version.model, options.host, options.port, version)
