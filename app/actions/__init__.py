"""What a person can ask the window for beside the commands of the editor: files, edit, view, help."""
