"""Presets in the window: saving, choosing, applying."""
