"""Draws scenes in the OpenGL context that is current.

One Renderer belongs to one context and is used by one thread at a time. The steps of a picture: the sun's shadow map
(kept while nothing that throws shadows moved), solid things, background, see-through things from back to front,
ground grid, overlay; then samples are averaged and one last pass encodes the picture and outlines the selection.
Tone mapping happens before the samples are averaged, so that edges against bright light stay smooth.
"""

from collections.abc import Callable
from ctypes import c_void_p
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.scene import targets
from render.scene.batches import INSTANCE_TYPE, Batch, DrawList, SceneIndex, switches
from render.scene.errors import SceneRenderError
from render.scene.frame import frame_block, linear
from render.scene.framing import Lens, cropped, lens, visible
from render.scene.gl import attribute_pointer, check, gl, integer_attribute_pointer, require_version
from render.scene.programs import FRAME_BINDING, SURFACE_BINDING, Program, Programs
from render.scene.resources import MIB, Resources
from render.scene.shadow import shadow_lens
from render.scene.targets import Target
from render.scene.transforms import Matrix
from render.scene.values import Mesh, Primitive, Scene, View, content_key

DEFAULT_BUDGET = 1536 * MIB
MAX_EDGE = 16384
INSTANCE_LOCATIONS = (6, 7, 8)
NUMBER_LOCATION = 9
MODES = {Primitive.TRIANGLES: gl.GL_TRIANGLES, Primitive.LINES: gl.GL_LINES, Primitive.POINTS: gl.GL_POINTS}


@dataclass(frozen=True)
class Picked:
    """What lies under a point: the instance's number (0: nothing) and its place in the world."""

    number: int
    position: tuple[float, float, float] | None


class Renderer:
    """All OpenGL objects of one context. Call `release` with the context current before it goes."""

    def __init__(self, budget: int = DEFAULT_BUDGET) -> None:
        require_version()
        self.resources = Resources(budget)
        self._programs = Programs()
        self._frame_buffer, self._instance_buffer = (int(name) for name in gl.glGenBuffers(2))
        self._empty_array = int(gl.glGenVertexArrays(1))
        self._targets: dict[str, tuple[tuple[int, ...], Target]] = {}
        self._index: SceneIndex | None = None
        self._shadow_key = ""
        self.shadow_draws = 0  # how often the shadow map was drawn, for tests

    # ------------------------------------------------------------------------------------------------ pictures

    def draw(self, scene: Scene, view: View, framebuffer: int = 0) -> Lens:
        """Draws into `framebuffer` (its lower left `width` x `height`), sRGB-encoded, premultiplied."""
        _check_size(view)
        index = self._indexed(scene)
        self.resources.begin_picture()
        whole = lens(view.camera, view.aspect, self._bounds(scene, view))
        lens_ = cropped(whole, view.crop)
        shadow = self._draw_shadow(index, view, whole)
        color_format = gl.GL_RGBA16F if view.precise else gl.GL_SRGB8_ALPHA8
        main = self._main_target(view, color_format)
        self._begin(main, view, color_format)
        probe = self.resources.probe(scene.environment) if scene.environment else None
        self._upload_frame(frame_block(scene, view, lens_, probe, shadow))
        self._bind_light(probe.cube if probe else 0, shadow is not None)
        seen = visible(scene.boxes, lens_.view_projection)
        self._draw_surfaces(index.solid(seen), shadow is not None)
        if view.show_environment and probe is not None:
            self._draw_screen("background.frag", depth=True)
        self._blending(True)
        self._draw_surfaces(index.see_through(seen, lens_.view), shadow is not None)
        if view.grid:
            self._draw_grid(view, lens_, scene)
        self._draw_overlay(view)
        self._blending(False)
        mask = self._draw_selection(index, view, lens_, seen)
        self._finish(main, mask, view, color_format, framebuffer)
        self.resources.end_picture()
        check("picture")
        return lens_

    def read(self, scene: Scene, view: View) -> NDArray[np.uint8]:
        """The picture as (height, width, 4) uint8, sRGB-encoded, premultiplied alpha."""
        _check_size(view)
        framebuffer = self.reading_target(view.width, view.height)
        self.draw(scene, view, framebuffer)
        gl.glBindFramebuffer(gl.GL_READ_FRAMEBUFFER, framebuffer)
        gl.glPixelStorei(gl.GL_PACK_ALIGNMENT, 1)
        pixels = np.empty((view.height, view.width, 4), dtype=np.uint8)
        gl.glReadPixels(0, 0, view.width, view.height, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE, pixels)
        check("reading the picture")
        return np.ascontiguousarray(pixels[::-1])

    def reading_target(self, width: int, height: int) -> int:
        """A framebuffer of that size to draw into and read from."""
        return self._plain_target("read", width, height, gl.GL_RGBA8).framebuffer

    def pick(self, scene: Scene, view: View, x: float, y: float) -> Picked:
        """What is seen at a pixel, counted from the top left."""
        index = self._indexed(scene)
        lens_ = cropped(lens(view.camera, view.aspect, self._bounds(scene, view)), view.crop)
        # Only the pixel itself is drawn: the projection is narrowed to it, so that culling drops nearly everything.
        narrowed = _around_pixel(x, y, view.width, view.height) @ lens_.view_projection
        target = self._plain_target("pick", 1, 1, gl.GL_R32UI, with_depth=True)
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, target.framebuffer)
        gl.glViewport(0, 0, 1, 1)
        self._plain_state()
        gl.glClearBufferuiv(gl.GL_COLOR, 0, np.zeros(4, dtype=np.uint32))
        gl.glClearBufferfv(gl.GL_DEPTH, 0, np.ones(1, dtype=np.float32))
        self._draw_plain(self._programs.numbered("number.frag"), narrowed,
                         index.everything(visible(scene.boxes, narrowed)))  # fmt: skip
        number = np.zeros(1, dtype=np.uint32)
        depth = np.ones(1, dtype=np.float32)
        gl.glReadPixels(0, 0, 1, 1, gl.GL_RED_INTEGER, gl.GL_UNSIGNED_INT, number)
        gl.glReadPixels(0, 0, 1, 1, gl.GL_DEPTH_COMPONENT, gl.GL_FLOAT, depth)
        check("picking")
        if depth[0] >= 1.0:
            return Picked(0, None)
        place = np.linalg.inv(narrowed) @ np.array([0.0, 0.0, 2 * float(depth[0]) - 1, 1.0])
        px, py, pz = (place[:3] / place[3]).tolist()
        return Picked(int(number[0]), (px, py, pz))

    def release(self) -> None:
        """Frees everything; the context must be current."""
        self.resources.release()
        self._programs.release()
        for _, target in self._targets.values():
            target.release()
        self._targets.clear()
        gl.glDeleteBuffers(2, [self._frame_buffer, self._instance_buffer])
        gl.glDeleteVertexArrays(1, [self._empty_array])

    # ------------------------------------------------------------------------------------------------ steps

    def _indexed(self, scene: Scene) -> SceneIndex:
        if self._index is None or self._index.scene is not scene:
            self._index = SceneIndex(scene)
        return self._index

    @staticmethod
    def _bounds(scene: Scene, view: View) -> Matrix | None:
        """What must not be cut off: the scene, and with it a piece of ground."""
        bounds = scene.bounds
        if not view.grid:
            return bounds
        eye = view.camera.world[:3, 3]
        reach = grid_reach(scene, eye)
        ground = np.array([[eye[0] - reach, 0.0, eye[2] - reach], [eye[0] + reach, 0.0, eye[2] + reach]])
        if bounds is None:
            return ground
        return np.stack([np.minimum(bounds[0], ground[0]), np.maximum(bounds[1], ground[1])])

    def _draw_shadow(self, index: SceneIndex, view: View, lens_: Lens) -> tuple[Matrix, float] | None:
        sun = index.scene.sun
        if sun is None or not sun.shadow or sun.strength <= 0:
            return None
        found = shadow_lens(index.scene, sun, lens_, view.shadow_size)
        if found is None:
            return None
        key = content_key(index.scene.shape_key, found[0], view.shadow_size)
        target = self._shadow_target(view.shadow_size)
        if key != self._shadow_key:
            gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, target.framebuffer)
            gl.glViewport(0, 0, view.shadow_size, view.shadow_size)
            self._plain_state()
            gl.glClearBufferfv(gl.GL_DEPTH, 0, np.ones(1, dtype=np.float32))
            gl.glEnable(gl.GL_POLYGON_OFFSET_FILL)
            gl.glPolygonOffset(1.5, 2.0)
            self._draw_plain(self._programs.depth(), found[0], index.shadow_casters())
            gl.glDisable(gl.GL_POLYGON_OFFSET_FILL)
            self._shadow_key = key
            self.shadow_draws += 1
        return found

    def _begin(self, main: Target, view: View, color_format: int) -> None:
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, main.framebuffer)
        gl.glViewport(0, 0, view.width, view.height)
        self._plain_state()
        gl.glEnable(gl.GL_MULTISAMPLE)
        gl.glEnable(gl.GL_TEXTURE_CUBE_MAP_SEAMLESS)
        gl.glEnable(gl.GL_PROGRAM_POINT_SIZE)
        if color_format == gl.GL_SRGB8_ALPHA8:
            gl.glEnable(gl.GL_FRAMEBUFFER_SRGB)
        gl.glClearBufferfv(gl.GL_COLOR, 0, np.zeros(4, dtype=np.float32))
        gl.glClearBufferfv(gl.GL_DEPTH, 0, np.ones(1, dtype=np.float32))

    @staticmethod
    def _plain_state() -> None:
        """Qt leaves its own settings behind, so every step says what it needs."""
        for off in (gl.GL_BLEND, gl.GL_SCISSOR_TEST, gl.GL_STENCIL_TEST, gl.GL_CULL_FACE, gl.GL_FRAMEBUFFER_SRGB):
            gl.glDisable(off)
        gl.glEnable(gl.GL_DEPTH_TEST)
        gl.glDepthFunc(gl.GL_LEQUAL)
        gl.glDepthMask(gl.GL_TRUE)
        gl.glColorMask(gl.GL_TRUE, gl.GL_TRUE, gl.GL_TRUE, gl.GL_TRUE)
        gl.glFrontFace(gl.GL_CCW)

    @staticmethod
    def _blending(on: bool) -> None:
        (gl.glEnable if on else gl.glDisable)(gl.GL_BLEND)
        gl.glBlendFunc(gl.GL_ONE, gl.GL_ONE_MINUS_SRC_ALPHA)
        gl.glDepthMask(gl.GL_FALSE if on else gl.GL_TRUE)

    def _upload_frame(self, block: NDArray[np.float32]) -> None:
        gl.glBindBuffer(gl.GL_UNIFORM_BUFFER, self._frame_buffer)
        gl.glBufferData(gl.GL_UNIFORM_BUFFER, block.nbytes, block, gl.GL_DYNAMIC_DRAW)
        gl.glBindBufferBase(gl.GL_UNIFORM_BUFFER, FRAME_BINDING, self._frame_buffer)

    def _bind_light(self, cube: int, shadowed: bool) -> None:
        table = self.resources.brdf_table()
        shadow = self._targets["shadow"][1].texture if shadowed else 0
        bound = ((8, gl.GL_TEXTURE_CUBE_MAP, cube), (9, gl.GL_TEXTURE_2D, table), (10, gl.GL_TEXTURE_2D, shadow))
        for unit, kind, name in bound:
            gl.glActiveTexture(gl.GL_TEXTURE0 + unit)
            gl.glBindTexture(kind, name)
            gl.glBindSampler(unit, 0)

    def _draw_surfaces(self, draw_list: DrawList, shadowed: bool) -> None:
        self._upload_instances(draw_list)
        for batch in draw_list.batches:
            program = self._programs.surface(switches(batch.mesh, batch.material, shadowed))
            self.resources.bind_material(batch.material)
            program.use()
            block = self.resources.material(batch.material)
            gl.glBindBufferBase(gl.GL_UNIFORM_BUFFER, SURFACE_BINDING, block.name)
            if batch.material.double_sided or batch.material.transmission > 0:
                gl.glDisable(gl.GL_CULL_FACE)
            else:
                gl.glEnable(gl.GL_CULL_FACE)
            self._draw_batch(batch)
        gl.glDisable(gl.GL_CULL_FACE)

    def _draw_plain(self, program: Program, matrix: Matrix, draw_list: DrawList) -> None:
        """Shapes without looks, for shadows, picking and outlines."""
        self._upload_instances(draw_list)
        program.use()
        gl.glUniformMatrix4fv(program.place("depth_matrix"), 1, gl.GL_TRUE, matrix.astype(np.float32))
        for batch in draw_list.batches:
            self._draw_batch(batch)

    def _upload_instances(self, draw_list: DrawList) -> None:
        rows = draw_list.instances
        if not len(rows):
            return
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, self._instance_buffer)
        gl.glBufferData(gl.GL_ARRAY_BUFFER, rows.nbytes, rows.view(np.uint8), gl.GL_STREAM_DRAW)

    def _draw_batch(self, batch: Batch) -> None:
        resource = self.resources.mesh(batch.mesh)
        gl.glBindVertexArray(resource.vertex_array)
        self._point_at_instances(batch.first)
        _missing_attributes(batch.mesh)
        gl.glFrontFace(gl.GL_CW if batch.mirrored else gl.GL_CCW)
        mode = MODES[batch.mesh.primitive]
        if resource.indexed:
            gl.glDrawElementsInstanced(mode, resource.count, gl.GL_UNSIGNED_INT, c_void_p(0), batch.count)
        else:
            gl.glDrawArraysInstanced(mode, 0, resource.count, batch.count)

    def _point_at_instances(self, first: int) -> None:
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, self._instance_buffer)
        stride = INSTANCE_TYPE.itemsize
        start = first * stride
        for row, location in enumerate(INSTANCE_LOCATIONS):
            attribute_pointer(location, 4, gl.GL_FLOAT, gl.GL_FALSE, stride, c_void_p(start + 16 * row))
            gl.glEnableVertexAttribArray(location)
            gl.glVertexAttribDivisor(location, 1)
        integer_attribute_pointer(NUMBER_LOCATION, 1, gl.GL_UNSIGNED_INT, stride, c_void_p(start + 48))
        gl.glEnableVertexAttribArray(NUMBER_LOCATION)
        gl.glVertexAttribDivisor(NUMBER_LOCATION, 1)

    def _draw_screen(self, fragment: str, depth: bool) -> None:
        """A shader over the whole picture, at the far end of the depths."""
        program = self._programs.screen(fragment)
        program.use()
        gl.glUniform1f(program.place("screen_depth"), 1.0 if depth else 0.0)
        gl.glBindVertexArray(self._empty_array)
        gl.glDrawArrays(gl.GL_TRIANGLES, 0, 3)

    def _draw_grid(self, view: View, lens_: Lens, scene: Scene) -> None:
        program = self._programs.screen("grid.frag")
        program.use()
        height = abs(float(lens_.eye[1]))
        reach = grid_reach(scene, lens_.eye)
        unit = 10.0 ** np.floor(np.log10(max(height, reach / 100, 1e-4) / 1.5))
        gl.glUniform1f(program.place("unit"), float(unit))
        gl.glUniform1f(program.place("reach"), reach if lens_.perspective else 1e9)
        self._draw_screen("grid.frag", depth=False)

    def _draw_overlay(self, view: View) -> None:
        shapes = [shape for shape in view.overlay if len(shape.triangles)]
        if not shapes:
            return
        parts = []
        for shape in shapes:
            corners = shape.triangles.reshape(-1, 2)
            color = np.array([*linear(shape.color), shape.color[3]], dtype=np.float32)
            parts.append(np.concatenate([corners, np.tile(color, (len(corners), 1))], axis=1))
        data = np.ascontiguousarray(np.concatenate(parts), dtype=np.float32)
        program = self._programs.overlay()
        program.use()
        gl.glUniform2f(program.place("size"), view.width, view.height)
        gl.glDisable(gl.GL_DEPTH_TEST)
        array, buffer = int(gl.glGenVertexArrays(1)), int(gl.glGenBuffers(1))
        gl.glBindVertexArray(array)
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, buffer)
        gl.glBufferData(gl.GL_ARRAY_BUFFER, data.nbytes, data, gl.GL_STREAM_DRAW)
        for location, width, offset in ((0, 2, 0), (1, 4, 8)):
            attribute_pointer(location, width, gl.GL_FLOAT, gl.GL_FALSE, 24, c_void_p(offset))
            gl.glEnableVertexAttribArray(location)
        gl.glDrawArrays(gl.GL_TRIANGLES, 0, len(data))
        gl.glBindVertexArray(0)
        gl.glDeleteVertexArrays(1, [array])
        gl.glDeleteBuffers(1, [buffer])

    def _draw_selection(
        self, index: SceneIndex, view: View, lens_: Lens, seen: NDArray[np.bool_]
    ) -> Target | None:
        """The selected things as a mask, seen through what stands before them."""
        if not view.selected:
            return None
        mask = self._plain_target("mask", view.width, view.height, gl.GL_RG8)
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, mask.framebuffer)
        self._plain_state()
        gl.glDisable(gl.GL_DEPTH_TEST)
        gl.glClearBufferfv(gl.GL_COLOR, 0, np.zeros(4, dtype=np.float32))
        program = self._programs.numbered("mask.frag")
        program.use()
        gl.glUniform1ui(program.place("active_number"), view.active)
        self._draw_plain(program, lens_.view_projection, index.everything(seen, view.selected))
        return mask

    def _finish(self, main: Target, mask: Target | None, view: View, color_format: int, framebuffer: int) -> None:
        size = (0, 0, view.width, view.height)
        resolved = main
        if not main.texture:
            resolved = self._plain_target("resolved", view.width, view.height, color_format)
            gl.glBindFramebuffer(gl.GL_READ_FRAMEBUFFER, main.framebuffer)
            gl.glBindFramebuffer(gl.GL_DRAW_FRAMEBUFFER, resolved.framebuffer)
            # Averaging must happen on linear values, which for 8 bits means: decode, average, encode.
            gl.glEnable(gl.GL_FRAMEBUFFER_SRGB)
            gl.glBlitFramebuffer(*size, *size, gl.GL_COLOR_BUFFER_BIT, gl.GL_NEAREST)
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, framebuffer)
        gl.glViewport(*size)
        self._plain_state()
        gl.glDisable(gl.GL_DEPTH_TEST)
        for unit, name in ((0, resolved.texture), (1, mask.texture if mask else 0)):
            gl.glActiveTexture(gl.GL_TEXTURE0 + unit)
            gl.glBindTexture(gl.GL_TEXTURE_2D, name)
            gl.glBindSampler(unit, 0)
        program = self._programs.screen("final.frag")
        program.use()
        behind = (0.0, 0.0, 0.0, 0.0) if view.show_environment else (*linear(view.background), view.background[3])
        gl.glUniform4f(program.place("behind"), *behind)
        gl.glUniform1i(program.place("outlined"), int(mask is not None))
        self._draw_screen("final.frag", depth=False)
        gl.glBindVertexArray(0)
        gl.glUseProgram(0)
        for unit in range(11):
            gl.glBindSampler(unit, 0)
        gl.glActiveTexture(gl.GL_TEXTURE0)

    # ------------------------------------------------------------------------------------------------ targets

    def _main_target(self, view: View, color_format: int) -> Target:
        width, height, samples = view.width, view.height, view.samples
        if samples > 1:
            key = (width, height, color_format, samples)
            return self._kept("multisampled", key, lambda: targets.multisampled(width, height, color_format, samples))
        return self._plain_target("single", width, height, color_format, with_depth=True)

    def _shadow_target(self, size: int) -> Target:
        def make() -> Target:
            self._shadow_key = ""
            return targets.depth_map(size)

        return self._kept("shadow", (size,), make)

    def _plain_target(self, name: str, width: int, height: int, color_format: int, with_depth: bool = False) -> Target:
        key = (width, height, color_format)
        return self._kept(name, key, lambda: targets.plain(width, height, color_format, with_depth))

    def _kept(self, name: str, key: tuple[int, ...], make: Callable[[], Target]) -> Target:
        found = self._targets.get(name)
        if found is not None and found[0] == key:
            return found[1]
        if found is not None:
            found[1].release()
            del self._targets[name]
        target = make()
        self._targets[name] = (key, target)
        return target


def grid_reach(scene: Scene, eye: NDArray[np.float64]) -> float:
    """How far the ground grid goes before it has faded away, metres."""
    bounds = scene.bounds
    extent = float(np.linalg.norm(bounds[1] - bounds[0])) if bounds is not None else 0.0
    return 6 * max(extent, abs(float(eye[1])), 0.05)


def _check_size(view: View) -> None:
    if not (0 < view.width <= MAX_EDGE and 0 < view.height <= MAX_EDGE):
        raise SceneRenderError(f"A picture of {view.width} x {view.height} pixels is too large to draw at once.")


def _missing_attributes(mesh: Mesh) -> None:
    """Values for what the mesh does not bring; they are state of the context, so they are said each time."""
    if mesh.normals is None:
        gl.glVertexAttrib3f(1, 0.0, 1.0, 0.0)
    if mesh.uv0 is None:
        gl.glVertexAttrib2f(3, 0.0, 0.0)
    if mesh.uv1 is None:
        gl.glVertexAttrib2f(4, 0.0, 0.0)
    if mesh.colors is None:
        gl.glVertexAttrib4f(5, 1.0, 1.0, 1.0, 1.0)


def _around_pixel(x: float, y: float, width: int, height: int) -> Matrix:
    """Stretches one pixel over the whole of the clip space."""
    matrix = np.eye(4)
    matrix[0, 0], matrix[1, 1] = width, height
    matrix[0, 3] = -(2 * x / width - 1) * width
    matrix[1, 3] = -(1 - 2 * y / height) * height
    return matrix
