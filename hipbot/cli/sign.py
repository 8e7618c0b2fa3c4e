"""Sign what the bot says, as the clinician who has read it.

    hipbot sign content/faq/how_often.yml --name "Ann Lee" --registration "12345"
    hipbot sign exercises --name "Ann Lee" --registration "12345"     a whole room: faq, care or exercises
    hipbot sign safety --name "Ann Lee" --registration "12345"        the red flags: read docs/safety/red-flags.md first

It writes your name, your registration, today's date and a fingerprint of the text into the file. Whoever edits the
text afterwards makes your signature void, and `hipbot check` says so. Patients are shown name and day only while it fits.
"""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", help="a file, an entry's name, a room (faq, care, exercises) or safety")
    parser.add_argument("--name", required=True, help="your full name")
    parser.add_argument("--registration", required=True, help="your number in the public register")


def run(options: argparse.Namespace) -> int:
    """0 signed, 1 refused."""
    from datetime import date

    from hipbot import project
    from hipbot.staff.saving import Refused
    from hipbot.staff.sign import sign

    try:
        files = sign(project.ROOT, options.what, options.name, options.registration, date.today())
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    print("Signed:\n  " + "\n  ".join(files))
    return 0
