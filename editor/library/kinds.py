"""What kind of asset a file is, by its name. Formats that the studio opens are asked of their registry."""

from pathlib import Path
from typing import Literal, get_args

from editor.formats.registry import FORMATS, load_formats

AssetKind = Literal[
    "image", "vector", "layout", "brush", "palette", "lut", "font", "sound", "clip", "model", "material", "template",
    "preset", "kit", "ai_model", "document", "text", "other",
]  # fmt: skip
KINDS: tuple[AssetKind, ...] = get_args(AssetKind)

LABELS: dict[AssetKind, str] = {
    "image": "Images", "vector": "Vectors", "layout": "Layouts", "brush": "Brushes", "palette": "Palettes",
    "lut": "Color lookups", "font": "Fonts", "sound": "Sounds", "clip": "Clips", "model": "3D models",
    "material": "Materials", "template": "Templates", "preset": "Presets", "kit": "Brand kits", "ai_model": "AI models",
    "document": "Projects", "text": "Texts", "other": "Other files",
}  # fmt: skip

BY_EXTENSION: dict[str, AssetKind] = {
    **dict.fromkeys(("abr", "gbr", "gih", "kpp", "myb", "bundle", "atelier-brush"), "brush"),
    **dict.fromkeys(("ase", "aco", "gpl", "pal", "act", "kpl", "soc"), "palette"),
    **dict.fromkeys(("cube", "3dl", "clf", "look", "csp"), "lut"),
    **dict.fromkeys(("ttf", "otf", "ttc", "woff", "woff2", "pfb"), "font"),
    **dict.fromkeys(("wav", "flac", "mp3", "ogg", "oga", "opus", "m4a", "aac", "aif", "aiff", "caf", "wma"), "sound"),
    **dict.fromkeys(("mtlx", "mtl", "atelier-material"), "material"),
    **dict.fromkeys(("atelier-template",), "template"),
    **dict.fromkeys(("atelier-preset", "atelier-recipe", "xmp"), "preset"),
    **dict.fromkeys(("atelier-kit",), "kit"),
    **dict.fromkeys(("onnx", "ort", "ggml", "gguf", "safetensors", "pb"), "ai_model"),
    **dict.fromkeys(("atelier", "otio", "otioz", "edl", "xml", "fcpxml", "aaf", "kdenlive", "mlt"), "document"),
    **dict.fromkeys(("txt", "md", "epub", "srt", "vtt", "docx", "odt", "rtf"), "text"),
    **dict.fromkeys(("hdr", "exr", "tif", "tiff", "psd", "psb", "xcf", "kra", "ora", "dng", "cr2", "nef"), "image"),
    **dict.fromkeys(("obj", "stl", "ply", "fbx", "usd", "usdz", "blend"), "model"),
    **dict.fromkeys(("ai", "eps"), "vector"),
    **dict.fromkeys(("pdf", "idml"), "layout"),
}
"""Files that stand for themselves, whether the studio imports them or not."""

BY_FAMILY: dict[str, AssetKind] = {"raster": "image", "vector": "vector", "video": "clip", "scene": "model"}


def extension_of(path: Path | str) -> str:
    """In lower case and without the dot."""
    return Path(path).suffix.lower().removeprefix(".")


def kind_of(path: Path | str) -> AssetKind:
    """The kind of a file with this name; "other" when nobody knows it."""
    extension = extension_of(path)
    known = BY_EXTENSION.get(extension)
    return known if known is not None else _imported_as().get(extension, "other")


def _imported_as() -> dict[str, AssetKind]:
    load_formats()
    return {
        extension: BY_FAMILY[entry.family]
        for entry in FORMATS.values()
        if entry.importer and entry.family in BY_FAMILY
        for extension in entry.extensions
    }
