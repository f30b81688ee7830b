"""Keywords, summary, mood, names and places in text."""
