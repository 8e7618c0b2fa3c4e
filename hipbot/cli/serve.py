"""Serve the website's chat and a demo page; in development Rasa's REST channel too. Learns first where needed."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 to be reached from other machines")
    parser.add_argument("--production", action="store_true", help="the website channel only: no other has a guard")


def run(options: argparse.Namespace) -> int:
    import hipbot.quiet

    hipbot.quiet.be_quiet()
    from hipbot.server import http

    return http.serve(options.host, options.port, options.production)
