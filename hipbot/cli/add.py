"""Teach the bot one more way in which patients say something.

    hipbot add "is my gaming chair to blame" --to sitting

The message goes into data/nlu.yml under that topic. It is refused where the bot has it already, where another
topic has nearly the same, or where it is kept for testing. A warning sign is never taught without asking.
"""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("message", help="the message in quotes, as a patient would type it")
    parser.add_argument("--to", required=True, metavar="TOPIC", help="name of the topic, such as sitting")


def run(options: argparse.Namespace) -> int:
    """0 taught, 1 refused."""
    import hipbot.quiet

    hipbot.quiet.be_quiet()
    from hipbot import project
    from hipbot.cli.questions import accepted, say_refused
    from hipbot.staff import teach
    from hipbot.staff.saving import Refused

    try:
        taught = teach.add_message(project.ROOT, options.message, options.to, accepted)
    except Refused as refused:
        say_refused(refused)
        return 1
    print(f"Written into {taught.places[0]}, topic {taught.topic}.")
    print("The bot learns it with the next training. See what changes: hipbot compare")
    return 0
