"""One object of a picture, meant by a click or a box."""
