"""SVG out: records written back as the elements that import would make them from."""

from editor.formats.svg.writing.document import write_svg

__all__ = ["write_svg"]
