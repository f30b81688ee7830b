"""The hand on the timeline: select, move, trim and cut, as state machines.

Positions are (seconds, row): row 2.5 is the middle of the third row from the top; an event's scale is pixels a second.
These tools belong to the timeline panel, not to the canvas, so they are in no registry of canvas tools.
"""
