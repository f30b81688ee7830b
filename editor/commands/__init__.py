"""Every edit by name. A command is a plain function from a project and typed parameters to an edit."""
