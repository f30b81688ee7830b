"""Look-alikes, and search by picture and text."""
