"""Brand kits in the window: made, edited, applied, and documents checked against one."""
