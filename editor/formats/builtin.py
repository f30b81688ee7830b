"""The formats that the studio brings along, registered as any others would be."""

from editor.formats.registry import FileFormat, register
from render.image_io.formats import EXTENSIONS
from render.image_io.write import FORMATS, writable_extensions

FAMILIES = ("raster", "vector", "video", "scene")
WRITABLE = writable_extensions()
READ_ONLY = tuple(
    extension for name, found in EXTENSIONS.items() if name not in FORMATS for extension in found if name != "xcf"
)
DOORS = "editor.formats.doors"

register(
    FileFormat(
        "image", "Picture", WRITABLE, family="raster", importer="editor.formats.image:import_image",
        exporter="editor.formats.image:export_image", families=FAMILIES,
    )
)
register(
    FileFormat(
        "image.more", "Picture", READ_ONLY, family="raster", importer="editor.formats.image:import_image"
    )
)
register(FileFormat("svg", "SVG drawing", ("svg", "svgz"), family="vector", importer=f"{DOORS}:import_drawing",
                    exporter=f"{DOORS}:export_drawing", families=("vector",)))
register(FileFormat("pdf", "PDF", ("pdf",), exporter=f"{DOORS}:export_pdf", families=FAMILIES))
register(
    FileFormat(
        "model", "3D model", ("glb", "gltf", "obj", "stl", "ply"), family="scene", importer=f"{DOORS}:import_scene"
    )
)
register(
    FileFormat(
        "media", "Film or sound",
        ("mp4", "mov", "m4v", "mkv", "webm", "avi", "mpg", "mpeg", "ts", "mts", "m2ts", "ogv", "wmv", "flv", "3gp",
         "mp3", "wav", "flac", "ogg", "oga", "opus", "m4a", "aac", "aif", "aiff", "wma"),
        family="video", importer=f"{DOORS}:import_media",
    )
)  # fmt: skip
register(
    FileFormat(
        "timeline", "Timeline", ("otio",), family="video", importer="editor.formats.otio.doors:import_timeline",
        exporter="editor.formats.otio.doors:export_timeline", families=("video",),
    )
)
register(
    FileFormat(
        "timeline.more", "Timeline", ("edl", "xml"), family="video",
        importer="editor.formats.otio.doors:import_timeline",
    )
)
register(FileFormat("film", "Film", ("mp4",), exporter=f"{DOORS}:export_film", families=("video",)))
register(FileFormat("glb", "3D model", ("glb",), exporter=f"{DOORS}:export_scene", families=("scene",)))
