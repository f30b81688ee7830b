"""What a scene is to the renderer: frozen values whose `key` names their content.

Two values with one key look alike, so the graphics card keeps one copy of both and a picture made from equal keys can
be reused. Arrays must not be changed after they are handed in. Colours are linear sRGB unless a field says otherwise.
"""

import hashlib
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from render.scene.transforms import Matrix, box_corners, transformed

Floats = NDArray[np.float32]
Indices = NDArray[np.uint32]


def content_key(*parts: object) -> str:
    """A name for content: equal arrays and equal printed values give equal keys."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        if isinstance(part, np.ndarray):
            digest.update(f"{part.dtype.str}{part.shape}".encode())
            digest.update(np.ascontiguousarray(part).data)
        else:
            digest.update(repr(part).encode())
        digest.update(b"|")
    return digest.hexdigest()


class Primitive(Enum):
    """What the vertices of a mesh are joined to."""

    TRIANGLES = "triangles"
    LINES = "lines"
    POINTS = "points"


@dataclass(frozen=True, eq=False)
class Mesh:
    """Vertices and what joins them. Without `indices` the vertices are taken in turn."""

    positions: Floats  # (n, 3)
    normals: Floats | None = None  # (n, 3)
    tangents: Floats | None = None  # (n, 4), w is the side of the bitangent
    uv0: Floats | None = None  # (n, 2), v grows downwards
    uv1: Floats | None = None
    colors: Floats | None = None  # (n, 4), linear, straight alpha
    indices: Indices | None = None
    primitive: Primitive = Primitive.TRIANGLES
    key: str = ""

    def __post_init__(self) -> None:
        if not self.key:
            arrays = (self.positions, self.normals, self.tangents, self.uv0, self.uv1, self.colors, self.indices)
            object.__setattr__(self, "key", content_key(self.primitive.value, *arrays))

    @cached_property
    def bounds(self) -> Matrix:
        """Lowest and highest corner, (2, 3); a point at the origin for a mesh with nothing in it."""
        if not len(self.positions):
            return np.zeros((2, 3))
        return np.stack([self.positions.min(axis=0), self.positions.max(axis=0)]).astype(np.float64)

    @property
    def element_count(self) -> int:
        return len(self.positions) if self.indices is None else len(self.indices)


@dataclass(frozen=True, eq=False)
class Image:
    """Pixels of a texture: (height, width, 4) uint8 or float32, straight alpha, first row at the top."""

    pixels: NDArray[np.uint8] | Floats
    key: str = ""

    def __post_init__(self) -> None:
        if not self.key:
            object.__setattr__(self, "key", content_key(self.pixels))


Wrap = Literal["repeat", "mirror", "clamp"]


@dataclass(frozen=True)
class Texture:
    """An image on a material. u' = a·u + c·v + e and v' = b·u + d·v + f before the image is read."""

    image: Image
    uv_set: int = 0
    transform: tuple[float, float, float, float, float, float] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    wrap_u: Wrap = "repeat"
    wrap_v: Wrap = "repeat"
    smooth: bool = True
    mipmaps: bool = True

    @property
    def key(self) -> str:
        sampling = (self.uv_set, self.transform, self.wrap_u, self.wrap_v, self.smooth, self.mipmaps)
        return f"{self.image.key} {sampling}"


AlphaMode = Literal["opaque", "mask", "blend"]

TEXTURE_SLOTS = (
    "base_texture",
    "metallic_roughness_texture",
    "normal_texture",
    "occlusion_texture",
    "emissive_texture",
    "clearcoat_texture",
    "clearcoat_roughness_texture",
    "clearcoat_normal_texture",
)
# Slots whose images hold colours as seen (sRGB); the others hold plain numbers.
COLOR_SLOTS = ("base_texture", "emissive_texture")


@dataclass(frozen=True)
class Material:
    """glTF 2.0 metallic-roughness, with ior, specular, emissive strength, clearcoat and thin transmission."""

    base_color: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    metallic: float = 1.0
    roughness: float = 1.0
    emissive: tuple[float, float, float] = (0.0, 0.0, 0.0)
    emissive_strength: float = 1.0
    normal_scale: float = 1.0
    occlusion_strength: float = 1.0
    alpha_mode: AlphaMode = "opaque"
    alpha_cutoff: float = 0.5
    double_sided: bool = False
    unlit: bool = False
    ior: float = 1.5
    specular: float = 1.0
    specular_color: tuple[float, float, float] = (1.0, 1.0, 1.0)
    clearcoat: float = 0.0
    clearcoat_roughness: float = 0.0
    transmission: float = 0.0
    base_texture: Texture | None = None
    metallic_roughness_texture: Texture | None = None
    normal_texture: Texture | None = None
    occlusion_texture: Texture | None = None
    emissive_texture: Texture | None = None
    clearcoat_texture: Texture | None = None
    clearcoat_roughness_texture: Texture | None = None
    clearcoat_normal_texture: Texture | None = None

    @cached_property
    def key(self) -> str:
        plain = replace(self, **dict.fromkeys(TEXTURE_SLOTS))  # type: ignore[arg-type]
        return content_key(plain, *(texture.key if texture else None for texture in self.textures))

    @property
    def textures(self) -> tuple[Texture | None, ...]:
        """One entry for each of TEXTURE_SLOTS."""
        return tuple(getattr(self, slot) for slot in TEXTURE_SLOTS)

    @property
    def see_through(self) -> bool:
        return self.alpha_mode == "blend" or self.transmission > 0


DEFAULT_MATERIAL = Material(metallic=0.0, roughness=0.6, base_color=(0.6, 0.6, 0.6, 1.0))


@dataclass(frozen=True, eq=False)
class Instance:
    """One mesh with one material at one place. `number` is what picking answers; 0 is never picked."""

    mesh: Mesh
    material: Material
    world: Matrix = field(default_factory=lambda: np.eye(4))
    number: int = 0
    casts_shadow: bool = True


@dataclass(frozen=True, eq=False)
class Camera:
    """Looks down the -z axis of `world`. Without near and far the renderer fits them to the scene."""

    world: Matrix
    kind: Literal["perspective", "orthographic"] = "perspective"
    field_of_view_y: float = 0.8  # radians
    half_height: float = 1.0  # metres, orthographic only
    near: float | None = None
    far: float | None = None


@dataclass(frozen=True, eq=False)
class Environment:
    """Light from all around: linear (height, width, 3) float32, longitude runs along x, the zenith is at the top."""

    pixels: Floats
    key: str
    intensity: float = 1.0
    rotation: float = 0.0  # radians around y


@dataclass(frozen=True)
class Sun:
    """Light from one direction; `strength` is how bright a white surface becomes that faces it."""

    direction: tuple[float, float, float] = (-0.4, -1.0, -0.5)  # where the light goes
    color: tuple[float, float, float] = (1.0, 1.0, 1.0)
    strength: float = 0.75
    shadow: bool = True


@dataclass(frozen=True)
class PunctualLight:
    """KHR_lights_punctual: candela for points and spots, lux for directional ones."""

    kind: Literal["point", "spot", "directional"]
    position: tuple[float, float, float]
    direction: tuple[float, float, float]
    color: tuple[float, float, float] = (1.0, 1.0, 1.0)
    intensity: float = 1.0
    reach: float | None = None  # metres
    inner_cone: float = 0.0  # radians from the axis
    outer_cone: float = 0.785


ToneMapping = Literal["neutral", "filmic", "none"]


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything that can be seen, and its light."""

    instances: tuple[Instance, ...] = ()
    environment: Environment | None = None
    sun: Sun | None = None
    lights: tuple[PunctualLight, ...] = ()

    @cached_property
    def boxes(self) -> Matrix:
        """World bounds of every instance, (n, 2, 3)."""
        boxes = np.zeros((len(self.instances), 2, 3))
        for i, instance in enumerate(self.instances):
            corners = transformed(instance.world, box_corners(*instance.mesh.bounds))
            boxes[i] = corners.min(axis=0), corners.max(axis=0)
        return boxes

    @cached_property
    def bounds(self) -> Matrix | None:
        """World bounds of everything, (2, 3), or None where there is nothing."""
        finite = self.boxes[np.isfinite(self.boxes).all(axis=(1, 2))]
        if not len(finite):
            return None
        return np.stack([finite[:, 0].min(axis=0), finite[:, 1].max(axis=0)])

    @cached_property
    def shape_key(self) -> str:
        """Names what throws shadows: meshes and places, without colours."""
        places = np.array([instance.world for instance in self.instances if instance.casts_shadow])
        return content_key(places, *(i.mesh.key for i in self.instances if i.casts_shadow))


@dataclass(frozen=True, eq=False)
class OverlayShape:
    """Flat triangles over the picture: (n, 3, 2) pixels from the top left, one straight sRGB colour."""

    triangles: Floats
    color: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class View:
    """How to draw a scene once."""

    camera: Camera
    width: int
    height: int
    background: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # straight sRGB, as seen
    show_environment: bool = False
    exposure: float = 1.0
    tone_mapping: ToneMapping = "neutral"
    samples: int = 4
    precise: bool = True  # half floats until the last step; else 8 bits, faster on screen
    grid: bool = False
    selected: frozenset[int] = frozenset()
    active: int = 0
    overlay: tuple[OverlayShape, ...] = ()
    shadow_size: int = 2048
    # Left, top, width and height of the part that is drawn, as shares of the whole picture.
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)

    @property
    def aspect(self) -> float:
        """Width over height of the whole picture."""
        return (self.width / self.crop[2]) / (self.height / self.crop[3])
