"""Panels: each shows a part of the project or of the session and runs commands; none knows another."""
