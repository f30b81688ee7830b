"""Sprite sheets for games: many pictures on one, with a description of where each lies."""
