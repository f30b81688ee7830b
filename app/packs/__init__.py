"""Packs in the window and at the terminal: where they lie, whose keys are used, how their files come to the library."""
