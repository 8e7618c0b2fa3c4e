"""Draws the exercises: poses written down in `content/figures/` become the drawings of `content/pictures/`.

Called by `hipbot draw`, `hipbot handout` and `hipbot check`. Standard library and PyYAML only.
"""
