"""Numbers of styles, letters and effects at another size."""

import msgspec

from editor.model.vector import BlurEffect, Decoration, Effect, ShadowEffect, SpanData, StrokeStyle, Style


def scaled_styles(styles: tuple[Style, ...], scale: float) -> tuple[Style, ...]:
    """Lines as wide as the size asks, with their dashes."""
    return tuple(_style(style, scale) for style in styles)


def _style(style: Style, scale: float) -> Style:
    if not isinstance(style, StrokeStyle):
        return style
    dashes = tuple(dash * scale for dash in style.dashes)
    return msgspec.structs.replace(
        style, width=style.width * scale, dashes=dashes, dash_offset=style.dash_offset * scale
    )


def scaled_span(span: SpanData, scale: float) -> SpanData:
    """Larger or smaller letters, with their spacing and outlines."""
    style = msgspec.structs.replace(
        span.style, size=span.style.size * scale, letter_spacing=span.style.letter_spacing * scale,
        word_spacing=span.style.word_spacing * scale,
    )  # fmt: skip
    decorations = tuple(
        Decoration(kind=line.kind, styles=scaled_styles(line.styles, scale)) for line in span.decorations
    )
    return msgspec.structs.replace(
        span, style=style, styles=scaled_styles(span.styles, scale), decorations=decorations
    )


def scaled_effects(effects: tuple[Effect, ...], scale: float) -> tuple[Effect, ...]:
    """Blurs and shadows as far as the size asks."""
    return tuple(_effect(effect, scale) for effect in effects)


def _effect(effect: Effect, scale: float) -> Effect:
    if isinstance(effect, BlurEffect):
        return msgspec.structs.replace(effect, radius=effect.radius * scale)
    if isinstance(effect, ShadowEffect):
        return msgspec.structs.replace(
            effect, dx=effect.dx * scale, dy=effect.dy * scale, radius=effect.radius * scale
        )
    return effect
