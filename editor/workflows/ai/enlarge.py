"""Enlarge pictures."""
