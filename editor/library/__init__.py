"""One person's assets: what there is, where it lies, how it is called and found, and what is shown by which project."""
