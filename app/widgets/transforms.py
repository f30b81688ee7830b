"""Places and turns as people think of them: position, scale and angle, not six or four numbers of a formula."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtWidgets import QGridLayout, QLabel

from app.widgets.editors import MIXED, Editor
from app.widgets.number_field import NumberField
from editor.base.translation import tr


def parts_of_affine(values: list[float]) -> tuple[float, float, float, float, float, float]:
    """(x, y, scale x, scale y, degrees, skew) of a, b, c, d, e, f; a flattened map has a scale of 0."""
    a, b, c, d, e, f = values
    wide = math.hypot(a, b)
    turn = math.atan2(b, a) if wide else math.atan2(-c, d)
    cos, sin = math.cos(turn), math.sin(turn)
    skewed, high = c * cos + d * sin, d * cos - c * sin
    return e, f, wide, high, math.degrees(turn), (skewed / high if high else 0.0)


def affine_of_parts(x: float, y: float, wide: float, high: float, degrees: float, skew: float) -> list[float]:
    """The inverse of `parts_of_affine`."""
    turn = math.radians(degrees)
    cos, sin = math.cos(turn), math.sin(turn)
    return [wide * cos, wide * sin, high * (skew * cos - sin), high * (skew * sin + cos), x, y]


class AffineEditor(Editor):
    wide = True

    def __init__(self) -> None:
        super().__init__()
        self.parts = [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(5)
        self.fields = [
            NumberField(0, decimals=2, step=1), NumberField(0, decimals=2, step=1),
            NumberField(1, decimals=1, unit=" %", factor=100, step=0.01),
            NumberField(1, decimals=1, unit=" %", factor=100, step=0.01),
            NumberField(0, decimals=1, unit="°", step=1),
        ]  # fmt: skip
        for place, (name, field) in enumerate(zip((tr("X"), tr("Y"), tr("W"), tr("H"), tr("Angle")), self.fields)):
            label = QLabel(name)
            label.setObjectName("muted")
            grid.addWidget(label, place // 2, place % 2 * 2)
            grid.addWidget(field, place // 2, place % 2 * 2 + 1)
            field.setAccessibleName(name)
            field.live.connect(lambda value, place=place: self.live.emit(self._with(place, value)))
            field.committed.connect(lambda value, place=place: self.committed.emit(self._with(place, value)))
            field.cancelled.connect(self.cancelled)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def _with(self, place: int, value: float) -> list[float]:
        self.parts[place] = value
        return affine_of_parts(*self.parts)

    def set_value(self, value: Any) -> None:
        if value is MIXED:
            for field in self.fields:
                field.set_value(field.value(), mixed=True)
            return
        self.parts = list(parts_of_affine(value))
        for field, part in zip(self.fields, self.parts):
            field.set_value(part)


class QuaternionEditor(Editor):
    """Turns about X, Y and Z in degrees, applied in this order."""

    def __init__(self) -> None:
        super().__init__()
        self.angles = [0.0, 0.0, 0.0]
        self.fields = [NumberField(0, decimals=1, unit="°", step=1) for _ in range(3)]
        self._row(*self.fields)
        for place, field in enumerate(self.fields):
            field.live.connect(lambda value, place=place: self.live.emit(self._with(place, value)))
            field.committed.connect(lambda value, place=place: self.committed.emit(self._with(place, value)))
            field.cancelled.connect(self.cancelled)

    def _with(self, place: int, value: float) -> list[float]:
        self.angles[place] = value
        return quaternion_of(*self.angles)

    def set_value(self, value: Any) -> None:
        if value is MIXED:
            for field in self.fields:
                field.set_value(0.0, mixed=True)
            return
        if max(abs(a - b) for a, b in zip(quaternion_of(*self.angles), value)) > 1e-6:
            self.angles = list(angles_of(value))
        for field, angle in zip(self.fields, self.angles):
            field.set_value(angle)


def quaternion_of(x: float, y: float, z: float) -> list[float]:
    """x, y, z, w of three turns in degrees: about X first, then Y, then Z."""
    (sx, cx), (sy, cy), (sz, cz) = ((math.sin(math.radians(v) / 2), math.cos(math.radians(v) / 2)) for v in (x, y, z))
    return [
        sx * cy * cz - cx * sy * sz, cx * sy * cz + sx * cy * sz,
        cx * cy * sz - sx * sy * cz, cx * cy * cz + sx * sy * sz,
    ]  # fmt: skip


def angles_of(value: list[float]) -> tuple[float, float, float]:
    """The inverse of `quaternion_of`."""
    x, y, z, w = value
    about_x = math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y))
    about_y = math.asin(max(-1.0, min(1.0, 2 * (w * y - z * x))))
    about_z = math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
    return math.degrees(about_x), math.degrees(about_y), math.degrees(about_z)
