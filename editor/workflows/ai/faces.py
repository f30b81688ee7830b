"""Faces: find them, their points, beautify, swap."""
