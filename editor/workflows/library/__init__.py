"""What the library needs the rest of the studio for: looking at files, putting assets into documents, finding uses."""
