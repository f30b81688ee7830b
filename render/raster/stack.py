"""Composing one tile of a stack of layers, from as far up as an earlier drawing allows.

Everything that can lie below a layer is a Scope: the content of a place has a key and pixels. A stack's key after each
of its steps is known without drawing, so the drawing starts at the highest step whose result is in the cache. Where the
keys begin to differ from those of the last drawing of the same place, the result below is kept: the layer being
painted on is found there again and again, and what lies below it is never drawn twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Protocol, cast

import numpy as np

from render.geometry import IntRect
from render.kernels.blend import blend, mask_share
from render.kernels.formats import white
from render.kernels.modes import PASS_THROUGH, BlendMode
from render.kernels.stack import Blend
from render.raster.adjustments import AreaAdjustment, GaussianBlur, adjust
from render.raster.blocks import blur_key, blurred_tile
from render.raster.cache import TileCache
from render.raster.faces.region import retouch_key, retouched_tile
from render.raster.faces.values import Beautify, Reshape
from render.raster.growing import Growing
from render.raster.keys import name_of
from render.raster.plan import Step
from render.raster.sources import Place, key_of, pixels_of
from render.raster.tree import TILE, AdjustmentLayer, Array, DrawnLayer, GroupLayer, Mask, PixelLayer

Path = tuple[int, ...]


class Cancelled(Exception):
    """The drawing is not wanted any more."""


class Scope(Protocol):
    """What lies below a layer."""

    def key(self, place: Place) -> int | None: ...

    def pixels(self, place: Place) -> Array | None: ...


class Session:
    """What the stacks of one drawing share."""

    def __init__(
        self,
        dtype: str,
        canvas: IntRect | None,
        cache: TileCache,
        recent: dict[tuple[Path, Place], Sequence[int | None]],
        opaque: dict[int, bool],
        cancelled: Callable[[], bool],
    ) -> None:
        self.dtype, self.canvas, self.cache, self.recent, self.opaque = dtype, canvas, cache, recent, opaque
        self.cancelled = cancelled

    @cached_property
    def nothing(self) -> Array:
        """A transparent tile, shared and never written to."""
        tile = np.zeros((TILE, TILE, 4), self.dtype)
        tile.flags.writeable = False
        return tile

    def is_opaque(self, key: int, pixels: Array) -> bool:
        """Whether no pixel lets anything through; looked at once for each content."""
        found = self.opaque.get(key)
        if found is None:
            full = white(pixels.dtype)
            likely = bool(pixels[0, 0, 3] >= full and pixels[-1, -1, 3] >= full and pixels[128, 128, 3] >= full)
            found = self.opaque[key] = likely and bool((pixels[..., 3] >= full).all())
        return found


class Stack:
    """Steps upon what lies below them (`outer`). With `keep_alpha` they are clipped to it."""

    def __init__(
        self, session: Session, steps: Sequence[Step], path: Path, outer: Scope | None = None, keep_alpha: bool = False
    ) -> None:
        self.session, self.steps, self.path, self.outer, self.keep_alpha = session, steps, path, outer, keep_alpha
        self._chains: dict[Place, list[int | None]] = {}
        self._below: dict[int, Stack] = {}

    def key(self, place: Place) -> int | None:
        return self.chain(place)[-1]

    def chain(self, place: Place) -> list[int | None]:
        """The key before the first step and after each; equal neighbours mean that the step shows nothing here."""
        found = self._chains.get(place)
        if found is None:
            keys = [None if self.outer is None else self.outer.key(place)]
            for index in range(len(self.steps)):
                step = self._step_key(index, place, keys[-1])
                keys.append(keys[-1] if step is None else name_of("over", self.keep_alpha, keys[-1], step))
            found = self._chains[place] = keys
        return found

    def below(self, index: int) -> Stack:
        """The stack without the step and those above it."""
        if index not in self._below:
            path = (*self.path, -index)
            self._below[index] = Stack(self.session, self.steps[:index], path, self.outer, self.keep_alpha)
        return self._below[index]

    def pixels(self, place: Place) -> Array | None:
        """The composed tile, not to be written to; None where there is nothing."""
        chain = self.chain(place)
        key = chain[-1]
        if key is None:
            return None
        if key == chain[0] and self.outer is not None:
            return self.outer.pixels(place)
        return self.session.cache.once(key, lambda: cast(Array, self._composed(place, chain).keep()))

    def write(self, place: Place, out: Array) -> None:
        """The composed tile, or its upper left part, into `out`: from the cache if it is there, but not into it."""
        chain = self.chain(place)
        key = chain[-1]
        found = None if key is None else self.session.cache.get(key)
        if key is None or found is not None:
            out[...] = 0 if found is None else found[: out.shape[0], : out.shape[1]]
        else:
            self._composed(place, chain).finish(out)

    # Keys

    def _step_key(self, index: int, place: Place, under: int | None) -> int | None:
        """What a step does at a place, as a key; None if it shows nothing there."""
        step = self.steps[index]
        layer = step.layer
        mask = mask_key(layer.mask, place)
        content = None if mask == NOTHING else self._content_key(index, place, under)
        if content is None:
            return None
        clipped = self._clip_stack(index).key(place) if step.clipped else None
        if step.within is not None:
            clipped = self._within(index, step.within).key(place)
            if clipped is None:
                return None
        where = place if layer.blend is BlendMode.DISSOLVE else None
        return name_of(content, layer.opacity, layer.blend, mask, clipped, step.mixes, where)

    def _content_key(self, index: int, place: Place, under: int | None) -> int | None:
        step = self.steps[index]
        match step.layer:
            case AdjustmentLayer(adjustment=GaussianBlur() as adjustment):
                return blur_key(self.below(index), adjustment, place, self.session.canvas)
            case AdjustmentLayer(adjustment=Beautify() | Reshape() as retouch):
                return retouch_key(self.below(index), retouch, place, self.session.canvas)
            case AdjustmentLayer(adjustment=adjustment):
                return None if under is None else name_of(adjustment)
            case GroupLayer() if step.mixes:
                inner = self._inner_stack(index).key(place)
                return None if inner == under else inner
            case _:
                return self._own_key(step, index, place)

    def _own_key(self, step: Step, index: int, place: Place) -> int | None:
        """The key of what a layer shows by itself."""
        match step.layer:
            case PixelLayer(tiles=tiles):
                return key_of(tiles, place)
            case DrawnLayer(key=key, bounds=bounds):
                scale = 2.0**-place.level
                area = square(place)
                misses = bounds is not None and bounds.scaled(scale).rounded_out().intersection(area).is_empty
                return None if misses else name_of("drawn", key, place, self.session.dtype)
            case GroupLayer():
                return self._inner_stack(index).key(place)
        return None

    # Stacks inside

    def _inner_stack(self, index: int) -> Stack:
        step = self.steps[index]
        outer = self.below(index) if step.mixes else None
        return Stack(self.session, step.inside, (*self.path, index), outer)

    def _clip_stack(self, index: int) -> Stack:
        path, base = (*self.path, index, 0), _Base(self, index)
        return Stack(self.session, self.steps[index].clipped, path, base, keep_alpha=True)

    def _within(self, index: int, shape: Step) -> Stack:
        """The group, alone, whose shape a layer is seen in."""
        return Stack(self.session, (shape,), (*self.path, index, 1))

    # Pixels

    def _composed(self, place: Place, chain: list[int | None]) -> Growing:
        active = [i for i in range(len(self.steps)) if chain[i + 1] != chain[i]]
        kept = self._first_change(place, chain)
        start, found = self._start(place, chain, active)
        result = Growing(found, (place.column * TILE, place.row * TILE))
        for index in active[start:]:
            if self.session.cancelled():
                raise Cancelled
            under = chain[index]
            if under is not None and result.is_owned and (index == kept or self.steps[index].mixes):
                self.session.cache.put(under, cast(Array, result.keep()))
            self._apply(index, place, result)
        return result

    def _first_change(self, place: Place, chain: list[int | None]) -> int:
        """The step whose key differs from the last drawing of this place; -1 at the first drawing."""
        recent = self.session.recent
        before = recent.get((self.path, place))
        recent[self.path, place] = chain
        if before is None or len(before) != len(chain):
            return -1
        return next((i - 1 for i in range(len(chain)) if chain[i] != before[i]), -1)

    def _start(self, place: Place, chain: list[int | None], active: list[int]) -> tuple[int, Array | None]:
        """How many active steps are done already, and their result."""
        for number in range(len(active) - 1, 0, -1):
            index = active[number]
            found = self.session.cache.get(chain[index])
            if found is not None:
                return number, found
            solid = self._solid(self.steps[index], place)
            if solid is not None:
                return number + 1, solid
        return 0, None if self.outer is None else self.outer.pixels(place)

    def _solid(self, step: Step, place: Place) -> Array | None:
        """The pixels of a plain layer that hides all below it here."""
        if self.keep_alpha or step.clipped or not step.is_plain or not isinstance(step.layer, PixelLayer):
            return None
        key = key_of(step.layer.tiles, place)
        pixels = pixels_of(step.layer.tiles, place, self.session.cache, self.session.dtype)
        return pixels if key is not None and pixels is not None and self.session.is_opaque(key, pixels) else None

    def _apply(self, index: int, place: Place, result: Growing) -> None:
        """One more step."""
        step = self.steps[index]
        if isinstance(step.layer, AdjustmentLayer):
            self._adjust(step.layer, index, place, result)
            return
        if step.mixes:
            source, mode = self._inner_stack(index).pixels(place), PASS_THROUGH
            source = self.session.nothing if source is None else source
        elif step.clipped:
            source, mode = self._clip_stack(index).pixels(place), int(step.layer.blend)
        else:
            source, mode = self.source(index, place), int(step.layer.blend)
        if source is not None:
            result.lay(self._blend(source, mode, index, place))

    def _blend(self, source: Array, mode: int, index: int, place: Place, keep_alpha: bool = False) -> Blend:
        """`source` with the layer's opacity and mask; a base with clipped layers has its mask in its source already."""
        step = self.steps[index]
        layer = step.layer
        scale, offset, mask = 0.0, layer.opacity, None
        if layer.mask is not None and not step.clipped:
            factor, mask = self.mask(layer.mask, place)
            offset = layer.opacity * factor
            if mask is not None:
                scale, offset = mask_share(layer.opacity, layer.mask.density, layer.mask.inverted)
        if step.within is not None:
            scale, offset, mask = self._in_shape(self._within(index, step.within), place, scale, offset, mask)
        return Blend(source, mode, scale, offset, mask, keep_alpha or self.keep_alpha or step.within is not None)

    def _in_shape(
        self, shape: Stack, place: Place, scale: float, offset: float, mask: Array | None
    ) -> tuple[float, float, Array]:
        """A layer's share times the alpha of a shape."""
        pixels = shape.pixels(place)
        alpha = np.ascontiguousarray((self.session.nothing if pixels is None else pixels)[..., 3])
        if mask is None:
            return offset, 0.0, alpha
        full = white(alpha.dtype)
        share = (mask.astype(np.float32) * np.float32(scale / full) + np.float32(offset)) * alpha
        return 1.0, 0.0, (np.rint(share) if alpha.dtype.kind == "u" else share).astype(alpha.dtype)

    def _adjust(self, layer: AdjustmentLayer, index: int, place: Place, result: Growing) -> None:
        """An adjustment of what lies below."""
        step = self.steps[index]
        if isinstance(layer.adjustment, AreaAdjustment):
            source = self._made_of_its_surroundings(layer.adjustment, index, place)
            mixes = layer.blend is BlendMode.NORMAL and not self.keep_alpha
            if source is None or (mixes and step.is_plain):
                result.replace(source, True)
            else:
                result.lay(self._blend(source, PASS_THROUGH if mixes else int(layer.blend), index, place))
            return
        under = result.pixels()
        if under is None:
            return
        if step.is_plain:
            result.replace(adjust(under, layer.adjustment), True)
            return
        source = adjust(under, layer.adjustment, opaque=True)
        result.lay(self._blend(source, int(layer.blend), index, place, keep_alpha=True))

    def _made_of_its_surroundings(self, adjustment: AreaAdjustment, index: int, place: Place) -> Array | None:
        if isinstance(adjustment, GaussianBlur):
            return blurred_tile(self.below(index), adjustment, place, self.session)
        return retouched_tile(self.below(index), adjustment, place, self.session)

    def source(self, index: int, place: Place) -> Array | None:
        """What a layer shows by itself, before opacity and mask."""
        layer = self.steps[index].layer
        match layer:
            case PixelLayer(tiles=tiles):
                return pixels_of(tiles, place, self.session.cache, self.session.dtype)
            case DrawnLayer(draw=draw):
                key = self._own_key(self.steps[index], index, place)
                area, scale = square(place), 2.0**-place.level
                return self.session.cache.once(key, lambda: np.ascontiguousarray(draw(area, scale), self.session.dtype))
            case GroupLayer():
                return self._inner_stack(index).pixels(place)
        return None

    def mask(self, mask: Mask | None, place: Place) -> tuple[float, Array | None]:
        """A factor for the opacity, and the coverage where it is not even."""
        if mask is None:
            return 1.0, None
        coverage = pixels_of(mask.tiles, place, self.session.cache, self.session.dtype, planes=True)
        return (even_share(mask), None) if coverage is None else (1.0, coverage)


class _Base:
    """The layer that others are clipped to: its pixels through its mask."""

    def __init__(self, stack: Stack, index: int) -> None:
        self.stack, self.index = stack, index

    def key(self, place: Place) -> int | None:
        step = self.stack.steps[self.index]
        content = self.stack._own_key(step, self.index, place)
        mask = mask_key(step.layer.mask, place)
        return None if content is None or mask == NOTHING else name_of("base", content, mask)

    def pixels(self, place: Place) -> Array | None:
        layer = self.stack.steps[self.index].layer
        pixels = self.stack.source(self.index, place)
        if pixels is None or layer.mask is None:
            return pixels
        share, mask = self.stack.mask(layer.mask, place)
        if share >= 1 and mask is None:
            return pixels
        nothing = self.stack.session.nothing
        return blend(pixels, nothing, 0, share, mask, density=layer.mask.density, invert=layer.mask.inverted)


NOTHING = -1


def mask_key(mask: Mask | None, place: Place) -> int:
    """What a mask does at a place: 0 all shows, NOTHING nothing shows, else the key of its content."""
    if mask is None:
        return 0
    key = key_of(mask.tiles, place)
    if key is not None:
        return name_of("mask", key, mask.density, mask.inverted)
    share = even_share(mask)
    return NOTHING if share <= 0 else 0 if share >= 1 else name_of("share", share)


def even_share(mask: Mask) -> float:
    """How much shows where the mask has no tiles."""
    outside = 1 - mask.tiles.outside if mask.inverted else mask.tiles.outside
    return 1 - mask.density * (1 - outside)


def square(place: Place) -> IntRect:
    """A place in pixels of its level."""
    return IntRect(place.column * TILE, place.row * TILE, TILE, TILE)
