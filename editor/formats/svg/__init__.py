"""SVG in and out. Import keeps what SVG can say as live records; export writes records back."""

from editor.formats.svg.document import import_svg
from editor.formats.svg.reader import Report, SvgOptions

__all__ = ["Report", "SvgOptions", "import_svg"]
