"""The proof of safety: every message of tests/safety/ put to the whole bot, and the result as a page for the clinic's wall."""
