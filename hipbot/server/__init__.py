"""Rasa's edges: message processor, tracker store and the server of `make run`."""
