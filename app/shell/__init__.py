"""The frame around the work: the window, its menus, tool bar, tabs, docks, messages and reports."""
