"""Captions from speech, and speech from text."""
