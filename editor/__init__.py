"""The studio without a screen: documents, changes, history, projects on disk, commands, tools and formats. No Qt."""
