"""What the clinic says: loads `content/` and `clinic.yml`, picks the fitting words, fills in facts."""

from hipbot.content.library import Answer, Article, Exercise, Library

__all__ = ["Answer", "Article", "Exercise", "Library"]
