"""What a clip looks like at a time: keys, fades, and the share of a dissolve."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

from editor.model.video import Clip, Placement, Transition, VideoDocument
from render.geometry import Affine

T = TypeVar("T")


def opacity_at(clip: Clip, time: Fraction) -> float:
    """Opacity at timeline time `time`, fades included."""
    value = clip.opacity
    if clip.opacity_keys:
        value = _between(
            [(key.time, key.value, key.hold) for key in clip.opacity_keys], time - clip.start, _mix_numbers
        )
    return value * _fade(clip, time)


def placement_at(clip: Clip, time: Fraction) -> Placement:
    if not clip.placement_keys:
        return clip.placement
    keys = [(key.time, key.value, key.hold) for key in clip.placement_keys]
    return _between(keys, time - clip.start, _mix_placements)


def dissolve_share(transition: Transition, cut: Fraction, time: Fraction, frame: Fraction) -> float:
    """How much of the later clip shows: 0 to 1, taken at the frame's middle so that both ends look alike."""
    begin = cut - transition.in_offset
    return float(min(Fraction(1), max(Fraction(0), (time + frame / 2 - begin) / (cut + transition.out_offset - begin))))


def placing_map(placement: Placement, size: tuple[float, float], timeline: VideoDocument) -> Affine:
    """From a picture's own units to the frame's pixels: fitted inside, scaled, turned, and put in its place."""
    width, height = max(size[0], 1e-6), max(size[1], 1e-6)
    fit = min(timeline.width / width, timeline.height / height) * placement.scale
    turned = Affine.translation(-width / 2, -height / 2).then(Affine.scaling(fit))
    if placement.rotation:
        turned = turned.then(Affine.rotation(placement.rotation * 3.141592653589793 / 180))
    return turned.then(Affine.translation(timeline.width / 2 + placement.x, timeline.height / 2 + placement.y))


def _fade(clip: Clip, time: Fraction) -> float:
    share = 1.0
    if clip.fade_in > 0:
        share = min(share, float((time - clip.start) / clip.fade_in))
    if clip.fade_out > 0:
        share = min(share, float((clip.end - time) / clip.fade_out))
    return max(0.0, min(1.0, share))


def _between(keys: Sequence[tuple[Fraction, T, bool]], time: Fraction, mix: Callable[[T, T, float], T]) -> T:
    if time <= keys[0][0]:
        return keys[0][1]
    for (start, first, hold), (end, second, _) in zip(keys, keys[1:], strict=False):
        if start <= time < end:
            return first if hold else mix(first, second, float((time - start) / (end - start)))
    return keys[-1][1]


def _mix_numbers(first: float, second: float, share: float) -> float:
    return first + (second - first) * share


def _mix_placements(first: Placement, second: Placement, share: float) -> Placement:
    return Placement(
        x=_mix_numbers(first.x, second.x, share),
        y=_mix_numbers(first.y, second.y, share),
        scale=first.scale * (second.scale / first.scale) ** share,
        rotation=_mix_numbers(first.rotation, second.rotation, share),
    )
