"""Picture files in and out: `read.read`, `write.write`, colour profiles, metadata. Codecs are libraries, never ours.

A format is read by the library that keeps most of it (depth, profile, metadata), measured on other people's files; see
`readers/`. Nothing here knows a document, and the libraries are imported on the first picture, not before.
"""
