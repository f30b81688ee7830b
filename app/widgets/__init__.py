"""Building blocks of panels: numbers that scrub, colour wells, headers, empty states."""
