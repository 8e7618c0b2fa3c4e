"""Rasa's custom actions. One action, one file; each is thin, the words and decisions are in `hipbot`."""
