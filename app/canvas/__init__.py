"""The canvas: tiles of a document as textures, the view upon them, what a tool draws above, pointer and pen."""
