"""Text as glyphs: a database of given fonts, shaping by HarfBuzz, and layout as SVG and paragraphs need it.

No font is looked for behind the caller's back: a `FontDatabase` holds exactly the faces that it was given.
"""
