"""The farm at the edges: recipes and AI tools as tasks, and the part of the window that chooses it."""
