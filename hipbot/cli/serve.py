"""Serve the website's chat and a demo page; in development Rasa's REST channel too. Learns first where needed."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 to be reached from other machines")
    parser.add_argument("--production", action="store_true", help="the website channel only: no other has a guard")
    parser.add_argument("--published", action="store_true", help="what was published last, and each newer one as it comes")


def run(options: argparse.Namespace) -> int:
    import hipbot.quiet

    hipbot.quiet.be_quiet()
    version = None
    if options.published:
        from hipbot import project, publish

        version = publish.published().current()
        if version is None:
            print("Nothing has been published yet. Run `hipbot publish` first.", file=sys.stderr)
            return 1
        project.CONTENT, project.CLINIC = version.content, version.clinic  # before anything reads them
    from hipbot.server import http

    return http.serve(options.host, options.port, options.production, version)
