"""Cutting a subject out of a photograph: where it is, how much of each pixel it covers, which colour it has there."""
