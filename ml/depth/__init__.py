"""Distances in a picture, and the blur of a lens by them."""
