"""Words from speech and speech from words."""
