"""AI tools in the window: the models and the runtime of a session, the menu, the dialog, what a tool found out."""
