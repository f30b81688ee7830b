"""One module a library: `encode(prepared, path)`. `write` in the folder above prepares the pixels and chooses."""
