"""Presets: settings that are kept under a name, as one small file."""
