"""The red-flag layer: reads every message for danger signs before the intent classifier has a say.

Called by the pipeline and by the actions. Rules only; the words are in `content/safety/`. Nothing is imported here, as
`hipbot check` reads `faults` and must not wait a second for spaCy, which the layer itself needs.
"""
