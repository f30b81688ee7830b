"""Which models there are, which of them are on this machine, and how one gets here: only when asked."""
