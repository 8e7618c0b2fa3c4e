"""`hipbot bench`: stock Rasa beside Hipbot, same data, same questions, same machine.

Each thing is measured by a part of its own (`python -m hipbot.bench.<part>`), in a fresh process, so that
neither memory nor imports mix. `run.py` starts the parts, `report.py` makes the table and docs/benchmark.md.
"""
