"""Plain colour: straight (not premultiplied) sRGB-encoded components from 0 to 1; above 1 is allowed for HDR."""

from typing import Self

import msgspec


class Color(msgspec.Struct, frozen=True, array_like=True):
    red: float = 0.0
    green: float = 0.0
    blue: float = 0.0
    alpha: float = 1.0

    @classmethod
    def from_hex(cls, text: str) -> Self:
        """#rgb, #rgba, #rrggbb or #rrggbbaa; raises ValueError otherwise.

        >>> Color.from_hex("#f00").red
        1.0
        """
        digits = text.strip().removeprefix("#")
        if len(digits) in (3, 4):
            digits = "".join(2 * digit for digit in digits)
        if len(digits) not in (6, 8):
            raise ValueError(f"{text!r} is no colour: write #rgb, #rgba, #rrggbb or #rrggbbaa")
        return cls(*(int(digits[i : i + 2], 16) / 255 for i in range(0, len(digits), 2)))

    def to_hex(self) -> str:
        """#rrggbb, with two digits of alpha when it is not opaque."""
        values = [round(255 * min(1.0, max(0.0, part))) for part in (self.red, self.green, self.blue, self.alpha)]
        return "#" + "".join(f"{value:02x}" for value in (values if values[3] < 255 else values[:3]))

    def with_alpha(self, alpha: float) -> "Color":
        return Color(self.red, self.green, self.blue, alpha)

    def premultiplied(self) -> tuple[float, float, float, float]:
        return (self.red * self.alpha, self.green * self.alpha, self.blue * self.alpha, self.alpha)


BLACK = Color()
WHITE = Color(1.0, 1.0, 1.0)
TRANSPARENT = Color(0.0, 0.0, 0.0, 0.0)


def srgb_to_linear(value: float) -> float:
    """The sRGB transfer function, IEC 61966-2-1."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def linear_to_srgb(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
