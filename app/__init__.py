"""The studio people see: windows, canvases, panels, and the command line. The only place with Qt."""

from app.immortal import keep_singletons

# Before Qt is imported anywhere below: see app/immortal.py.
keep_singletons()

__version__ = "0.1.0"
