"""Windows above the window: new document, command palette, shortcuts, preferences, export."""
