"""Faces retouched while they are drawn: skin, eyes, teeth, and a gentle warp, steered by the points of each face."""
