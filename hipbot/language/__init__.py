"""Plain English, free of Rasa: spelling, durations, clauses, reading grade. Used by every other room."""
