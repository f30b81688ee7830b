"""Select by a click or a box."""
