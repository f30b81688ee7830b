"""How a file says where its content comes from: collected from the notes in a project, written the same way into all.

`credits_of` is the one door: exporters ask it and write what it gives as XMP, as text or as plain data.
"""

from editor.formats.provenance.credits import Credits, credits_of

__all__ = ["Credits", "credits_of"]
