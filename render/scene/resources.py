"""What lies on the graphics card: meshes, images, material blocks and light probes, found by content key.

`Resources` keeps the most recently used within a budget of bytes; what the picture in hand uses is never dropped.
"""

from collections import OrderedDict
from collections.abc import Callable
from ctypes import c_void_p
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from render.scene.environment import brdf_table, probe
from render.scene.gl import attribute_pointer, gl
from render.scene.values import (
    COLOR_SLOTS,
    TEXTURE_SLOTS,
    Environment,
    Floats,
    Image,
    Material,
    Mesh,
    Texture,
)

MIB = 1 << 20
CUBE_FACES = 6


class Resource(Protocol):
    """Something on the card, `size` in bytes."""

    @property
    def size(self) -> int: ...
    def release(self) -> None: ...


@dataclass(frozen=True)
class MeshResource:
    """A mesh as a vertex array over its buffers."""

    vertex_array: int
    buffers: tuple[int, ...]
    count: int
    indexed: bool
    size: int

    def release(self) -> None:
        gl.glDeleteVertexArrays(1, [self.vertex_array])
        gl.glDeleteBuffers(len(self.buffers), list(self.buffers))


@dataclass(frozen=True)
class TextureResource:
    """An image with its mip levels."""

    name: int
    size: int

    def release(self) -> None:
        gl.glDeleteTextures(1, [self.name])


@dataclass(frozen=True)
class BlockResource:
    """A block of uniforms."""

    name: int
    size: int

    def release(self) -> None:
        gl.glDeleteBuffers(1, [self.name])


@dataclass(frozen=True, eq=False)
class ProbeResource:
    """A light probe: its cube on the card, its harmonics for the frame block."""

    cube: int
    harmonics: Floats
    highest_level: int
    size: int

    def release(self) -> None:
        gl.glDeleteTextures(1, [self.cube])


class Resources:
    """Uploads on demand. All calls need the context in which it was made."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._kept: OrderedDict[tuple[str, str], tuple[int, Resource]] = OrderedDict()
        self._picture = 0
        self._samplers: dict[tuple[str, str, bool, bool], int] = {}
        self._table: TextureResource | None = None

    @property
    def size(self) -> int:
        return sum(resource.size for _, resource in self._kept.values())

    def begin_picture(self) -> None:
        """From here on, what is asked for stays until the next picture."""
        self._picture += 1

    def end_picture(self) -> None:
        """Drops the least recently used until the rest fits the budget."""
        size = self.size
        for key, (picture, resource) in list(self._kept.items()):
            if size <= self.budget or picture == self._picture:
                break
            size -= resource.size
            resource.release()
            del self._kept[key]

    def mesh(self, mesh: Mesh) -> MeshResource:
        resource = self._keep(("mesh", mesh.key), lambda: _upload_mesh(mesh))
        assert isinstance(resource, MeshResource)
        return resource

    def image(self, image: Image, as_color: bool) -> TextureResource:
        resource = self._keep(("color" if as_color else "data", image.key), lambda: _upload_image(image, as_color))
        assert isinstance(resource, TextureResource)
        return resource

    def material(self, material: Material) -> BlockResource:
        resource = self._keep(("material", material.key), lambda: _upload_block(material_block(material)))
        assert isinstance(resource, BlockResource)
        return resource

    def probe(self, environment: Environment) -> ProbeResource:
        resource = self._keep(("probe", environment.key), lambda: _upload_probe(environment))
        assert isinstance(resource, ProbeResource)
        return resource

    def brdf_table(self) -> int:
        if self._table is None:
            table = brdf_table()
            name = _new_texture(gl.GL_TEXTURE_2D, gl.GL_LINEAR)
            gl.glTexImage2D(
                gl.GL_TEXTURE_2D, 0, gl.GL_RG16F, table.shape[1], table.shape[0], 0, gl.GL_RG, gl.GL_FLOAT, table
            )
            self._table = TextureResource(name, table.nbytes)
        return self._table.name

    def sampler(self, texture: Texture) -> int:
        """A sampler object for the way this texture is to be read."""
        key = (texture.wrap_u, texture.wrap_v, texture.smooth, texture.mipmaps)
        if key not in self._samplers:
            self._samplers[key] = _new_sampler(texture)
        return self._samplers[key]

    def bind_material(self, material: Material) -> None:
        """Textures on their units, sampled as the material says."""
        # All uploads come first: an upload binds to the first unit itself.
        bound = [
            (unit, self.image(texture.image, slot in COLOR_SLOTS).name, self.sampler(texture))
            for unit, (slot, texture) in enumerate(zip(TEXTURE_SLOTS, material.textures))
            if texture is not None
        ]
        for unit, name, sampler in bound:
            gl.glActiveTexture(gl.GL_TEXTURE0 + unit)
            gl.glBindTexture(gl.GL_TEXTURE_2D, name)
            gl.glBindSampler(unit, sampler)

    def release(self) -> None:
        for _, resource in self._kept.values():
            resource.release()
        self._kept.clear()
        if self._table is not None:
            self._table.release()
            self._table = None
        if self._samplers:
            gl.glDeleteSamplers(len(self._samplers), list(self._samplers.values()))
            self._samplers.clear()

    def _keep(self, key: tuple[str, str], make: Callable[[], Resource]) -> Resource:
        found = self._kept.pop(key, None)
        resource = found[1] if found else make()
        self._kept[key] = (self._picture, resource)
        return resource


def _upload_mesh(mesh: Mesh) -> MeshResource:
    vertex_array = int(gl.glGenVertexArrays(1))
    gl.glBindVertexArray(vertex_array)
    buffers: list[int] = []
    size = 0
    attributes = (mesh.positions, mesh.normals, mesh.tangents, mesh.uv0, mesh.uv1, mesh.colors)
    for location, values in enumerate(attributes):
        if values is None:
            continue
        data = np.ascontiguousarray(values, dtype=np.float32)
        buffers.append(_new_buffer(gl.GL_ARRAY_BUFFER, data))
        attribute_pointer(location, data.shape[1], gl.GL_FLOAT, gl.GL_FALSE, 0, c_void_p(0))
        gl.glEnableVertexAttribArray(location)
        size += data.nbytes
    if mesh.indices is not None:
        indices = np.ascontiguousarray(mesh.indices, dtype=np.uint32)
        buffers.append(_new_buffer(gl.GL_ELEMENT_ARRAY_BUFFER, indices))
        size += indices.nbytes
    gl.glBindVertexArray(0)
    return MeshResource(vertex_array, tuple(buffers), mesh.element_count, mesh.indices is not None, size)


def _new_buffer(target: int, data: NDArray[Any]) -> int:
    name = int(gl.glGenBuffers(1))
    gl.glBindBuffer(target, name)
    gl.glBufferData(target, data.nbytes, data, gl.GL_STATIC_DRAW)
    return name


def _new_texture(target: int, smooth: int) -> int:
    name = int(gl.glGenTextures(1))
    gl.glActiveTexture(gl.GL_TEXTURE0)
    gl.glBindTexture(target, name)
    gl.glBindSampler(0, 0)
    gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 1)
    gl.glTexParameteri(target, gl.GL_TEXTURE_MIN_FILTER, smooth)
    gl.glTexParameteri(target, gl.GL_TEXTURE_MAG_FILTER, gl.GL_LINEAR)
    for direction in (gl.GL_TEXTURE_WRAP_S, gl.GL_TEXTURE_WRAP_T, gl.GL_TEXTURE_WRAP_R):
        gl.glTexParameteri(target, direction, gl.GL_CLAMP_TO_EDGE)
    return name


def _upload_image(image: Image, as_color: bool) -> TextureResource:
    pixels = np.ascontiguousarray(_within_limit(image.pixels))
    height, width = pixels.shape[:2]
    name = _new_texture(gl.GL_TEXTURE_2D, gl.GL_LINEAR_MIPMAP_LINEAR)
    if pixels.dtype == np.uint8:
        inner, kind = (gl.GL_SRGB8_ALPHA8 if as_color else gl.GL_RGBA8), gl.GL_UNSIGNED_BYTE
    else:
        inner, kind = gl.GL_RGBA16F, gl.GL_FLOAT
    gl.glTexImage2D(gl.GL_TEXTURE_2D, 0, inner, width, height, 0, gl.GL_RGBA, kind, pixels)
    gl.glGenerateMipmap(gl.GL_TEXTURE_2D)
    return TextureResource(name, pixels.nbytes * 4 // 3)


def _within_limit(pixels: NDArray[Any]) -> NDArray[Any]:
    """Every n-th pixel of an image that is larger than the card can hold."""
    limit = int(gl.glGetIntegerv(gl.GL_MAX_TEXTURE_SIZE))
    step = -(-max(pixels.shape[:2]) // limit)
    return pixels if step <= 1 else pixels[::step, ::step]


def _new_sampler(texture: Texture) -> int:
    wraps = {"repeat": gl.GL_REPEAT, "mirror": gl.GL_MIRRORED_REPEAT, "clamp": gl.GL_CLAMP_TO_EDGE}
    name = int(gl.glGenSamplers(1))
    gl.glSamplerParameteri(name, gl.GL_TEXTURE_WRAP_S, wraps[texture.wrap_u])
    gl.glSamplerParameteri(name, gl.GL_TEXTURE_WRAP_T, wraps[texture.wrap_v])
    near = gl.GL_LINEAR if texture.smooth else gl.GL_NEAREST
    if texture.mipmaps:
        far = gl.GL_LINEAR_MIPMAP_LINEAR if texture.smooth else gl.GL_NEAREST_MIPMAP_LINEAR
    else:
        far = near
    gl.glSamplerParameteri(name, gl.GL_TEXTURE_MAG_FILTER, near)
    gl.glSamplerParameteri(name, gl.GL_TEXTURE_MIN_FILTER, far)
    return name


def material_block(material: Material) -> Floats:
    """The numbers of `Surface` in surface.frag, in its order."""
    reflectance = ((material.ior - 1) / (material.ior + 1)) ** 2
    strength = material.emissive_strength
    rows: list[tuple[float, ...]] = [
        material.base_color,
        (*(part * strength for part in material.emissive), material.normal_scale),
        (material.metallic, material.roughness, material.occlusion_strength, material.alpha_cutoff),
        (reflectance, material.specular, material.clearcoat, material.clearcoat_roughness),
        (*material.specular_color, material.transmission),
    ]
    for texture in material.textures:
        a, b, c, d, e, f = texture.transform if texture else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        rows += [(a, b, c, d), (e, f, float(texture.uv_set) if texture else 0.0, 0.0)]
    return np.array(rows, dtype=np.float32)


def _upload_block(block: Floats) -> BlockResource:
    return BlockResource(_new_buffer(gl.GL_UNIFORM_BUFFER, block), block.nbytes)


def _upload_probe(environment: Environment) -> ProbeResource:
    made = probe(environment)
    name = _new_texture(gl.GL_TEXTURE_CUBE_MAP, gl.GL_LINEAR_MIPMAP_LINEAR)
    size = 0
    for level, faces in enumerate(made.cube_levels):
        for face in range(CUBE_FACES):
            pixels = np.ascontiguousarray(faces[face])
            target = gl.GL_TEXTURE_CUBE_MAP_POSITIVE_X + face
            edge = pixels.shape[0]
            gl.glTexImage2D(target, level, gl.GL_RGB16F, edge, edge, 0, gl.GL_RGB, gl.GL_FLOAT, pixels)
            size += pixels.nbytes
    highest = len(made.cube_levels) - 1
    gl.glTexParameteri(gl.GL_TEXTURE_CUBE_MAP, gl.GL_TEXTURE_MAX_LEVEL, highest)
    return ProbeResource(name, made.harmonics, highest, size)
