"""Pictures that look alike, and pictures by words: fingerprints, an index in SQLite, CLIP-type models. Knows no
document and reads no picture format: whoever uses it gives it pixels."""
