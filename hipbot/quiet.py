"""Settings that must stand before Rasa and TensorFlow are imported: no telemetry, no noise, no patient's words.

Imported first by every way in that runs Rasa.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings

for _name, _value in {
    "RASA_TELEMETRY_ENABLED": "false",  # or Rasa reports crashes over the network
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "SANIC_ACCESS_LOG": "false",
    "MPLBACKEND": "agg",
    "OPENBLAS_NUM_THREADS": "1",  # one message is too small to share: idle threads only eat the other core
}.items():
    os.environ.setdefault(_name, _value)


sys.modules.setdefault("jax", None)  # type: ignore[arg-type] - TensorFlow Lite loads it where it finds it: 64 MB, used by nobody


def _spacy_alone() -> None:
    """Let spaCy find no TensorFlow: it would load all of it, in 2 s, and use none. Rasa, where it runs, loads its own."""
    if "tensorflow" in sys.modules:
        return
    sys.modules["tensorflow"] = None  # type: ignore[assignment] - as if it were not installed
    try:
        import thinc.compat  # noqa: F401 - spaCy's part that looks for it
    finally:
        del sys.modules["tensorflow"]


_spacy_alone()


def be_quiet(level: int = logging.WARNING) -> None:
    """Errors and warnings of our own, nothing of the libraries' chatter.

    Rasa logs each message in clear text at debug level, so debug is never switched on here.
    """
    import sanic.app  # noqa: F401 - it switches deprecation warnings on, so it must come before
    import structlog

    warnings.filterwarnings("ignore")
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    for name in ("rasa", "matplotlib", "apscheduler", "sanic.access", "sanic.root", "urllib3"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(max(level, logging.INFO)))
