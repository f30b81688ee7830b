"""The command line: one module a group of verbs, each imported only when its verb is called."""
