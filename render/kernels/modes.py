"""The blend modes by name, shared by the kernels' sources and their callers. The numbers are not stored anywhere."""

from __future__ import annotations

from enum import IntEnum


class BlendMode(IntEnum):
    """The 27 modes of Photoshop, in the order of its menu."""

    NORMAL = 0
    DISSOLVE = 1
    DARKEN = 2
    MULTIPLY = 3
    COLOR_BURN = 4
    LINEAR_BURN = 5
    DARKER_COLOR = 6
    LIGHTEN = 7
    SCREEN = 8
    COLOR_DODGE = 9
    LINEAR_DODGE = 10
    LIGHTER_COLOR = 11
    OVERLAY = 12
    SOFT_LIGHT = 13
    HARD_LIGHT = 14
    VIVID_LIGHT = 15
    LINEAR_LIGHT = 16
    PIN_LIGHT = 17
    HARD_MIX = 18
    DIFFERENCE = 19
    EXCLUSION = 20
    SUBTRACT = 21
    DIVIDE = 22
    HUE = 23
    SATURATION = 24
    COLOR = 25
    LUMINOSITY = 26

    @property
    def label(self) -> str:
        """The name as records and commands write it: "color_burn"."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> BlendMode:
        """The mode of a label; raises KeyError with the label."""
        return cls[label.upper()]


WHOLE_MODES = (
    BlendMode.NORMAL,
    BlendMode.MULTIPLY,
    BlendMode.SCREEN,
    BlendMode.DARKEN,
    BlendMode.LIGHTEN,
    BlendMode.DIFFERENCE,
    BlendMode.EXCLUSION,
    BlendMode.OVERLAY,
    BlendMode.HARD_LIGHT,
)
"""Modes that 8-bit layers which show in full are blended in by whole numbers."""

PASS_THROUGH = 27
"""Not a mode of a layer: mixes backdrop and source by the layer's share, for groups that blend through."""
