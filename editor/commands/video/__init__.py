"""Commands of the video family; importing this package registers them."""
