"""Commands of the vector family; importing this package registers them."""
