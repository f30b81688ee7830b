"""Faces in pictures: where they are, their points, and how one is laid over another."""
