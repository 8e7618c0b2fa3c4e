"""`hipbot <verb>`: what it can do, and the way to each verb's own module."""

from __future__ import annotations

import argparse
import importlib
import keyword
import sys
from typing import List, Optional

VERBS = {
    "ask": "answer one message, or JSON lines from standard input",
    "chat": "talk to the bot in this terminal",
    "check": "look for faults in content, data and settings; mend what is safe to mend, with --fix",
    "new": "add a question and its answer: hipbot new faq",
    "add": "teach one more way in which patients say something",
    "try": "show how the bot understands a message, and why",
    "compare": "what would change for patients if you published now",
    "publish": "test everything, then let patients have it",
    "rollback": "give patients the version before again",
    "missed": "what patients asked and the bot did not understand",
    "sign": "sign an answer, an exercise or the red flags, as the clinician who has read it",
    "safety": "prove the safety layer (report), or write the red flags down for a clinician (flags)",
    "train": "learn from data/ (only when something changed, with --if-changed)",
    "draw": "draw the exercises again after a pose was corrected",
    "handout": "make a page to print of one exercise",
    "serve": "answer over HTTP on port 5005",
    "bench": "measure Hipbot beside the stock Rasa pipeline",
}


def main(arguments: Optional[List[str]] = None) -> int:
    """Run one verb; returns the exit code: 0 well, 1 something is wrong, 2 called wrongly."""
    parser = argparse.ArgumentParser(
        prog="hipbot",
        description="The clinic's hip flexor chatbot: talk to it, check it, teach it, run it.",
        epilog="`hipbot <verb> --help` tells more about each.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="<verb>", required=True)
    for verb, summary in VERBS.items():
        verbs.add_parser(verb, help=summary, add_help=False)
    named, rest = parser.parse_known_args((arguments if arguments is not None else sys.argv[1:])[:1])
    rest = (arguments if arguments is not None else sys.argv[1:])[1:]
    name = f"{named.verb}_" if keyword.iskeyword(named.verb) else named.verb  # `try` is no name for a module
    module = importlib.import_module(f"hipbot.cli.{name}")
    parser = argparse.ArgumentParser(
        prog=f"hipbot {named.verb}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    try:
        return module.run(parser.parse_args(rest)) or 0
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `hipbot ask ... | head`
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
