"""Finding assets: a small language, what it means in SQL, and results that are ordered without asking SQL again."""
