"""Hipbot: the chatbot of an osteopathy clinic, about hip flexors and nothing else.

Rooms: `content` (what the clinic says), `safety` (what must come first), `dialogue` (what to do
with a message), `nlu` (Rasa graph components), `server` (Rasa's edges), `cli` (the `hipbot` command).
"""

__version__ = "0.1.0"
