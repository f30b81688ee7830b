"""How good the AI tools are, on files that we did not make: each module is run with `python -m`."""
