"""The cascade: presentation attributes, style sheets and style attributes become `Element.style`.

Selectors and tokens are tinycss2's and cssselect2's. Only screen-like media apply, nothing is ever imported.
"""

from collections.abc import Iterator
from xml.etree import ElementTree

import cssselect2
import tinycss2

from editor.formats.svg.properties import ATTRIBUTES, GEOMETRY, PRESENTATION
from editor.formats.svg.xml import SVG, Element

Declaration = tuple[str, str, bool]


def apply_styles(root: Element) -> None:
    """Fill `style` of every element below `root`."""
    rules = [rule for element in root.walk() if element.tag == "style" for rule in _rules(element)]
    matched = _match(root, rules) if rules else {}
    for element in root.walk():
        style = {name: value for name, value in element.attributes.items() if name in PRESENTATION}
        found = list(matched.get(id(element), ()))
        found += list(_declarations(element.get("style") or ""))
        for important in (False, True):
            for name, value, is_important in found:
                if is_important == important:
                    _assign(style, name, value)
        element.style = style


def _assign(style: dict[str, str], name: str, value: str) -> None:
    if name == "marker":
        for place in ("marker-start", "marker-mid", "marker-end"):
            style[place] = value
    elif name == "font":
        style.update(_font(value))
    elif name in ATTRIBUTES or name in GEOMETRY:
        style[name] = value


def _rules(element: Element) -> Iterator[tuple[object, list[Declaration]]]:
    kind = (element.get("type") or "text/css").strip()
    if kind not in ("text/css", ""):
        return
    for rule in tinycss2.parse_stylesheet(element.text(), skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            yield from _qualified(rule)
        elif rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content is not None:
            applies = _applies(tinycss2.serialize(rule.prelude))
            inside = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            for inner in inside if applies else ():
                if inner.type == "qualified-rule":
                    yield from _qualified(inner)


def _applies(media: str) -> bool:
    return any(part.strip().lower() in ("", "all", "screen") for part in media.split(","))


def _qualified(rule: object) -> Iterator[tuple[object, list[Declaration]]]:
    text = tinycss2.serialize(rule.content)  # type: ignore[attr-defined]
    declarations = list(_declarations(text))
    prelude = tinycss2.serialize(rule.prelude)  # type: ignore[attr-defined]
    try:
        selectors = cssselect2.compile_selector_list(prelude)
    except cssselect2.SelectorError:
        return
    for selector in selectors:
        yield selector, declarations


def _declarations(text: str) -> Iterator[Declaration]:
    for item in tinycss2.parse_blocks_contents(text, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration":
            tokens = [token for token in item.value if token.type != "comment"]
            yield item.lower_name, tinycss2.serialize(tokens).strip(), item.important


def _match(root: Element, rules: list[tuple[object, list[Declaration]]]) -> dict[int, list[Declaration]]:
    """Declarations for each element, the weakest first."""
    matcher = cssselect2.Matcher()
    for selector, declarations in rules:
        matcher.add_selector(selector, declarations)
    twin, originals = _twin(root)
    result: dict[int, list[Declaration]] = {}
    for wrapper in cssselect2.ElementWrapper.from_xml_root(twin).iter_subtree():
        found: list[Declaration] = []
        for _, _, pseudo, declarations in sorted(matcher.match(wrapper), key=lambda item: item[:2]):
            if pseudo is None:
                found += declarations
        if found:
            result[id(originals[wrapper.etree_element])] = found
    return result


def _twin(root: Element) -> tuple[ElementTree.Element, dict[ElementTree.Element, Element]]:
    """The same tree in the standard library's clothes, which the matcher reads."""
    originals: dict[ElementTree.Element, Element] = {}

    def make(element: Element) -> ElementTree.Element:
        tag = element.tag.replace("}", "\0", 1) if "}" in element.tag else f"{SVG}\0{element.tag}"
        uri, _, local = tag.partition("\0")
        made = ElementTree.Element(f"{{{uri}}}{local}" if uri else local, dict(element.attributes))
        originals[made] = element
        return made

    top = make(root)
    stack = [(root, top)]
    while stack:
        element, made = stack.pop()
        for child in element.elements():
            inner = make(child)
            made.append(inner)
            stack.append((child, inner))
    return top, originals


_SLANTS = ("italic", "oblique")
_WEIGHTS = ("bold", "bolder", "lighter")
_STRETCHES = (
    "ultra-condensed", "extra-condensed", "condensed", "semi-condensed", "semi-expanded", "expanded",
    "extra-expanded", "ultra-expanded",
)  # fmt: skip


def _font(value: str) -> dict[str, str]:
    """The shorthand: [style variant weight stretch] size[/line-height] family."""
    words = value.split()
    result = {"font-style": "normal", "font-variant": "normal", "font-weight": "normal", "font-stretch": "normal"}
    result["font-kerning"] = "auto"
    for index, word in enumerate(words):
        lower = word.lower()
        if lower in _SLANTS:
            result["font-style"] = lower
        elif lower == "small-caps":
            result["font-variant"] = lower
        elif lower in _WEIGHTS or (lower.isdigit() and int(lower) % 100 == 0 and index < len(words) - 2):
            result["font-weight"] = lower
        elif lower in _STRETCHES:
            result["font-stretch"] = lower
        elif lower != "normal":
            result["font-size"] = word.partition("/")[0]
            result["font-family"] = " ".join(words[index + 1 :])
            return result if result["font-family"] else {}
    return {}
