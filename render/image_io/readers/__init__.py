"""One module a library: `decode(source) -> Decoded`. `read` in the folder above chooses among them by format."""
