"""The scene family: a tree of nodes, the meshes, materials and textures they show, and the light around them.

The vocabulary is that of glTF 2.0 (metres, Y up, right-handed, quaternions as x y z w), so that a file comes in and
goes out without loss. What a file holds beyond these fields is kept as JSON text in `carried`, where references to
records are written "ref:ID". Colours are straight sRGB; angles are degrees.
"""

from typing import Annotated, Literal

import msgspec

from editor.model.embed import Embed
from editor.model.record import DocumentRecord, Record, record
from editor.model.values import Blob, RecordId, Unit
from render.color import BLACK, TRANSPARENT, WHITE, Color

Coordinate = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
Vector3 = tuple[Coordinate, Coordinate, Coordinate]
Pair = tuple[Coordinate, Coordinate]
Part = Annotated[float, msgspec.Meta(ge=-1.0001, le=1.0001)]
Quaternion = tuple[Part, Part, Part, Part]
Degrees = Annotated[float, msgspec.Meta(ge=-36000.0, le=36000.0)]
Amount = Annotated[float, msgspec.Meta(ge=0.0, le=1e9)]
PixelCount = Annotated[int, msgspec.Meta(ge=1, le=16384)]

NO_MOVE = (0.0, 0.0, 0.0)
NO_TURN = (0.0, 0.0, 0.0, 1.0)
NO_SCALE = (1.0, 1.0, 1.0)


class SceneEnvironment(msgspec.Struct, frozen=True, kw_only=True):
    """Light from all around: built in, or an equirectangular picture (HDR or EXR, as a blob)."""

    light: Literal["studio", "sky", "picture", "none"] = "studio"
    picture: Blob | None = None
    intensity: Annotated[float, msgspec.Meta(ge=0.0, le=1000.0)] = 1.0
    rotation: Degrees = 0.0
    visible: bool = False


class SceneSun(msgspec.Struct, frozen=True, kw_only=True):
    """One far light. `strength` is how bright a white surface becomes that faces it."""

    enabled: bool = True
    azimuth: Degrees = 40.0
    elevation: Annotated[float, msgspec.Meta(ge=-90.0, le=90.0)] = 50.0
    color: Color = WHITE
    strength: Annotated[float, msgspec.Meta(ge=0.0, le=1000.0)] = 0.75
    shadows: bool = True


@record("scene.document")
class SceneDocument(DocumentRecord, frozen=True, kw_only=True):
    """A scene, and the size in pixels of the still picture that it gives; `camera` is the node that takes it."""

    family = "scene"

    width: PixelCount = 1600
    height: PixelCount = 1200
    background: Color = TRANSPARENT
    environment: SceneEnvironment = SceneEnvironment()
    sun: SceneSun = SceneSun()
    exposure: Annotated[float, msgspec.Meta(ge=-20.0, le=20.0)] = 0.0  # stops
    tone_mapping: Literal["neutral", "filmic", "none"] = "neutral"
    camera: RecordId | None = None
    carried: str = ""


class CameraLens(msgspec.Struct, frozen=True, kw_only=True):
    """Looks down the node's -z axis. Near and far are fitted to the scene where they are not given."""

    projection: Literal["perspective", "orthographic"] = "perspective"
    field_of_view: Annotated[float, msgspec.Meta(ge=0.1, le=175.0)] = 40.0  # vertical
    half_height: Annotated[float, msgspec.Meta(ge=1e-6, le=1e9)] = 1.0
    aspect: Annotated[float, msgspec.Meta(ge=1e-3, le=1e3)] | None = None
    near: Amount | None = None
    far: Amount | None = None
    carried: str = ""


class Lamp(msgspec.Struct, frozen=True, kw_only=True):
    """KHR_lights_punctual: candela for points and spots, lux for directional ones; shines down the node's -z axis."""

    shape: Literal["point", "spot", "directional"] = "point"
    color: Color = WHITE
    intensity: Amount = 1.0
    reach: Amount | None = None
    inner_cone: Annotated[float, msgspec.Meta(ge=0.0, le=90.0)] = 0.0
    outer_cone: Annotated[float, msgspec.Meta(ge=0.0, le=90.0)] = 45.0
    name: str = ""
    carried: str = ""


ArrayType = Literal["i1", "u1", "i2", "u2", "u4", "f4"]


class ArrayData(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers in a blob: `count` rows of `components` little-endian values. `normalized` integers stand for -1..1."""

    blob: Blob
    type: ArrayType = "f4"
    components: Annotated[int, msgspec.Meta(ge=1, le=16)] = 3
    count: Annotated[int, msgspec.Meta(ge=0, le=1 << 31)] = 0
    normalized: bool = False


@record("scene.node")
class SceneNode(Record, frozen=True, kw_only=True):
    """A place in the tree; a child of the document or of a node. It may show a mesh, look (camera) or shine (lamp).

    `instancing` holds TRANSLATION, ROTATION and SCALE of many copies (EXT_mesh_gpu_instancing).
    """

    name: str = ""
    translation: Vector3 = NO_MOVE
    rotation: Quaternion = NO_TURN
    scale: Vector3 = NO_SCALE
    hidden: bool = False
    mesh: RecordId | None = None
    skin: RecordId | None = None
    camera: CameraLens | None = None
    lamp: Lamp | None = None
    weights: tuple[Coordinate, ...] = ()
    instancing: dict[str, ArrayData] = msgspec.field(default_factory=dict)
    carried: str = ""


class MeshPart(msgspec.Struct, frozen=True, kw_only=True):
    """A glTF primitive: `mode` 0 points, 1-3 lines, 4-6 triangles; attributes and morph targets by glTF names."""

    attributes: dict[str, ArrayData]
    indices: ArrayData | None = None
    mode: Annotated[int, msgspec.Meta(ge=0, le=6)] = 4
    material: RecordId | None = None
    targets: tuple[dict[str, ArrayData], ...] = ()
    carried: str = ""


@record("scene.mesh")
class SceneMesh(Record, frozen=True, kw_only=True):
    """A shape that any number of nodes can show. A child of the document."""

    name: str = ""
    parts: tuple[MeshPart, ...] = ()
    weights: tuple[Coordinate, ...] = ()
    carried: str = ""


class TextureUse(msgspec.Struct, frozen=True, kw_only=True):
    """A texture on a material, placed by KHR_texture_transform. Filters are OpenGL's numbers, 0 where not said."""

    texture: RecordId
    uv_set: Annotated[int, msgspec.Meta(ge=0, le=7)] = 0
    offset: Pair = (0.0, 0.0)
    rotation: Coordinate = 0.0  # radians, as glTF stores it
    scale: Pair = (1.0, 1.0)
    wrap_u: Literal["repeat", "mirror", "clamp"] = "repeat"
    wrap_v: Literal["repeat", "mirror", "clamp"] = "repeat"
    magnify: int = 0
    minify: int = 0
    carried: str = ""


@record("scene.material")
class SceneMaterial(Record, frozen=True, kw_only=True):
    """glTF metallic-roughness with the extensions that the renderer draws. A child of the document."""

    name: str = ""
    base_color: Color = WHITE
    metallic: Unit = 0.0
    roughness: Unit = 0.5
    emissive: Color = BLACK
    emissive_strength: Amount = 1.0
    alpha_mode: Literal["opaque", "mask", "blend"] = "opaque"
    alpha_cutoff: Amount = 0.5
    double_sided: bool = False
    unlit: bool = False
    normal_scale: Coordinate = 1.0
    occlusion_strength: Unit = 1.0
    ior: Annotated[float, msgspec.Meta(ge=0.0, le=100.0)] = 1.5
    specular: Unit = 1.0
    specular_color: Color = WHITE
    clearcoat: Unit = 0.0
    clearcoat_roughness: Unit = 0.0
    transmission: Unit = 0.0
    base_texture: TextureUse | None = None
    metallic_roughness_texture: TextureUse | None = None
    normal_texture: TextureUse | None = None
    occlusion_texture: TextureUse | None = None
    emissive_texture: TextureUse | None = None
    clearcoat_texture: TextureUse | None = None
    clearcoat_roughness_texture: TextureUse | None = None
    clearcoat_normal_texture: TextureUse | None = None
    carried: str = ""


TEXTURE_SLOTS = tuple(name for name in SceneMaterial.__struct_fields__ if name.endswith("_texture"))
TextureSlot = Literal[
    "base_texture",
    "metallic_roughness_texture",
    "normal_texture",
    "occlusion_texture",
    "emissive_texture",
    "clearcoat_texture",
    "clearcoat_roughness_texture",
    "clearcoat_normal_texture",
]


class PictureData(msgspec.Struct, frozen=True, kw_only=True, tag="picture"):
    """An image file's own bytes."""

    blob: Blob
    media_type: str = ""


@record("scene.texture")
class SceneTexture(Record, frozen=True, kw_only=True):
    """A picture for materials: an image file, or a live link to another document. A child of the document."""

    name: str = ""
    source: PictureData | Embed
    carried: str = ""


@record("scene.skin")
class SceneSkin(Record, frozen=True, kw_only=True):
    """Bones of a mesh: nodes and, for each, the matrix that takes the mesh to its rest (column by column)."""

    name: str = ""
    joints: tuple[RecordId, ...] = ()
    skeleton: RecordId | None = None
    inverse_bind: ArrayData | None = None
    carried: str = ""


class AnimationChannel(msgspec.Struct, frozen=True, kw_only=True):
    """Keys of one property of one node: `times` in seconds, `values` as glTF lays them out."""

    node: RecordId | None
    path: str
    times: ArrayData
    values: ArrayData
    interpolation: Literal["LINEAR", "STEP", "CUBICSPLINE"] = "LINEAR"
    carried: str = ""


@record("scene.animation")
class SceneAnimation(Record, frozen=True, kw_only=True):
    """A named movement. A child of the document."""

    name: str = ""
    channels: tuple[AnimationChannel, ...] = ()
    carried: str = ""


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """What a file brought, not yet in a project: records whose ids are "local:" names, listed parents first.

    Nodes without a parent go where the import puts them. `carried` belongs to the document.
    """

    nodes: tuple[SceneNode, ...] = ()
    meshes: tuple[SceneMesh, ...] = ()
    materials: tuple[SceneMaterial, ...] = ()
    textures: tuple[SceneTexture, ...] = ()
    skins: tuple[SceneSkin, ...] = ()
    animations: tuple[SceneAnimation, ...] = ()
    carried: str = ""
