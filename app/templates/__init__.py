"""Templates in the window: the form of the slots, seen on the canvas while it is typed, and tables row by row."""
