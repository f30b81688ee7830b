"""The studio people see: windows, canvases, panels, and the command line. The only place with Qt."""

__version__ = "0.1.0"
