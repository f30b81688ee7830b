"""The failures of media files."""


class MediaError(Exception):
    """A media file cannot be opened, read or written; the text is an English sentence fit for a person."""


class ExportCancelled(Exception):
    """The `cancelled` callable of an export said yes; nothing is left on disk."""
