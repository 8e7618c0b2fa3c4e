"""What staff can do with the bot: teach it, try it, mend its files. Functions for the command line and for a page.

Nothing here prints or asks: `hipbot/cli` does that. Words for staff are plain; words for patients are in `content/`.
"""
