"""How a file says where its content comes from: collected from the notes in a project, written the same way into all.

`credits.credits_of` is the one door: exporters ask it and write what it gives as XMP, as text or as plain data.
`reading.work_of_file` reads it back.
"""
