"""Let patients have what you have written: everything is tested first, and nothing changes unless all of it holds.

A server that was started with `hipbot serve --published` takes the new version by itself, within seconds.
"""

from __future__ import annotations

import argparse
import sys
from typing import Iterable

from hipbot.cli.paint import painted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(options: argparse.Namespace) -> int:
    """0 published, 1 not."""
    import hipbot.quiet

    hipbot.quiet.be_quiet()
    from hipbot import publish, training

    try:
        version = publish.publish()
    except publish.Refused as refused:
        print(as_refusal(refused.reasons))
        print("\nNothing was published. Patients still get the version from before.")
        return 1
    except publish.Busy:
        print("Somebody is publishing at this moment. Wait until that is done, then try again.", file=sys.stderr)
        return 1
    except publish.Changed:
        print(
            "A file was saved while it was being tested, so nothing was published. Run `hipbot publish` again.",
            file=sys.stderr,
        )
        return 1
    except training.TrainingFailed as failure:
        print(f"{failure}\nNothing was published.", file=sys.stderr)
        return 1
    print(painted(f"Published on {version.on}.", "green"))
    print("Patients get it within seconds. If something is wrong with it: hipbot rollback")
    return 0


def as_refusal(reasons: "Iterable[publish.gate.Reason]") -> str:  # noqa: F821 - imported late
    """Why not, and what to do, in words for staff."""
    parts = []
    for reason in reasons:
        head = painted(f"SAFETY. {reason.what}" if reason.safety else reason.what, "red" if reason.safety else "bold")
        parts.append("\n".join([head, *(f"  {line}" for line in reason.messages), f"  What to do: {reason.to_do}"]))
    return "\n\n".join(parts)
