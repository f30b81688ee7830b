"""Templates: what their slots are called, what values mean, filling one, and filling one for every row of a table."""
