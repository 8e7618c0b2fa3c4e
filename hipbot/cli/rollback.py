"""Give patients the version before again. Your own files stay as they are."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(options: argparse.Namespace) -> int:
    """0 gone back, 1 not."""
    from hipbot import publish

    try:
        given_up, now = publish.rollback()
    except publish.Refused as refused:
        print(f"{refused.reasons[0].what} {refused.reasons[0].to_do}", file=sys.stderr)
        return 1
    except publish.Busy:
        print("Somebody is publishing at this moment. Wait until that is done, then try again.", file=sys.stderr)
        return 1
    print(f"Gone back: patients get the version of {now.on} again, not that of {given_up.on}.")
    print("Your own files still hold the change. Mend it, look with `hipbot compare`, then `hipbot publish`.")
    return 0
