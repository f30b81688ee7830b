"""XML that others wrote: bounded in length and depth before it becomes a tree, and without entities."""

from xml.etree import ElementTree

from editor.formats.brush.found import DamagedBrush

MOST_TEXT = 64 << 20
DEEPEST = 32


class _Bounded(ElementTree.TreeBuilder):
    """A tree that may not grow too deep."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def start(self, tag: str, attrs: dict[str, str]) -> ElementTree.Element:
        self.depth += 1
        if self.depth > DEEPEST:
            raise DamagedBrush("deep")
        return super().start(tag, attrs)

    def end(self, tag: str) -> ElementTree.Element:
        self.depth -= 1
        return super().end(tag)


def parsed(text: str) -> ElementTree.Element:
    """Raises DamagedBrush."""
    if len(text) > MOST_TEXT or "<!ENTITY" in text:
        raise DamagedBrush("text")
    try:
        parser = ElementTree.XMLParser(target=_Bounded())
        parser.feed(text)
        found = parser.close()
    except (ElementTree.ParseError, ValueError) as error:
        raise DamagedBrush("xml") from error
    if not isinstance(found, ElementTree.Element):
        raise DamagedBrush("xml")
    return found
