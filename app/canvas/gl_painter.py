"""Draws the canvas with OpenGL 3.3: squares under transparency, tiles as textures, the pixel grid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtGui import QColor

from render.geometry import Affine, Rect
from render.scene.gl import gl, require_version

SHADERS = Path(__file__).resolve().parents[2] / "resources" / "shaders" / "canvas"
TILE = 256
SQUARES, PIXELS, GRID = 0, 1, 2


class GlPainter:
    """Lives as long as the context that was current when it was made; every method needs that context current."""

    def __init__(self) -> None:
        require_version()
        self.program = _link(SHADERS / "quad.vert", SHADERS / "quad.frag")
        names = ("view", "area", "source", "kind", "tile", "inside", "light", "dark", "square", "values_only")
        self._at = {name: gl.glGetUniformLocation(self.program, name) for name in names}
        self.array = gl.glGenVertexArrays(1)
        self._smooth: dict[int, bool] = {}

    def close(self) -> None:
        gl.glDeleteProgram(self.program)
        gl.glDeleteVertexArrays(1, [self.array])

    # Textures

    def make_texture(self, pixels: Any) -> int:
        """A texture of (TILE, TILE, 4) premultiplied uint8 pixels."""
        name = int(gl.glGenTextures(1))
        gl.glBindTexture(gl.GL_TEXTURE_2D, name)
        for key, value in (
            (gl.GL_TEXTURE_WRAP_S, gl.GL_CLAMP_TO_EDGE), (gl.GL_TEXTURE_WRAP_T, gl.GL_CLAMP_TO_EDGE),
            (gl.GL_TEXTURE_MIN_FILTER, gl.GL_LINEAR), (gl.GL_TEXTURE_MAG_FILTER, gl.GL_LINEAR),
        ):  # fmt: skip
            gl.glTexParameteri(gl.GL_TEXTURE_2D, key, value)
        gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 4)
        gl.glTexImage2D(
            gl.GL_TEXTURE_2D, 0, gl.GL_RGBA8, TILE, TILE, 0, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE,
            np.ascontiguousarray(pixels),
        )  # fmt: skip
        self._smooth[name] = True
        return name

    def update_texture(self, name: int, x: int, y: int, pixels: Any) -> None:
        """Replace a rectangle of a texture."""
        height, width = pixels.shape[:2]
        gl.glBindTexture(gl.GL_TEXTURE_2D, name)
        gl.glTexSubImage2D(
            gl.GL_TEXTURE_2D, 0, x, y, width, height, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE, np.ascontiguousarray(pixels)
        )

    def drop_textures(self, names: list[int]) -> None:
        if names:
            gl.glDeleteTextures(len(names), names)
        for name in names:
            self._smooth.pop(name, None)

    # Drawing

    def begin(self, to_screen: Affine, size: tuple[float, float], background: QColor, values_only: bool) -> None:
        """Clear, and take the map from document units to points of a widget of that size."""
        gl.glDisable(gl.GL_DEPTH_TEST)
        gl.glDisable(gl.GL_SCISSOR_TEST)
        gl.glClearColor(background.redF(), background.greenF(), background.blueF(), 1.0)
        gl.glClear(gl.GL_COLOR_BUFFER_BIT)
        gl.glEnable(gl.GL_BLEND)
        gl.glBlendFuncSeparate(gl.GL_ONE, gl.GL_ONE_MINUS_SRC_ALPHA, gl.GL_ZERO, gl.GL_ONE)
        gl.glUseProgram(self.program)
        gl.glBindVertexArray(self.array)
        gl.glActiveTexture(gl.GL_TEXTURE0)
        gl.glUniform1i(self._at["tile"], 0)
        gl.glUniform1i(self._at["values_only"], int(values_only))
        device = to_screen.then(Affine(2 / size[0], 0.0, 0.0, -2 / size[1], -1.0, 1.0))
        columns = np.array([device.a, device.b, 0, device.c, device.d, 0, device.e, device.f, 1], np.float32)
        gl.glUniformMatrix3fv(self._at["view"], 1, False, columns)

    def squares(self, area: Rect, light: QColor, dark: QColor, side: float) -> None:
        """The pattern that stands for transparency."""
        for name, color in (("light", light), ("dark", dark)):
            gl.glUniform3f(self._at[name], color.redF(), color.greenF(), color.blueF())
        gl.glUniform1f(self._at["square"], side)
        self._quad(SQUARES, area, Rect(0, 0, 1, 1))

    def tile(self, texture: int, area: Rect, source: Rect, inside: Rect, smooth: bool) -> None:
        """`source` and `inside` are parts of the texture, from 0 to 1."""
        gl.glBindTexture(gl.GL_TEXTURE_2D, texture)
        if self._smooth.get(texture) != smooth:
            gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_MAG_FILTER, gl.GL_LINEAR if smooth else gl.GL_NEAREST)
            self._smooth[texture] = smooth
        half = 0.5 / TILE
        gl.glUniform4f(self._at["inside"], inside.x + half, inside.y + half, inside.right - half, inside.bottom - half)
        self._quad(PIXELS, area, source)

    def grid(self, area: Rect) -> None:
        """Lines between pixels."""
        self._quad(GRID, area, Rect(0, 0, 1, 1))

    def end(self) -> None:
        gl.glBindVertexArray(0)
        gl.glUseProgram(0)
        gl.glDisable(gl.GL_BLEND)

    def _quad(self, kind: int, area: Rect, source: Rect) -> None:
        gl.glUniform1i(self._at["kind"], kind)
        gl.glUniform4f(self._at["area"], area.x, area.y, area.width, area.height)
        gl.glUniform4f(self._at["source"], source.x, source.y, source.width, source.height)
        gl.glDrawArrays(gl.GL_TRIANGLE_STRIP, 0, 4)


def _link(vertex: Path, fragment: Path) -> int:
    program = gl.glCreateProgram()
    for kind, path in ((gl.GL_VERTEX_SHADER, vertex), (gl.GL_FRAGMENT_SHADER, fragment)):
        shader = gl.glCreateShader(kind)
        gl.glShaderSource(shader, path.read_text(encoding="utf-8"))
        gl.glCompileShader(shader)
        if not gl.glGetShaderiv(shader, gl.GL_COMPILE_STATUS):
            raise RuntimeError(f"{path.name}: {gl.glGetShaderInfoLog(shader)!r}")
        gl.glAttachShader(program, shader)
        gl.glDeleteShader(shader)
    gl.glLinkProgram(program)
    if not gl.glGetProgramiv(program, gl.GL_LINK_STATUS):
        raise RuntimeError(f"canvas program: {gl.glGetProgramInfoLog(program)!r}")
    return int(program)
