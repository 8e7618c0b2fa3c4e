"""The `hipbot` command: one file a verb, imported only when called, so that `--help` is quick."""
