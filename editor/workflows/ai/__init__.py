"""The AI tools: each reads a document, asks `ml`, and writes its result with ordinary commands."""
