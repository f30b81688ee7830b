"""Draw scene values onto any Skia canvas: a raster surface, a picture being recorded, a PDF page.

Layers, clips and masks are Skia's; filters are ours (`filters/`), drawn at the resolution of the device. What needs
pixels on a canvas that has none (a PDF, a recorded picture) is drawn at the resolution that `device` names.
"""

import math
from functools import lru_cache

import numpy as np
import skia

from render.geometry import IDENTITY, Affine, IntRect, Rect
from render.vector import skia_values as convert
from render.vector.photographs import Photographs
from render.vector.values import (
    Clip,
    Fill,
    GlyphRun,
    Group,
    Image,
    Live,
    Mask,
    Node,
    Paint,
    PatternPaint,
    Shape,
    Solid,
    Stroke,
)  # fmt: skip

MAX_LAYER = 4096 * 4096
"""The largest area, in pixels, that one filter works on; larger ones are drawn smaller and enlarged."""
MAX_DEPTH = 200
PICTURES_KEPT = 24
PHOTOGRAPHS = Photographs()


class Painter:
    """Draws nodes on `canvas`. `device` leads from the canvas's root space to pixels; what `is_recorded` is played back
    at sizes that are not known yet. A PDF takes texts as such, and pictures as their files have them."""

    def __init__(
        self, canvas: skia.Canvas, device: Affine = IDENTITY, *, text_as_text: bool = False, is_recorded: bool = False
    ) -> None:
        self.canvas = canvas
        self.device = device
        self.text_as_text = text_as_text
        self.is_recorded = is_recorded
        self._depth = 0

    def draw(self, node: Node) -> None:
        if isinstance(node, Shape):
            self._shape(node)
        elif isinstance(node, Group):
            self._group(node)
        elif isinstance(node, Image):
            self._image(node)
        else:
            self._live(node)

    def to_device(self) -> Affine:
        """From the current user space to pixels."""
        return convert.from_matrix(self.canvas.getTotalMatrix()).then(self.device)

    # Groups

    def _group(self, group: Group) -> None:
        if group.opacity <= 0 or group.transform.determinant == 0 or self._depth > MAX_DEPTH:
            return
        canvas = self.canvas
        canvas.save()
        self._depth += 1
        canvas.concat(convert.to_matrix(group.transform))
        if group.filters or group.bounds is None or not canvas.quickReject(convert.to_rect(group.bounds)):
            self._group_content(group)
        self._depth -= 1
        canvas.restore()

    def _group_content(self, group: Group) -> None:
        soft = self._clip_hard(group.clips)
        if group.is_plain and not soft:
            self._children(group)
            return
        paint = skia.Paint(Alphaf=group.opacity, BlendMode=convert.BLENDS[group.blend])
        bounds = convert.to_rect(group.bounds) if group.bounds and not group.filters else None
        self.canvas.saveLayer(bounds, paint)
        if group.filters:
            self._filtered(group)
        else:
            self._children(group)
        for clip in soft:
            self._clip_soft(clip)
        if group.mask:
            self._mask(group.mask)
        self.canvas.restore()

    def _children(self, group: Group) -> None:
        for child in group.children:
            self.draw(child)

    def _clip_hard(self, clips: tuple[Clip, ...]) -> list[Clip]:
        """Clip by plain outlines at once; give back those that need a layer."""
        soft = []
        for clip in clips:
            if clip.path is not None and clip.clip is None:
                self.canvas.clipPath(convert.to_path(clip.path, clip.rule), skia.ClipOp.kIntersect, True)
            else:
                soft.append(clip)
        return soft

    def _clip_soft(self, clip: Clip) -> None:
        self.canvas.saveLayer(None, skia.Paint(BlendMode=skia.BlendMode.kDstIn))
        self._group(clip.content)
        if clip.clip:
            self._clip_soft(clip.clip)
        self.canvas.restore()

    def _mask(self, mask: Mask) -> None:
        paint = skia.Paint(BlendMode=skia.BlendMode.kDstIn)
        if mask.kind == "luminance":
            luma = skia.LumaColorFilter.Make()
            if mask.linear:
                luma = skia.ColorFilters.Compose(luma, skia.ColorFilters.SRGBToLinearGamma())
            paint.setColorFilter(luma)
        self.canvas.saveLayer(None, paint)
        if mask.region is not None:
            self.canvas.clipRect(convert.to_rect(mask.region), skia.ClipOp.kIntersect, True)
        self._group(mask.content)
        if mask.mask:
            self._mask(mask.mask)
        self.canvas.restore()

    # Filters

    def _filtered(self, group: Group) -> None:
        """Draw the children into pixels of their own, run the filters, and put the result in place."""
        from render.vector.filters.graph import apply_filters, filter_area

        to_device = self.to_device()
        area, grid = filter_area(group.filters, to_device, MAX_LAYER)
        if area is None or grid.determinant == 0:
            return
        source = self.offscreen(Group(children=group.children), grid, area)
        result = apply_filters(self, group.filters, source, grid, area)
        if result is None:
            return
        self.canvas.save()
        self.canvas.concat(convert.to_matrix(grid.inverse()))
        image = skia.Image.fromarray(result, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        sampling = skia.SamplingOptions() if _is_upright(to_device) else skia.SamplingOptions(skia.FilterMode.kLinear)
        self.canvas.drawImage(image, area.x, area.y, sampling)
        self.canvas.restore()

    def offscreen(self, node: Node, grid: Affine, area: IntRect) -> np.ndarray:
        """Premultiplied RGBA of a node: `grid` leads from user space to pixels, `area` says which pixels."""
        pixels = np.zeros((area.height, area.width, 4), np.uint8)
        info = skia.ImageInfo.Make(area.width, area.height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        surface = skia.Surface.MakeRasterDirect(info, pixels)
        canvas = surface.getCanvas()
        canvas.translate(-area.x, -area.y)
        canvas.concat(convert.to_matrix(grid))
        painter = Painter(canvas)
        painter._depth = self._depth + 1
        painter.draw(node)
        surface.flushAndSubmit()
        return pixels

    # Shapes

    def _shape(self, shape: Shape) -> None:
        if shape.bounds is not None and self.canvas.quickReject(convert.to_rect(shape.bounds)):
            return
        for paint in shape.paints:
            if isinstance(paint, Fill):
                self._fill(shape, paint)
            else:
                self._stroke(shape, paint)

    def _fill(self, shape: Shape, fill: Fill) -> None:
        paint = self.paint(fill.paint, fill.opacity)
        paint.setAntiAlias(shape.smooth)
        paint.setBlendMode(convert.BLENDS[fill.blend])
        if shape.glyphs is not None and (self.text_as_text or shape.glyphs.colored):
            self._glyphs(shape.glyphs, paint)
        else:
            self.canvas.drawPath(convert.to_path(shape.path, fill.rule), paint)

    def _stroke(self, shape: Shape, stroke: Stroke) -> None:
        if stroke.width <= 0:
            return
        path = convert.to_path(shape.path)
        centered = stroke.align == "center"
        geometry = convert.stroke_paint(stroke if centered else convert.doubled(stroke))
        paint = self.paint(stroke.paint, stroke.opacity)
        if shader := paint.getShader():
            geometry.setShader(shader)
        geometry.setColor4f(paint.getColor4f())
        geometry.setAntiAlias(shape.smooth)
        geometry.setBlendMode(convert.BLENDS[stroke.blend])
        if not centered:
            self.canvas.save()
            side = skia.ClipOp.kIntersect if stroke.align == "inside" else skia.ClipOp.kDifference
            self.canvas.clipPath(path, side, shape.smooth)
        self.canvas.drawPath(path, geometry)
        if not centered:
            self.canvas.restore()

    def _glyphs(self, run: GlyphRun, paint: skia.Paint) -> None:
        font = skia.Font(getattr(run.font, "typeface", None), run.size)
        font.setSubpixel(True)
        font.setHinting(skia.FontHinting.kNone)
        text = b"".join(row[0].to_bytes(2, "little") for row in run.rows)
        places = [skia.RSXform(cos, sin, x, y) for _, cos, sin, x, y in run.rows]
        blob = skia.TextBlob.MakeFromRSXform(text, places, font, skia.TextEncoding.kGlyphID)
        if blob:
            self.canvas.drawTextBlob(blob, 0, 0, paint)

    def paint(self, source: Paint, opacity: float) -> skia.Paint:
        """A Skia paint with colour or shader; geometry is the caller's."""
        if isinstance(source, Solid):
            return skia.Paint(convert.to_color(source.color, opacity))
        shader = self._pattern(source) if isinstance(source, PatternPaint) else convert.gradient_shader(source)
        if shader is None:
            return skia.Paint(convert.to_color(convert.solid_color(source), opacity))
        paint = skia.Paint(Alphaf=opacity)
        paint.setShader(shader)
        return paint

    def _pattern(self, pattern: PatternPaint) -> skia.Shader | None:
        if pattern.tile.is_empty or self._depth > MAX_DEPTH:
            return None
        # Skia takes a tile for one that begins at the origin.
        recorder = skia.PictureRecorder()
        tile = skia.Rect.MakeWH(pattern.tile.width, pattern.tile.height)
        place = Affine.translation(pattern.tile.x, pattern.tile.y).then(pattern.transform)
        painter = Painter(
            recorder.beginRecording(tile), place.then(self.to_device()), text_as_text=self.text_as_text,
            is_recorded=self.is_recorded,
        )
        painter._depth = self._depth + 1
        painter.canvas.clipRect(tile)
        painter.canvas.translate(-pattern.tile.x, -pattern.tile.y)
        painter.draw(pattern.content)
        picture = recorder.finishRecordingAsPicture()
        matrix = convert.to_matrix(place)
        repeat = skia.TileMode.kRepeat
        return picture.makeShader(repeat, repeat, skia.FilterMode.kLinear, matrix, tile)

    # Pixels

    def _image(self, image: Image) -> None:
        takes_reduced = bool(image.encoded) and not self.text_as_text and not self.is_recorded
        if takes_reduced and image.encoded:
            PHOTOGRAPHS.check(image.encoded)
        picture = _decoded(image)
        if picture is None or image.rect.is_empty:
            return
        scale = self.to_device().mean_scale * math.sqrt(
            image.rect.width * image.rect.height / (picture.width() * picture.height())
        )
        if takes_reduced and image.encoded:
            opened, picture = picture, PHOTOGRAPHS.drawn_at(image.encoded, scale, picture)
            scale *= math.sqrt(opened.width() * opened.height() / (picture.width() * picture.height()))
        paint = skia.Paint(Alphaf=image.opacity, AntiAlias=True)
        # With a source rectangle Skia keeps strictly within it, and leaves out the smaller copies it averages from.
        self.canvas.drawImageRect(picture, convert.to_rect(image.rect), _sampling(image.quality, scale), paint)

    def _live(self, live: Live) -> None:
        pixels = np.ascontiguousarray(live.draw(self.to_device().mean_scale))
        picture = skia.Image.fromarray(pixels, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        source = skia.Rect.MakeIWH(picture.width(), picture.height())
        self.canvas.drawImageRect(picture, source, convert.to_rect(live.rect), _sampling("smooth", 1.0))


def _decoded(image: Image) -> skia.Image | None:
    if image.pixels is not None:
        return skia.Image.fromarray(
            np.ascontiguousarray(image.pixels), skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType
        )
    return _read(image.encoded) if image.encoded else None


@lru_cache(maxsize=PICTURES_KEPT)
def _read(encoded: bytes) -> skia.Image | None:
    """Not decoded yet: Skia does that when it draws, and knows what it decoded and reduced last by the image. The same
    one for the same bytes makes another drawing of a photograph four times as fast; the bytes alone are kept here."""
    return skia.Image.MakeFromEncoded(skia.Data(encoded))


def _sampling(quality: str, scale: float) -> skia.SamplingOptions:
    """Smooth pixels: Catmull-Rom when enlarged, averaged when reduced."""
    if quality == "crisp":
        return skia.SamplingOptions(skia.FilterMode.kNearest)
    if scale > 1:
        return skia.SamplingOptions(skia.CubicResampler.CatmullRom())
    return skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)


def _is_upright(map_: Affine) -> bool:
    return abs(map_.b) < 1e-6 and abs(map_.c) < 1e-6


def scene_rect(rect: Rect) -> Rect:
    """A rectangle that Skia can hold: at least one unit wide, within float range."""
    limit = 1e9
    return Rect(
        max(-limit, rect.x), max(-limit, rect.y), min(limit, max(1.0, rect.width)), min(limit, max(1.0, rect.height))
    )
