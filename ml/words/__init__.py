"""What a text says of itself: keywords, a summary, its mood, names and places; and a language model on this machine."""
