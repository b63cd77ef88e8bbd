"""A brief for the board: drawn up from answers or from a self-check, written as Word, PDF or Markdown.

Every sentence of it is one that was checked when it was first said; nothing is worded anew.
"""
