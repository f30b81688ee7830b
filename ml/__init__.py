"""Local models: arrays in, arrays out. Knows no document and imports nothing of ours; see README.md."""
