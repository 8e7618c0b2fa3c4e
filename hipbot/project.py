"""Where things are: the project's folders and files, found from the working directory or this file.

Used by every edge; the core takes paths as arguments.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(os.environ.get("HIPBOT_ROOT", Path(__file__).resolve().parent.parent))
CONTENT = ROOT / "content"
CLINIC = ROOT / "clinic.yml"
DATA = ROOT / "data"
MODELS = ROOT / "models"
SCHEMAS = ROOT / "schemas"
STATE = ROOT / ".hipbot"  # what running leaves behind: encoder weights, conversations, fingerprints
ENCODER_FOLDER = STATE / "encoder"
VECTORS = STATE / "cache" / "vectors.npz"  # encoded training messages; a copy of nothing that git does not hold
ASKED_VECTORS = STATE / "cache" / "asked.npz"  # the same of the test messages
CONVERSATIONS = STATE / "conversations.db"
FEEDBACK = STATE / "feedback.db"
SECRET = STATE / "website.key"  # signs the tokens of the website channel
WIDGET = ROOT / "widget"
PICTURES = CONTENT / "pictures"
MISSED = STATE / "missed.db"  # messages that the bot missed, scrubbed; only where clinic.yml wants it
