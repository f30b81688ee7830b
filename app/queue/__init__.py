"""The queue in the window: what goes on unattended, what recurs, what is watched, and what all of it uses."""
