"""Presets: taking settings from a document, putting them on another, keeping them in the library."""
