"""Work that goes on unattended: orders in one SQLite file, run as processes, now, later or again and again.

An order is a call of the studio's own command line, so whatever a person can do at a terminal can be queued, scheduled
and done by a watch folder. See resources/docs/queue.md.
"""
