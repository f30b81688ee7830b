"""What a person points at: a box around an object, points on it, points beside it."""

from dataclasses import dataclass

Place = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Prompts:
    """Places in pixels of the picture; a box is left, top, right, bottom."""

    inside: tuple[Place, ...] = ()
    outside: tuple[Place, ...] = ()
    box: Box | None = None

    def moved(self, x: float, y: float, scale: float) -> "Prompts":
        """The same in a part of the picture that begins at (x, y) and is drawn at `scale`."""
        def places(found: tuple[Place, ...]) -> tuple[Place, ...]:
            return tuple(((px - x) * scale, (py - y) * scale) for px, py in found)

        box = None
        if self.box is not None:
            left, top, right, bottom = self.box
            box = (left - x) * scale, (top - y) * scale, (right - x) * scale, (bottom - y) * scale
        return Prompts(places(self.inside), places(self.outside), box)
