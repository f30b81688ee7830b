"""SVG's filter effects (Filter Effects Module Level 1) on premultiplied float32 arrays."""
