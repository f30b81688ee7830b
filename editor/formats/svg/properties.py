"""Which attributes are style, which of them children inherit, and what they are when nothing is said."""

INHERITED = frozenset(
    "clip-rule color color-interpolation color-interpolation-filters color-rendering direction dominant-baseline fill "
    "fill-opacity fill-rule font-family font-feature-settings font-kerning font-optical-sizing font-size "
    "font-size-adjust font-stretch font-style font-variant font-variation-settings font-weight image-rendering kerning "
    "letter-spacing marker-end marker-mid marker-start paint-order shape-rendering stroke stroke-dasharray "
    "stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor "
    "text-rendering visibility word-spacing writing-mode white-space glyph-orientation-vertical".split()
)
OWN = frozenset(
    "alignment-baseline baseline-shift clip clip-path display enable-background filter flood-color flood-opacity "
    "isolation lighting-color mask mask-type mix-blend-mode opacity overflow stop-color stop-opacity text-decoration "
    "transform transform-origin transform-box unicode-bidi background-color gradientTransform patternTransform".split()
)
GEOMETRY = frozenset("x y width height cx cy r rx ry".split())
ATTRIBUTES = INHERITED | OWN
PRESENTATION = ATTRIBUTES - {"isolation", "mix-blend-mode", "font-kerning", "background-color", "white-space"}
"""What an attribute may say as well; the others are for style sheets only."""
INITIAL = {
    "fill": "black",
    "stroke": "none",
    "color": "black",
    "stroke-width": "1",
    "visibility": "visible",
    "color-interpolation-filters": "linearRGB",
    "color-interpolation": "sRGB",
}
