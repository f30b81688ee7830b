"""Commands of the scene family; importing this package registers them."""
